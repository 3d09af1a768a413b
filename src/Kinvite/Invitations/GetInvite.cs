using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>One invitation, for those who may manage it.</summary>
internal sealed class GetInvite(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<InviteResponse>> HandleAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var row = await InviteRow.Of(db, db.Invitations.AsNoTracking().Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && i.Id == id)
            .Where(Visible.Invitations(entered.Value.Actor))).SingleOrDefaultAsync(ct);
        return row is null ? Problem.NotFound : InviteResponse.Of(row, clock.Now());
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invites/{id:guid}", GetAsync)
        .WithName(nameof(GetInvite)).Produces<InviteResponse>().ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("One invitation")]
    private static async Task<IResult> GetAsync(Guid familyId, Guid id, GetInvite get, CancellationToken ct) => (await get.HandleAsync(familyId, id, ct)).ToOk();
}
