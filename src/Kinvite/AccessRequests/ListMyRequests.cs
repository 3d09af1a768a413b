using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Something the caller asked for.</summary>
/// <param name="Id">For withdrawing it.</param>
/// <param name="Status">Where it stands; one that nobody is there to answer stays pending.</param>
/// <param name="Message">What the caller said.</param>
/// <param name="CreatedAt">When they asked.</param>
/// <param name="ResolvedAt">When it was answered, withdrawn or overtaken.</param>
public sealed record MyRequest(Guid Id, AccessRequestStatus Status, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt);

/// <summary>What the caller has asked for, wherever; nothing in it tells whether there is anybody who could answer.</summary>
internal sealed class ListMyRequests(KinviteDbContext db, CurrentAccount account)
{
    public async Task<Result<Page<MyRequest>>> HandleAsync(int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        return page.Value.Cut(
            await db.AccessRequests.Where(r => r.AccountId == account.Id && r.Id.CompareTo(page.Value.Before) < 0)
                .OrderByDescending(r => r.Id).Take(page.Value.Take)
                .Select(r => new MyRequest(r.Id, r.Status, r.Message, r.CreatedAt, r.ResolvedAt)).ToListAsync(ct),
            r => r.Id);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/access-requests", GetAsync).RequireAccount()
        .WithName(nameof(ListMyRequests)).Produces<Page<MyRequest>>().ProducesProblem(400).ProducesProblem(401);

    [EndpointSummary("What I have asked for")]
    private static async Task<IResult> GetAsync(int? limit, string? cursor, ListMyRequests list, CancellationToken ct) =>
        (await list.HandleAsync(limit, cursor, ct)).ToOk();
}
