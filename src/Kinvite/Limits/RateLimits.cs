using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.Extensions.Options;

namespace Kinvite.Limits;

/// <summary>
/// Counts callers in PostgreSQL, so that every server agrees: one row for each key, one statement that counts and decides.
/// It takes a connection of its own and comes before the business transaction: what was refused there still counts here.
/// </summary>
internal sealed class RateLimits(Database database, KeyRing ring, IOptions<KinviteOptions> options, IHttpContextAccessor http, KinviteMetrics metrics, TimeProvider clock)
{
    /// <summary>
    /// A column that counting statements return besides: their own commit does not wait for the disk, for this one transaction. A PostgreSQL that
    /// loses its power forgets what was counted in the last moment; waiting would cost every caller as much as the work itself.
    /// </summary>
    public const string WithoutWaiting = "set_config('synchronous_commit', 'off', true)";

    // Refused: the update's WHERE keeps the row as it is, and the second half reports how full it was.
    private const string Statement = $"""
        WITH taken AS (
            INSERT INTO rate_counters AS c (key, arrival_at, granted) VALUES ($1, $2 + $3, 0)
            ON CONFLICT (key) DO UPDATE SET arrival_at = greatest(c.arrival_at, $2) + $3
            WHERE greatest(c.arrival_at, $2) + $3 <= $2 + $4
            RETURNING arrival_at)
        SELECT true, arrival_at, {WithoutWaiting} FROM taken
        UNION ALL
        SELECT false, arrival_at, {WithoutWaiting} FROM rate_counters WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM taken)
        """;

    /// <summary>The counter's key: never an address in the clear.</summary>
    public static string Key(KeyRing ring, Limit limit, string who) => $"{limit.Name}:{ring.Fingerprint($"{limit.Name}:{who}")}";

    /// <summary>Counts <paramref name="cost"/> more; 429 <c>limit.exceeded</c>, counting nothing, when that is too many.</summary>
    /// <param name="limit">One of <see cref="CallerLimits"/>.</param>
    /// <param name="who">An account id, address key or client network; only its keyed hash is stored.</param>
    /// <param name="ct">Ends the wait, not the count.</param>
    /// <param name="cost">How many at once, for bulk calls.</param>
    public async Task<Problem?> TakeAsync(Limit limit, string who, CancellationToken ct, int cost = 1)
    {
        var gcra = Gcra.Of(limit, options.Value.Limits.Factor);
        var now = clock.Now();
        if (cost > gcra.Count)
        {
            metrics.Refused(limit.Name);
            return Limit.Exceeded(gcra.Per); // never fits; the statement's INSERT would not notice
        }

        await using var command = database.Source.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = Key(ring, limit, who) });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = gcra.Interval * cost });
        command.Parameters.Add(new() { Value = gcra.Per });
        await using var reader = await command.ExecuteReaderAsync(ct);
        // No row: refused by one that was committed after this statement began, which is then not visible here.
        var seen = await reader.ReadAsync(ct);
        var taken = seen && reader.GetBoolean(0);
        var arrival = seen ? reader.GetFieldValue<DateTimeOffset>(1) : now + gcra.Per;
        var wait = gcra.Wait(arrival, now, taken ? 1 : cost);
        if (limit.Shown && http.HttpContext is { } context)
        {
            RateLimitHeaders.Write(context.Response, limit, gcra, gcra.Remaining(arrival, now), wait);
        }

        if (taken)
        {
            return null;
        }

        metrics.Refused(limit.Name);
        return Limit.Exceeded(wait > gcra.Interval ? wait : gcra.Interval);
    }

    /// <summary>Undoes one that was taken and then not used.</summary>
    public async Task GiveBackAsync(Limit limit, string who, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("UPDATE rate_counters SET arrival_at = arrival_at - $2 WHERE key = $1");
        command.Parameters.Add(new() { Value = Key(ring, limit, who) });
        command.Parameters.Add(new() { Value = Gcra.Of(limit, options.Value.Limits.Factor).Interval });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How much of each is left, counting nothing; in the order of <paramref name="wanted"/>, in one statement.</summary>
    public async Task<IReadOnlyList<LimitLeft>> LookAsync(IReadOnlyList<LimitUse> wanted, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("SELECT key, arrival_at FROM rate_counters WHERE key = ANY ($1)");
        command.Parameters.Add(new() { Value = wanted.Select(w => Key(ring, w.Limit, w.Who)).ToArray() });
        var arrivals = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            arrivals[reader.GetString(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        }

        var now = clock.Now();
        return [.. wanted.Select(w =>
        {
            var gcra = Gcra.Of(w.Limit, options.Value.Limits.Factor);
            var arrival = arrivals.GetValueOrDefault(Key(ring, w.Limit, w.Who), now);
            return new LimitLeft(gcra.Count, gcra.Remaining(arrival, now), gcra.Wait(arrival, now, cost: 1));
        })];
    }
}
