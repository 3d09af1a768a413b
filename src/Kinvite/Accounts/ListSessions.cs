using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>One place where the account is signed in.</summary>
/// <param name="Id">For ending it.</param>
/// <param name="Kind"><c>web</c>, <c>api</c> or <c>tablet</c>.</param>
/// <param name="Device">What the browser or program calls itself, at most 120 characters; null when it says nothing.</param>
/// <param name="CreatedAt">When it signed in.</param>
/// <param name="LastSeenAt">When it was last used, to the hour.</param>
/// <param name="EndsAt">When it ends if it is not used again.</param>
/// <param name="Current">The one that asks.</param>
public sealed record SessionResponse(Guid Id, SessionKind Kind, string? Device, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset EndsAt, bool Current);

/// <summary>All that are alive.</summary>
/// <param name="Items">This one first, then those used last.</param>
public sealed record SessionsResponse(IReadOnlyList<SessionResponse> Items);

/// <summary>Where the account is signed in.</summary>
internal sealed class ListSessions(KinviteDbContext db, CurrentAccount account, TimeProvider clock)
{
    // Programs that sign in each time and never out leave a trail; the newest say enough.
    private const int Most = 100;

    public async Task<SessionsResponse> HandleAsync(CancellationToken ct)
    {
        var now = clock.Now();
        var alive = await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == account.Id && s.EndedAt == null && s.EndsAt > now && (s.Kind != SessionKind.Web || s.SecretEndsAt > now))
            .OrderByDescending(s => s.Id == account.SessionId).ThenByDescending(s => s.LastSeenAt).Take(Most).ToListAsync(ct);
        return new([.. alive.Select(s => new SessionResponse(
            s.Id, s.Kind, s.Device, s.CreatedAt, s.LastSeenAt, s.Kind == SessionKind.Web ? s.SecretEndsAt : s.EndsAt, s.Id == account.SessionId))]);
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapGet("/sessions", GetAsync)
        .WithName(nameof(ListSessions)).Produces<SessionsResponse>().ProducesProblem(401);

    [EndpointSummary("Where I am signed in")]
    private static async Task<IResult> GetAsync(ListSessions useCase, CancellationToken ct) => TypedResults.Ok(await useCase.HandleAsync(ct));
}
