using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;

namespace Kinvite.Invitations;

/// <summary>Withdraws an invitation: its link is dead with the commit, and what was queued for it is not sent.</summary>
internal sealed class RevokeInvite(KinviteDbContext db, FamilyTransaction transaction, InvitationDesk desk, TimeProvider clock)
{
    public Task<Result<OkResponse>> HandleAsync(Guid familyId, Guid id, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RevokeAsync(family, id, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/invites/{id:guid}", DeleteAsync)
        .WithName(nameof(RevokeInvite)).Produces<OkResponse>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<OkResponse>> RevokeAsync(Family family, Guid id, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, id, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, invitation) = taken.Value;
        if (invitation.Status == InvitationStatus.Accepted)
        {
            return InvitationProblems.AlreadyAccepted;
        }

        var before = invitation.Status;
        var now = clock.Now();
        invitation.Revoke(now);
        if (invitation.Status != before)
        {
            db.Add(ActivityEntry.Of(
                ActivityTypes.InviteRevoked, family.Id, me.Member, now, (invitation.Id, invitation.Name), invitation.Concerns));
            await db.SaveChangesAsync(ct);
        }

        return OkResponse.Yes;
    }

    [EndpointSummary("Withdraw an invitation")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RevokeInvite revoke, CancellationToken ct) =>
        (await revoke.HandleAsync(familyId, id, ct)).ToOk();
}
