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
/// Counts invitations that are about to be sent, for the person, the family and each recipient, in one statement whatever their number, and texts
/// in a second one for what all families share. A bulk call gets as many as fit, in order.
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
        var person = new LimitUse(CallerLimits.Invite, accountId.ToString());
        var family = new LimitUse(CallerLimits.InviteFamily, familyId.ToString());
        var own = recipients.Select(r => Own(r, familyId)).ToList();
        var granted = await CountAsync([.. Enumerable.Repeat(person, recipients.Count), .. Enumerable.Repeat(family, recipients.Count), .. own.SelectMany(o => o)], ct);
        var allowance = SendingAllowance.Of(Math.Min(granted[person], granted[family]), own, granted, Interval(person));
        // What everybody shares is taken only by what may go out: who is refused uses up nobody else's.
        var shared = recipients.Select((r, i) => allowance.Has(i) ? Everybodys(r) : []).ToList();
        if (shared.Exists(s => s.Count > 0))
        {
            var more = await CountAsync([.. shared.SelectMany(s => s)], ct);
            if (more.Any(m => m is { Key: { Limit: var limit }, Value: 0 } && limit == CallerLimits.TextDay))
            {
                TextLimits.LogDayIsUsedUp(logger);
            }

            allowance = allowance.And(shared, more, Interval(person));
        }

        metrics.Refused(CallerLimits.Invite.Name, allowance.RefusedCount);
        return allowance;
    }

    /// <summary>How many of each were granted.</summary>
    private async Task<Dictionary<LimitUse, int>> CountAsync(IReadOnlyList<LimitUse> uses, CancellationToken ct)
    {
        var wanted = uses.GroupBy(u => u).ToDictionary(u => RateLimits.Key(ring, u.Key.Limit, u.Key.Who), u => (Use: u.Key, Count: u.Count(), Gcra: Of(u.Key)), StringComparer.Ordinal);
        await using var command = database.Source.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = wanted.Keys.ToArray() });
        command.Parameters.Add(new() { Value = wanted.Values.Select(w => w.Count).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Values.Select(w => w.Gcra.Count).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Values.Select(w => w.Gcra.Interval).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval });
        command.Parameters.Add(new() { Value = clock.Now() });
        var granted = new Dictionary<LimitUse, int>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            granted[wanted[reader.GetString(0)].Use] = reader.GetInt32(1);
        }

        return granted;
    }

    private Gcra Of(LimitUse use) => Gcra.Of(use.Limit, options.Value.Limits.Factor);

    private TimeSpan Interval(LimitUse use) => Of(use).Interval;

    // What one message takes of its recipient and its family, beside the person's and the family's own.
    private static IReadOnlyList<LimitUse> Own(string? recipient, Guid familyId) => recipient is null ? []
        : PhoneNumber.TryParse(recipient) is { } number
            ? [new(CallerLimits.InviteRecipient, recipient), new(CallerLimits.TextNumber, number.Key), TextLimits.OfFamily(familyId)]
            : [new(CallerLimits.InviteRecipient, recipient)];

    private static IReadOnlyList<LimitUse> Everybodys(string? recipient) =>
        PhoneNumber.TryParse(recipient) is { } number ? [new(CallerLimits.TextPrefix, number.Prefix), new(CallerLimits.TextDay, "")] : [];
}

/// <summary>Which entries of a call may be sent.</summary>
internal sealed class SendingAllowance
{
    // For each entry why it may not; null where it may.
    private readonly Problem?[] refusals;

    private SendingAllowance(Problem?[] refusals) => this.refusals = refusals;

    public int RefusedCount => refusals.Count(r => r is not null);

    /// <summary>In order: the first <paramref name="most"/> entries for which each of their counters still has one.</summary>
    public static SendingAllowance Of(int most, IReadOnlyList<IReadOnlyList<LimitUse>> entries, IReadOnlyDictionary<LimitUse, int> granted, TimeSpan wait)
    {
        var left = granted.ToDictionary(g => g.Key, g => g.Value);
        var full = new Problem?[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            var used = most > 0 ? entries[i].FirstOrDefault(use => left[use] == 0) : null;
            if (most <= 0 || used is not null)
            {
                full[i] = used is null ? Limit.Exceeded(wait) : Full(used, wait);
                continue;
            }

            foreach (var use in entries[i])
            {
                left[use]--;
            }

            most--;
        }

        return new(full);
    }

    /// <summary>The same, less those that have none left of what is counted besides.</summary>
    public SendingAllowance And(IReadOnlyList<IReadOnlyList<LimitUse>> entries, IReadOnlyDictionary<LimitUse, int> granted, TimeSpan wait) =>
        new([.. refusals.Zip(Of(entries.Count, entries, granted, wait).refusals, (own, other) => own ?? other)]);

    public bool Has(int index) => refusals[index] is null;

    /// <summary>The refusal for one that may not; of the limits it names only the day's texts, beside which other ways are open.</summary>
    public Problem Refusal(int index) => refusals[index]!;

    private static Problem Full(LimitUse use, TimeSpan wait) =>
        use.Limit == CallerLimits.TextFamily || use.Limit == CallerLimits.TextDay ? Limit.NoTextsLeft(use.Limit.Per / use.Limit.Count) : Limit.Exceeded(wait);
}
