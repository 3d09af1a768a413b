using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Telemetry;

/// <summary>
/// How much mail waits: one statement over the partial index of what is not done, at most once a second however many ask, and never for longer
/// than two seconds.
/// </summary>
internal sealed class OutboxDepth(Database database, TimeProvider clock) : IDisposable
{
    private const string Statement = """
        SELECT count(*), coalesce(extract(epoch FROM $1 - min(due_at) FILTER (WHERE due_at <= $1)), 0)::float8 FROM outbox WHERE done_at IS NULL
        """;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim one = new(1);
    private long lookedAt;
    private (long Waiting, double Lag)? found;

    public IEnumerable<Measurement<long>> Waiting => Look() is { } depth ? [new(depth.Waiting)] : [];

    public IEnumerable<Measurement<double>> Lag => Look() is { } depth ? [new(depth.Lag)] : [];

    public int DatabaseUp => Look() is null ? 0 : 1;

    /// <summary>Looks, unless somebody just did. Asked before the gauges are read, so that reading them waits for nothing.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (lookedAt == 0 || Stopwatch.GetElapsedTime(lookedAt) >= Fresh)
            {
                found = await ReadAsync(ct);
                lookedAt = Stopwatch.GetTimestamp();
            }
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    // The exporter reads gauges on a thread of its own, which may wait; whoever serves /metrics has refreshed before.
    private (long Waiting, double Lag)? Look()
    {
        if (lookedAt == 0 || Stopwatch.GetElapsedTime(lookedAt) >= Fresh + Patience)
        {
            RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return found;
    }

    private async Task<(long Waiting, double Lag)?> ReadAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using var command = database.Source.CreateCommand(Statement);
            command.Parameters.Add(new() { Value = clock.Now() });
            await using var reader = await command.ExecuteReaderAsync(patience.Token);
            await reader.ReadAsync(patience.Token);
            return (reader.GetInt64(0), Math.Max(0, reader.GetDouble(1)));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or ObjectDisposedException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // away, or not opened yet, or closed already
        }
    }
}
