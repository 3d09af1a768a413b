namespace Kinvite.Delivery;

/// <summary>When to try again: after about 5, 20 and 60 seconds, then doubling up to 6 hours, for 3 days (RFC 5321 §4.5.4.1 asks for 4–5 days of a relay; families wait less).</summary>
internal static class RetrySchedule
{
    /// <summary>After this time without success the message has failed.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] First = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)];
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>Up to a fifth sooner or later, so that what failed together does not come back together.</summary>
    private const double Jitter = 0.2;

    /// <summary>The instant of the next try, or null when there is none any more.</summary>
    /// <param name="attempts">Tries made, at least 1.</param>
    /// <param name="createdAt">When the message was queued.</param>
    /// <param name="now">The clock.</param>
    /// <param name="random">0 up to 1.</param>
    /// <param name="retryAfter">What the other side asked for; longer than the longest pause it counts as that.</param>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset createdAt, DateTimeOffset now, double random, TimeSpan? retryAfter = null)
    {
        var asked = retryAfter > Longest ? Longest : retryAfter ?? TimeSpan.Zero;
        var pause = Pause(attempts) > asked ? Pause(attempts) * (1 - Jitter + (2 * Jitter * random)) : asked * (1 + (Jitter * random));
        var due = now + pause;
        return due <= createdAt + GiveUpAfter ? due : null;
    }

    /// <summary>The pause after so many tries, without jitter.</summary>
    public static TimeSpan Pause(int attempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempts, 1);
        if (attempts <= First.Length)
        {
            return First[attempts - 1];
        }

        // 2^10 minutes are more than the longest pause already; the bound keeps the power from overflowing.
        var doubled = First[^1] * Math.Pow(2, Math.Min(attempts - First.Length, 10));
        return doubled < Longest ? doubled : Longest;
    }
}
