using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Signs out everywhere: one UPDATE, and it holds on every server at the next request.</summary>
internal sealed class EndSessions(KinviteDbContext db, CurrentAccount account, TimeProvider clock)
{
    /// <param name="current">Also the session that asks.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How many were alive.</returns>
    public async Task<int> HandleAsync(bool current, CancellationToken ct)
    {
        var now = clock.Now();
        return await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && (current || s.Id != account.SessionId))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapDelete("/sessions", DeleteAsync)
        .WithName(nameof(EndSessions)).Produces(204).ProducesProblem(401);

    [EndpointSummary("Sign out everywhere else")]
    [EndpointDescription("Ends every session but the one that asks; with ?current=true that one, too.")]
    private static async Task<IResult> DeleteAsync(bool? current, EndSessions useCase, CancellationToken ct)
    {
        await useCase.HandleAsync(current is true, ct);
        return TypedResults.NoContent();
    }
}
