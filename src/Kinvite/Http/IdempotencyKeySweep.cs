using Kinvite.Persistence;

namespace Kinvite.Http;

/// <summary>Removes keys whose time is over, every hour, in bites that hold up nobody.</summary>
internal sealed partial class IdempotencyKeySweep(Database database, TimeProvider clock, ILogger<IdempotencyKeySweep> logger) : BackgroundService
{
    private const int Bite = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes all whose time is over now.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        for (var total = 0; ;)
        {
            await using var command = database.Source.CreateCommand("""
                DELETE FROM idempotency_keys WHERE id = ANY (ARRAY(
                    SELECT id FROM idempotency_keys WHERE created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
                """);
            command.Parameters.Add(new() { Value = clock.Now() - IdempotencyKey.Lifetime });
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

    [LoggerMessage(9011, LogLevel.Warning, "Idempotency keys could not be removed ({Fault})")]
    private partial void LogFailed(string fault);
}
