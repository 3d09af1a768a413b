using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Signs out everywhere: one UPDATE, and it holds on every server at the next request.</summary>
internal sealed class EndSessions(KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount account, TimeProvider clock)
{
    /// <param name="current">Also the session that asks.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How many were alive.</returns>
    public Task<Result<int>> HandleAsync(bool current, CancellationToken ct) => transaction.RunAsync(account.Id, _ => EndAsync(current, ct), ct);

    public static void Map(IEndpointRouteBuilder account) => account.MapDelete("/sessions", DeleteAsync)
        .WithName(nameof(EndSessions)).Produces(204).ProducesProblem(401);

    private async Task<Result<int>> EndAsync(bool current, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } over)
        {
            return over;
        }

        var now = clock.Now();
        var ended = await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && (current || s.Id != account.SessionId))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);

        // Nobody stays in on a tablet that this person gave to a family either; the tablet itself is the family's to remove.
        var tablets = await (
            from member in db.Members
            where member.AccountId == account.Id
            join device in db.Devices on new { member.FamilyId, By = member.Id } equals new { device.FamilyId, By = device.AddedBy }
            select (Guid?)device.Id).ToListAsync(ct);
        return tablets.Count == 0 ? ended : ended + await db.Sessions.Where(s => tablets.Contains(s.DeviceId) && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
    }

    [EndpointSummary("Sign out everywhere else")]
    [EndpointDescription("Ends every session but the one that asks, and those of children on tablets that this account gave to a family; with ?current=true the one that asks, too.")]
    private static async Task<IResult> DeleteAsync(bool? current, EndSessions useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(current is true, ct)).ToHttp(_ => TypedResults.NoContent());
}
