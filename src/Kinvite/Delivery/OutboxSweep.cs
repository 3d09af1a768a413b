using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery;

/// <summary>
/// Tidies the outbox once an hour: what was done 30 days ago goes, unless a feature still shows it; and where mail is off, what nobody will
/// send is dropped after an hour, so that it does not go out late should a mail server be set up one day.
/// </summary>
internal sealed partial class OutboxSweep(IServiceScopeFactory scopes, IEnumerable<IMessageType> types, MailSetup mail, TimeProvider clock, ILogger<OutboxSweep> logger)
    : BackgroundService
{
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    /// <summary>How long a message waits for somebody to configure a channel.</summary>
    public static readonly TimeSpan WhileOff = TimeSpan.FromHours(1);

    private const int Bite = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly Dictionary<string, IMessageType> types = types.ToDictionary(t => t.Type, StringComparer.Ordinal);

    /// <summary>Removes what is old; answers how many rows.</summary>
    public async Task<int> RemoveOldAsync(CancellationToken ct)
    {
        var (before, total) = (OutboxIds.From(clock.Now() - KeepFor), 0);
        for (var after = Guid.Empty; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
            var old = await db.Outbox.AsNoTracking().Where(o => o.Id.CompareTo(before) < 0 && o.Id.CompareTo(after) > 0 && o.DoneAt != null)
                .OrderBy(o => o.Id).Take(Bite).ToListAsync(ct);
            var kept = new HashSet<Guid>();
            foreach (var group in old.GroupBy(o => o.Type, StringComparer.Ordinal))
            {
                if (types.TryGetValue(group.Key, out var type))
                {
                    kept.UnionWith(await type.ShownAsync([.. group], db, ct));
                }
            }

            var gone = old.Select(o => o.Id).Where(id => !kept.Contains(id)).ToList();
            total += await db.Outbox.Where(o => gone.Contains(o.Id)).ExecuteDeleteAsync(ct);
            if (old.Count < Bite)
            {
                return total;
            }

            after = old[^1].Id;
        }
    }

    /// <summary>
    /// Where mail is off: drops what has waited long enough and was never tried. Should another server of the same database send after all, it
    /// has long tried by then.
    /// </summary>
    public async Task<int> DropUnsendableAsync(CancellationToken ct)
    {
        if (mail.IsOn)
        {
            return 0;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var now = clock.Now();
        var before = now - WhileOff;
        return await db.Outbox.Where(o => o.DoneAt == null && o.Attempts == 0 && o.DueAt <= before && o.LockedUntil == null).ExecuteUpdateAsync(
            s => s.SetProperty(o => o.State, DeliveryState.Dropped).SetProperty(o => o.StateAt, now).SetProperty(o => o.DoneAt, now).SetProperty(o => o.Detail, "Mail is off"),
            ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                if (await DropUnsendableAsync(stoppingToken) is > 0 and var dropped)
                {
                    LogDropped(dropped);
                }

                await RemoveOldAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name); // the database may be away for a moment; the next round catches up
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(3150, LogLevel.Warning, "{Count} messages were dropped because mail is off. Set Kinvite__Smtp__Host or Kinvite__Resend__ApiKey to send them")]
    private partial void LogDropped(int count);

    [LoggerMessage(3151, LogLevel.Warning, "The outbox could not be tidied ({Fault}); the next round comes in an hour")]
    private partial void LogFailed(string fault);
}
