using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Everyone in the family whom the caller may see, newest first.</summary>
internal sealed class ListMembers(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Page<MemberResponse>>> HandleAsync(Guid familyId, int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem))
        {
            return problem;
        }

        var insider = entered.Value;
        var rows = await db.Members.AsNoTracking().Include(m => m.Children)
            .Where(m => m.FamilyId == familyId && m.Id.CompareTo(page.Value.Before) < 0)
            .Where(Visible.Members(insider.Actor))
            .OrderByDescending(m => m.Id)
            .Take(page.Value.Take)
            .Select(m => new
            {
                Member = m,
                InviterName = db.Members.Where(i => i.FamilyId == m.FamilyId && i.Id == m.InvitedBy)
                    .Where(Visible.Members(insider.Actor)).Select(i => i.Name).FirstOrDefault(),
            })
            .ToListAsync(ct);
        return page.Value.Cut([.. rows.Select(r => MemberResponse.Of(r.Member, insider, r.InviterName))], m => m.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/members", GetAsync).ForChildren()
        .WithName(nameof(ListMembers)).Produces<Page<MemberResponse>>().ProducesProblem(404);

    [EndpointSummary("The members whom you may see")]
    private static async Task<IResult> GetAsync(Guid familyId, int? limit, string? cursor, ListMembers list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, limit, cursor, ct)).ToOk();
}
