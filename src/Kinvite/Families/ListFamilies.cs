using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>The families that the caller belongs to, newest first.</summary>
internal sealed class ListFamilies(KinviteDbContext db, CurrentAccount account, TimeProvider clock)
{
    public async Task<Result<Page<FamilyResponse>>> HandleAsync(int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        var now = clock.Now();
        var rows = await (
            from member in db.Members
            where member.AccountId == account.Id && (member.AccessUntil == null || member.AccessUntil > now)
                && member.FamilyId.CompareTo(page.Value.Before) < 0
            join family in db.Families.AsNoTracking() on member.FamilyId equals family.Id
            orderby family.Id descending
            select new { family, member.Role, member.Permission }).Take(page.Value.Take).ToListAsync(ct);
        return page.Value.Cut([.. rows.Select(r => FamilyResponse.Of(r.family, r.Role, r.Permission, account.DefaultFamilyId))], f => f.Id);
    }

    public static void Map(IEndpointRouteBuilder families) => families.MapGet("", GetAsync)
        .WithName(nameof(ListFamilies)).Produces<Page<FamilyResponse>>();

    [EndpointSummary("Your families")]
    private static async Task<IResult> GetAsync(int? limit, string? cursor, ListFamilies list, CancellationToken ct) =>
        (await list.HandleAsync(limit, cursor, ct)).ToOk();
}
