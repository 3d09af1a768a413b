namespace Kinvite.Delivery;

/// <summary>Nobody is reminded of anything between 21 and 8 o'clock where they are.</summary>
internal static class QuietHours
{
    private const int Morning = 8;
    private const int Evening = 21;

    /// <summary>The instant itself by day, else the next morning at 8.</summary>
    public static DateTimeOffset After(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
        if (local.Hour is >= Morning and < Evening)
        {
            return instant;
        }

        var morning = DateTime.SpecifyKind(local.Date.AddDays(local.Hour < Morning ? 0 : 1).AddHours(Morning), DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(morning))
        {
            morning = morning.AddMinutes(15); // clocks are put forward over it
        }

        return new DateTimeOffset(morning, zone.GetUtcOffset(morning)).ToUniversalTime();
    }

    /// <summary>The zone with this IANA name; UTC when there is none.</summary>
    public static TimeZoneInfo Zone(string? name) => name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
}
