using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Withdraws an open link: it is dead with the commit. Who came in by it stays; who waits is still answered.</summary>
internal sealed class RevokeInviteLink(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<OkResponse>> HandleAsync(Guid familyId, Guid id, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RevokeAsync(family, id, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/invite-links/{id:guid}", DeleteAsync)
        .WithName(nameof(RevokeInviteLink)).Produces<OkResponse>().ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<OkResponse>> RevokeAsync(Family family, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        if (await db.InviteLinks.SingleOrDefaultAsync(l => l.FamilyId == family.Id && l.Id == id, ct) is not { } link)
        {
            return Problem.NotFound;
        }

        var now = clock.Now();
        // One that is over is dead already: it stays what it was.
        if (link.StatusAt(now) == InviteLinkStatus.Active)
        {
            link.End(InviteLinkStatus.Revoked, now);
            db.Add(ActivityEntry.Of(ActivityTypes.LinkRevoked, family.Id, entered.Value.Member, now, (link.Id, null), data: new() { ["role"] = link.Role }));
            await db.SaveChangesAsync(ct);
        }

        return OkResponse.Yes;
    }

    [EndpointSummary("Withdraw an open link")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RevokeInviteLink revoke, CancellationToken ct) =>
        (await revoke.HandleAsync(familyId, id, ct)).ToOk();
}
