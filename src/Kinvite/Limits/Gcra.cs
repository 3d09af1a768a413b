namespace Kinvite.Limits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371): one instant says how full a bucket is, the theoretical arrival time.
/// Taking moves it on by one interval each; it may not lead the clock by more than the whole time.
/// </summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct Gcra
{
    private Gcra(int count, TimeSpan per, TimeSpan interval) => (Count, Per, Interval) = (count, per, interval);

    public int Count { get; }

    public TimeSpan Per { get; }

    /// <summary>The time after which one becomes free; cut to microseconds as the database keeps them.</summary>
    public TimeSpan Interval { get; }

    public static Gcra Of(Limit limit, double factor)
    {
        var count = (int)Math.Clamp(Math.Floor(limit.Count * (limit.Fixed ? 1 : factor)), 1, 1_000_000);
        var ticks = limit.Per.Ticks / count;
        return new(count, limit.Per, TimeSpan.FromTicks(ticks - (ticks % TimeSpan.TicksPerMicrosecond)));
    }

    /// <summary>Where the arrival time goes when <paramref name="cost"/> are taken; null when that is too many.</summary>
    public DateTimeOffset? Take(DateTimeOffset? arrival, DateTimeOffset now, int cost)
    {
        var next = (arrival > now ? arrival.Value : now) + (Interval * cost);
        return next <= now + Per ? next : null;
    }

    /// <summary>How many can be taken at once.</summary>
    public int Remaining(DateTimeOffset arrival, DateTimeOffset now) =>
        arrival <= now ? Count : (int)Math.Clamp((now + Per - arrival) / Interval, 0, Count);

    /// <summary>How long to wait until <paramref name="cost"/> can be taken; zero when they can now.</summary>
    public TimeSpan Wait(DateTimeOffset arrival, DateTimeOffset now, int cost)
    {
        var wait = (arrival > now ? arrival : now) + (Interval * cost) - (now + Per);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
