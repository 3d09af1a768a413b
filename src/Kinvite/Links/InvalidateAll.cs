using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Links;

/// <summary>
/// The command <c>invalidate-all</c>, for a restored backup or a leaked key: every link, code and session ends at once, on every server,
/// and no tablet is a family's any more.
/// Invitations themselves stay and can be sent again.
/// </summary>
internal sealed class InvalidateAll(KinviteDbContext db, KeyEpochs epochs, TimeProvider clock)
{
    /// <param name="ct">Leaves everything as it was.</param>
    /// <param name="epochAtLeast">The new epoch's number, when it has to leave some out.</param>
    /// <returns>The exit code: 0.</returns>
    public async Task<int> RunAsync(CancellationToken ct, int epochAtLeast = 1)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        _ = (await epochs.AddAsync(TimeSpan.Zero, ct, epochAtLeast)).Value;
        var sessions = await db.Sessions.Where(s => s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        await db.Devices.ExecuteDeleteAsync(ct);
        await db.Codes.Where(c => c.UsedAt == null).ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, now), ct);
        await transaction.CommitAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync($"Every link and code made so far is dead, and {sessions} sessions have ended; shared tablets have to be added again. Invitations can be sent again.");
        return 0;
    }
}
