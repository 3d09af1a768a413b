using Kinvite.Persistence;

namespace Kinvite.Limits;

/// <summary>Removes counters that are full again, which say the same as no row: every minute, in bites that hold up nobody.</summary>
internal sealed partial class RateCounterSweep(Database database, TimeProvider clock, ILogger<RateCounterSweep> logger) : BackgroundService
{
    private const int Bite = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Removes all that are idle now.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        for (var total = 0; ;)
        {
            // As an array the keys are looked up one by one; as a join, each bite could read the whole table.
            await using var command = database.Source.CreateCommand("""
                DELETE FROM rate_counters WHERE key = ANY (ARRAY(
                    SELECT key FROM rate_counters WHERE arrival_at <= $1 ORDER BY arrival_at LIMIT $2 FOR UPDATE SKIP LOCKED))
                """);
            command.Parameters.Add(new() { Value = clock.Now() });
            command.Parameters.Add(new() { Value = Bite });
            var removed = await command.ExecuteNonQueryAsync(ct);
            total += removed;
            if (removed < Bite)
            {
                return total;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name); // the database may be away for a moment; the next round catches up
            }
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Idle rate counters could not be removed ({Fault})")]
    private partial void LogFailed(string fault);
}
