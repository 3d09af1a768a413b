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

/// <summary>
/// Changes a pending invitation. Whoever does it answers for it from now on; another address kills the old link and gets a mail of its own,
/// under the same rules and limits as a new invitation.
/// </summary>
internal sealed class ChangeInvite(
    KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, InvitationDesk desk, SendingLimits limits, DisposableDomains disposable, SendingWays sending, OutboxSignal outbox,
    TimeProvider clock)
{
    private const int Tries = 3;

    // Somebody else gave it another address between the count and the lock, so that what is to be sent was not counted.
    private static readonly Problem Moved = Problem.Unavailable with { RetryAfter = TimeSpan.FromSeconds(1) };

    public async Task<Result<InviteResponse>> HandleAsync(Guid familyId, Guid id, ChangeInviteRequest patch, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        for (var attempt = 1; ; attempt++)
        {
            var result = await CountAndChangeAsync(entered.Value, id, patch, ct);
            if (result.Problem != Moved || attempt == Tries)
            {
                return result;
            }
        }
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPatch("/invites/{id:guid}", PatchAsync)
        .WithName(nameof(ChangeInvite)).Produces<InviteResponse>()
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<InviteResponse>> CountAndChangeAsync(Insider me, Guid id, ChangeInviteRequest patch, CancellationToken ct)
    {
        var current = await db.Invitations.AsNoTracking().Include(i => i.Children).Where(i => i.FamilyId == me.Family.Id && i.Id == id)
            .Where(Visible.Invitations(me.Actor)).SingleOrDefaultAsync(ct);
        if (current is null)
        {
            return Problem.NotFound;
        }

        var wanted = InviteChange.Check(patch, current, me.Kind, clock.Now());
        if (wanted.Refused(out var problem) || (problem = NotOpen(current)) is not null)
        {
            return problem;
        }

        SendingAllowance? allowance = null;
        if (wanted.Value.Sends)
        {
            allowance = await limits.TakeAsync(me.Member.AccountId!.Value, me.Family.Id, [wanted.Value.Draft.To!.Key], ct);
        }

        var result = await transaction.RunAsync(me.Family.Id, family => ChangeAsync(family, id, patch, allowance, ct), ct);
        if (!result.Refused(out _) && wanted.Value.Sends)
        {
            outbox.Wake();
        }

        return result;
    }

    private async Task<Result<InviteResponse>> ChangeAsync(Family family, Guid id, ChangeInviteRequest patch, SendingAllowance? allowance, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, id, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, invitation) = taken.Value;
        var now = clock.Now();
        var checkedShape = InviteChange.Check(patch, invitation, me.Kind, now);
        if (checkedShape.Refused(out problem) || (problem = NotOpen(invitation)) is not null)
        {
            return problem;
        }

        var change = checkedShape.Value;
        var draft = change.Draft;
        if (patch.Children.IsSet && (await InviteFacts.UnknownChildrenAsync(db, me, [draft], ct)).Count > 0)
        {
            return Problem.Invalid("children", InviteFacts.NoSuchChild);
        }

        if (await RefusalAsync(me, invitation, change, allowance, now, ct) is { } refusal)
        {
            return refusal;
        }

        invitation.Regrant(draft.Given);
        (invitation.Name, invitation.Message, invitation.AccessUntil) = (draft.Name, change.Message, draft.AccessUntil);
        (invitation.InviterId, invitation.InviterName) = (me.Member.Id, me.Member.Name);
        invitation.Readdress(draft.To, me.Member, me.Kind, now);
        var message = await MessageAsync(invitation, change, now, ct);
        if (change.MovesTo)
        {
            db.Add(ActivityEntry.Of(
                ActivityTypes.InviteResent, family.Id, me.Member, now, (invitation.Id, invitation.Name), invitation.Concerns));
        }

        await db.SaveChangesAsync(ct);
        return InviteResponse.Of(invitation, invitation.Children, message, me.Member.Name, null, now);
    }

    // Where it stays at its address, nothing goes out: only the ceiling counts.
    private async Task<Problem?> RefusalAsync(
        Insider me, Invitation invitation, InviteChange change, SendingAllowance? allowance, DateTimeOffset now, CancellationToken ct)
    {
        if (!change.MovesTo)
        {
            var beyond = InviteDecision.Beyond(me, change.Draft.AsGrant, change.Draft.MemberId);
            if (beyond is not null || OpensTheSame(invitation, change.Draft))
            {
                return beyond;
            }
        }

        var facts = await InviteFacts.LoadAsync(db, me.Family.Id, [change.Draft], now, ct);
        if (!change.MovesTo)
        {
            // What it opens from now on may be what another one opens.
            return invitation.AddressKey is { } key && facts.InTheWay(key, change.Draft.AsGrant, me.Actor, invitation.Id) is not null ? InvitationProblems.AlreadyPending : null;
        }

        var decision = InviteDecision.Decide(change.Draft, me, facts, disposable, canSend: !change.Sends || (await sending.WaysAsync([change.Draft.To], ct)).Serve(change.Draft.To), now, changed: invitation);
        return decision.Answer switch
        {
            InviteAnswer.AlreadyMember => InvitationProblems.MemberAlready,
            InviteAnswer.Refused or InviteAnswer.AlreadyInvited => decision.Problem ?? InvitationProblems.AlreadyPending,
            InviteAnswer.Invites when invitation.Generation > Invitation.MaxResends => InvitationProblems.TooManyResends,
            InviteAnswer.Invites when change.Sends && allowance is null => Moved,
            InviteAnswer.Invites => change.Sends && !allowance!.Has(0) ? allowance.Refusal(0) : null,
        };
    }

    private static bool OpensTheSame(Invitation invitation, InviteDraft draft) =>
        invitation.WholeFamily == draft.Given.WholeFamily && draft.Given.Children.Keys.All(c => invitation.Children.Exists(own => own.ChildId == c));

    private async Task<OutboxMessage?> MessageAsync(Invitation invitation, InviteChange change, DateTimeOffset now, CancellationToken ct)
    {
        if (!change.MovesTo)
        {
            return await db.Outbox.AsNoTracking()
                .Where(m => m.SubjectId == invitation.Id && m.Type == MessageTypes.Invitation && m.Generation == invitation.Generation)
                .OrderByDescending(m => m.Id).FirstOrDefaultAsync(ct);
        }

        if (!change.Sends)
        {
            return null;
        }

        var message = OutboxMessage.Of(MessageTypes.Invitation, invitation.Id, now, invitation.Generation);
        db.Add(message);
        return message;
    }

    private Problem? NotOpen(Invitation invitation) =>
        invitation.StatusAt(clock.Now()) is InvitationStatus.Pending or InvitationStatus.Bounced ? null : InvitationProblems.NotPending;

    [EndpointSummary("Change a pending invitation")]
    [EndpointDescription(
        "JSON Merge Patch: absent members stay as they are, null clears. Another address ends the link sent before, begins a new lifetime and gets a mail of its own. "
        + "Whoever changes it becomes the inviter.")]
    private static async Task<IResult> PatchAsync(Guid familyId, Guid id, ChangeInviteRequest request, ChangeInvite change, CancellationToken ct) =>
        (await change.HandleAsync(familyId, id, request, ct)).ToOk();
}
