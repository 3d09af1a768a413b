using Kinvite.Activity;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Sends an invitation anew: the link before says that a newer one was sent.</summary>
internal sealed class ResendInvite(
    KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, InvitationDesk desk, SendingLimits limits, SendingWays sending, OutboxSignal outbox,
    TimeProvider clock)
{
    public async Task<Result<InviteResponse>> HandleAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var key = await db.Invitations.Where(i => i.FamilyId == familyId && i.Id == id)
            .Where(Visible.Invitations(entered.Value.Actor)).Select(i => new { i.AddressKey }).SingleOrDefaultAsync(ct);
        if (key is null)
        {
            return Problem.NotFound;
        }

        var allowance = await limits.TakeAsync(entered.Value.Member.AccountId!.Value, familyId, [key.AddressKey], ct);
        if (!allowance.Has(0))
        {
            return allowance.Refusal(0);
        }

        var result = await transaction.RunAsync(familyId, family => ResendAsync(family, id, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/invites/{id:guid}/resend", PostAsync)
        .WithName(nameof(ResendInvite)).Produces<InviteResponse>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<InviteResponse>> ResendAsync(Family family, Guid id, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, id, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, invitation) = taken.Value;
        var now = clock.Now();
        var status = invitation.StatusAt(now);
        if (status is InvitationStatus.Accepted or InvitationStatus.Declined or InvitationStatus.Revoked || invitation.ErasedAt is not null
            || invitation.IsEmpty)
        {
            return InvitationProblems.NotPending;
        }

        if (invitation.Generation > Invitation.MaxResends)
        {
            return InvitationProblems.TooManyResends;
        }

        if (InviteDecision.Beyond(me, invitation.AsGrant(me.Kind), invitation.MemberId) is { } beyond)
        {
            return beyond;
        }

        var to = ContactAddress.TryParse(invitation.AddressKey);
        if (!(await sending.WaysAsync([to], ct)).Serve(to))
        {
            return InvitationProblems.ChannelUnavailable;
        }

        if (await ReopenedAgainstAsync(me, invitation, status, now, ct) is { } conflict)
        {
            return conflict;
        }

        invitation.Renew(me.Member, me.Kind, now);
        var message = invitation.Channel != InvitationChannel.None
            ? OutboxMessage.Of(MessageTypes.Invitation, invitation.Id, now, invitation.Generation)
            : null;
        if (message is not null)
        {
            db.Add(message);
        }

        db.Add(ActivityEntry.Of(
            ActivityTypes.InviteResent, family.Id, me.Member, now, (invitation.Id, invitation.Name), invitation.Concerns));
        await db.SaveChangesAsync(ct);
        return InviteResponse.Of(invitation, invitation.Children, message, me.Member.Name, null, now);
    }

    // An expired one counts for nothing; opened again it must fit beside what has come since.
    private async Task<Problem?> ReopenedAgainstAsync(Insider me, Invitation invitation, InvitationStatus status, DateTimeOffset now, CancellationToken ct)
    {
        var facts = await InviteFacts.LoadAsync(db, me.Family.Id, invitation.AddressKey is { } key ? [key] : [], invitation.MemberId is { } id ? [id] : [], now, ct);
        if (invitation.AddressKey is not null && facts.Unwilling.Contains(invitation.AddressKey))
        {
            return InvitationProblems.RecipientDeclined;
        }

        if (invitation.MemberId is { } profile && (!facts.Profiles.TryGetValue(profile, out var account) || account is not null))
        {
            return InvitationProblems.NotPending;
        }

        if (status != InvitationStatus.Expired)
        {
            return null;
        }

        if (invitation.AddressKey is not null && facts.InTheWay(invitation.AddressKey, invitation.AsGrant(me.Kind), me.Actor, invitation.Id) is not null)
        {
            return InvitationProblems.AlreadyPending;
        }

        if (invitation.MemberId is { } wanted && facts.OpenByProfile.TryGetValue(wanted, out var instead) && instead != invitation.Id)
        {
            return InvitationProblems.AlreadyPending;
        }

        return me.Kind.Limits.Pending is { } most && facts.Pending >= most ? InvitationProblems.TooManyPending(most) : null;
    }

    [EndpointSummary("Send an invitation anew")]
    [EndpointDescription("New link, one new message, a new lifetime; whoever resends becomes the inviter.")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, ResendInvite resend, CancellationToken ct) =>
        (await resend.HandleAsync(familyId, id, ct)).ToOk();
}
