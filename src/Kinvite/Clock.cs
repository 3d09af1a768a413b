namespace Kinvite;

/// <summary>The clock as the database keeps it: PostgreSQL has microseconds, so what is compared later is cut to them first.</summary>
internal static class Clock
{
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
