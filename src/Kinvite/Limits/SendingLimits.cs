using Kinvite.Addresses;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.Extensions.Options;
using NpgsqlTypes;

namespace Kinvite.Limits;

/// <summary>
/// Counts invitations that are about to be sent, for the person, the family and each recipient, in one statement whatever their number.
/// A bulk call gets as many as fit, in order.
/// </summary>
internal sealed class SendingLimits(Database database, KeyRing ring, IOptions<KinviteOptions> options, KinviteMetrics metrics, TimeProvider clock, ILogger<SendingLimits> logger)
{
    // The same arithmetic as Gcra, for many rows at once. "wanted" steps are inserted; a row that is there takes as many of them as are free.
    // Keys in order, so that two calls never wait for each other in a circle.
    private const string Statement = $"""
        INSERT INTO rate_counters AS c (key, arrival_at, granted)
        SELECT key, $5 + step * least(wanted, most), least(wanted, most)
        FROM unnest($1::text[], $2::int[], $3::int[], $4::interval[]) AS w (key, wanted, most, step) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET (arrival_at, granted) = (
            SELECT greatest(c.arrival_at, $5) + w.step * g.granted, g.granted
            FROM unnest($1::text[], $2::int[], $3::int[], $4::interval[]) AS w (key, wanted, most, step),
            LATERAL (SELECT greatest(0, least(w.wanted, floor(
                extract(epoch FROM $5 + w.step * w.most - greatest(c.arrival_at, $5)) / extract(epoch FROM w.step) + 0.000001)::int)) AS granted) AS g
            WHERE w.key = c.key)
        RETURNING key, granted, {RateLimits.WithoutWaiting}
        """;

    /// <summary>Counts and answers what may be sent.</summary>
    /// <param name="accountId">Who sends.</param>
    /// <param name="familyId">For which family.</param>
    /// <param name="recipients">For each entry the recipient's address key, or null when nothing is sent to anybody.</param>
    /// <param name="ct">Ends the wait, not the count.</param>
    public async Task<SendingAllowance> TakeAsync(Guid accountId, Guid familyId, IReadOnlyList<string?> recipients, CancellationToken ct)
    {
        var person = RateLimits.Key(ring, CallerLimits.Invite, accountId.ToString());
        var family = RateLimits.Key(ring, CallerLimits.InviteFamily, familyId.ToString());
        var shared = recipients.Select(r => Shared(r, familyId).Select(l => (Key: RateLimits.Key(ring, l.Limit, l.Who), l.Limit)).ToList()).ToList();
        var wanted = new List<(string Key, int Count, Gcra Gcra)>
        {
            (person, recipients.Count, Gcra.Of(CallerLimits.Invite, options.Value.Limits.Factor)),
            (family, recipients.Count, Gcra.Of(CallerLimits.InviteFamily, options.Value.Limits.Factor)),
        };
        wanted.AddRange(shared.SelectMany(s => s).GroupBy(l => l.Key, StringComparer.Ordinal)
            .Select(k => (k.Key, k.Count(), Gcra.Of(k.First().Limit, options.Value.Limits.Factor))));

        await using var command = database.Source.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Key).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Count).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Gcra.Count).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Gcra.Interval).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval });
        command.Parameters.Add(new() { Value = clock.Now() });
        var granted = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            granted[reader.GetString(0)] = reader.GetInt32(1);
        }

        if (shared.Exists(s => s.Exists(l => l.Limit == CallerLimits.TextDay && granted[l.Key] == 0)))
        {
            TextLimits.LogDayIsUsedUp(logger);
        }

        var allowance = SendingAllowance.Of(Math.Min(granted[person], granted[family]), [.. shared.Select(s => s.ConvertAll(l => l.Key))], granted, wanted[0].Gcra.Interval);
        metrics.Refused(CallerLimits.Invite.Name, allowance.RefusedCount);
        return allowance;
    }

    // What one message takes beside the person's and the family's own.
    private static IEnumerable<(Limit Limit, string Who)> Shared(string? recipient, Guid familyId)
    {
        if (recipient is null)
        {
            yield break;
        }

        yield return (CallerLimits.InviteRecipient, recipient);
        if (PhoneNumber.TryParse(recipient) is { } number)
        {
            yield return (CallerLimits.TextNumber, number.Key);
            yield return (CallerLimits.TextPrefix, number.Prefix);
            yield return (CallerLimits.TextFamily, familyId.ToString());
            yield return (CallerLimits.TextDay, "");
        }
    }
}

/// <summary>Which entries of a call may be sent.</summary>
internal sealed class SendingAllowance
{
    private readonly bool[] allowed;
    private readonly TimeSpan wait;

    private SendingAllowance(bool[] allowed, TimeSpan wait) => (this.allowed, this.wait) = (allowed, wait);

    /// <summary>In order: the first <paramref name="most"/> entries for which each of their counters still has one.</summary>
    public static SendingAllowance Of(int most, IReadOnlyList<IReadOnlyList<string>> recipients, IReadOnlyDictionary<string, int> granted, TimeSpan wait)
    {
        var left = granted.ToDictionary(g => g.Key, g => g.Value, StringComparer.Ordinal);
        var sendable = new bool[recipients.Count];
        for (var i = 0; i < recipients.Count; i++)
        {
            if (most > 0 && recipients[i].All(key => left[key] > 0))
            {
                foreach (var key in recipients[i])
                {
                    left[key]--;
                }

                sendable[i] = true;
                most--;
            }
        }

        return new(sendable, wait);
    }

    public bool Has(int index) => allowed[index];

    public int RefusedCount => allowed.Count(a => !a);

    /// <summary>The refusal for one that may not; it does not say whose limit it was.</summary>
    public Problem Refusal => Limit.Exceeded(wait);
}
