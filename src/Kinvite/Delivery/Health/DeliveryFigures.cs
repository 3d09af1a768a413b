using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery.Health;

/// <summary>How delivery is doing: counts and ages, of nobody in particular.</summary>
/// <param name="LastDay">Messages queued in the last 24 hours by type and by where they stand.</param>
/// <param name="Waiting">Messages that wait for a try, of any age.</param>
/// <param name="OldestWaiting">When the oldest of them was queued; null = none waits.</param>
public sealed record DeliveryFigures(IReadOnlyList<DeliveryCount> LastDay, int Waiting, DateTimeOffset? OldestWaiting)
{
    internal static async Task<DeliveryFigures> ReadAsync(KinviteDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        var since = OutboxIds.From(now.AddDays(-1));
        var counts = await db.Outbox.Where(o => o.Id.CompareTo(since) >= 0).GroupBy(o => new { o.Type, o.State })
            .Select(g => new { g.Key.Type, g.Key.State, Count = g.Count() }).ToListAsync(ct);
        var waiting = await db.Outbox.Where(o => o.DoneAt == null).GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Oldest = g.Min(o => o.CreatedAt) }).SingleOrDefaultAsync(ct);
        return new(
            [.. counts.OrderBy(c => c.Type, StringComparer.Ordinal).ThenBy(c => c.State).Select(c => new DeliveryCount(c.Type, c.State, c.Count))],
            waiting?.Count ?? 0,
            waiting?.Oldest);
    }
}

/// <summary>Messages of one type in one state.</summary>
/// <param name="Type">Such as <c>invitation</c> or <c>code</c>.</param>
/// <param name="State">Where they stand.</param>
/// <param name="Count">How many.</param>
public sealed record DeliveryCount(string Type, DeliveryState State, int Count);
