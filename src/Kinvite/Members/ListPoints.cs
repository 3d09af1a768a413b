using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Points that were given or taken.</summary>
/// <param name="At">When.</param>
/// <param name="Delta">How many; below 0 they were taken.</param>
/// <param name="Total">The member's points after it.</param>
/// <param name="Reason">What for.</param>
/// <param name="By">Who gave or took them, with the name of that time.</param>
public sealed record PointsItem(DateTimeOffset At, int Delta, int Total, string? Reason, MemberReference By);

/// <summary>How somebody came to their points, newest first: for themselves, and for those who could change them.</summary>
internal sealed class ListPoints(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Page<PointsItem>>> HandleAsync(Guid familyId, Guid memberId, int? limit, string? cursor, CancellationToken ct)
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

        var me = entered.Value;
        var target = await db.Members.AsNoTracking().Where(m => m.FamilyId == familyId && m.Id == memberId).Where(Visible.Members(me.Actor)).SingleOrDefaultAsync(ct);
        if (target is null || (problem = me.LacksForHistoryOf(target)) is not null)
        {
            return problem ?? Problem.NotFound;
        }

        // Who is gone is named and no longer pointed to.
        var rows = await db.PointEntries.AsNoTracking()
            .Where(p => p.FamilyId == familyId && p.MemberId == memberId && p.Id.CompareTo(page.Value.Before) < 0)
            .OrderByDescending(p => p.Id).Take(page.Value.Take)
            .Select(p => new { Entry = p, Here = db.Members.Any(m => m.FamilyId == familyId && m.Id == p.By) })
            .ToListAsync(ct);
        var shown = page.Value.Cut(rows, r => r.Entry.Id);
        return new Page<PointsItem>(
            [.. shown.Items.Select(r => new PointsItem(r.Entry.At, r.Entry.Delta, r.Entry.Total, r.Entry.Reason, new(r.Here ? r.Entry.By : null, r.Entry.ByName)))],
            shown.Next);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/members/{id:guid}/points", GetAsync).ForChildren()
        .WithName(nameof(ListPoints)).Produces<Page<PointsItem>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("How somebody came to their points")]
    [EndpointDescription("Newest first: for the member themselves, and for who may do points.adjust.")]
    private static async Task<IResult> GetAsync(Guid familyId, Guid id, int? limit, string? cursor, ListPoints list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, id, limit, cursor, ct)).ToOk();
}
