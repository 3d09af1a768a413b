using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Signs one device out: one UPDATE, and its next request anywhere is refused.</summary>
internal sealed class EndSession(KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount account, TimeProvider clock)
{
    /// <returns>Whether it was the one that asks; or 404 for one that is over, unknown or somebody else's.</returns>
    public Task<Result<bool>> HandleAsync(Guid id, CancellationToken ct) => transaction.RunAsync(account.Id, _ => EndAsync(id, ct), ct);

    public static void Map(IEndpointRouteBuilder account) => account.MapDelete("/sessions/{id:guid}", DeleteAsync)
        .WithName(nameof(EndSession)).Produces(204).ProducesProblem(401).ProducesProblem(404);

    private async Task<Result<bool>> EndAsync(Guid id, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } over)
        {
            return over;
        }

        var now = clock.Now();
        var ended = await db.Sessions.Where(s => s.Id == id && s.AccountId == account.Id && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        return ended == 0 ? Problem.NotFound : id == account.SessionId;
    }

    [EndpointSummary("Sign one device out")]
    private static async Task<IResult> DeleteAsync(Guid id, EndSession useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(id, ct)).ToHttp(_ => TypedResults.NoContent());
}
