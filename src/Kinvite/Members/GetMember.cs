using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>One member; unseen answers as unknown.</summary>
internal sealed class GetMember(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<MemberResponse>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var insider = entered.Value;
        var found = await db.Members.AsNoTracking().Include(m => m.Children)
            .Where(m => m.FamilyId == familyId && m.Id == memberId)
            .Where(Visible.Members(insider.Actor))
            .Select(m => new
            {
                Member = m,
                InviterName = db.Members.Where(i => i.FamilyId == m.FamilyId && i.Id == m.InvitedBy)
                    .Where(Visible.Members(insider.Actor)).Select(i => i.Name).FirstOrDefault(),
            })
            .SingleOrDefaultAsync(ct);
        return found is null ? Problem.NotFound : MemberResponse.Of(found.Member, insider, found.InviterName);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/members/{id:guid}", GetAsync).ForChildren()
        .WithName(nameof(GetMember)).Produces<MemberResponse>().ProducesProblem(404);

    [EndpointSummary("One member")]
    private static async Task<IResult> GetAsync(Guid familyId, Guid id, GetMember get, CancellationToken ct) =>
        (await get.HandleAsync(familyId, id, ct)).ToOk();
}
