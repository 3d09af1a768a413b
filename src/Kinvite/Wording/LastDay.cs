using System.Globalization;

namespace Kinvite.Wording;

/// <summary>A day that was chosen in a form as the last one of something.</summary>
internal static class LastDay
{
    /// <summary>The instant at which it ends where the person lives who chose it; null when it is no day.</summary>
    /// <param name="typed">As a date field sends it: <c>2026-11-30</c>.</param>
    /// <param name="timeZone">IANA zone of whoever typed it.</param>
    public static DateTimeOffset? EndOf(string? typed, string timeZone)
    {
        if (!DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 2000 or > 2200)
        {
            return null;
        }

        var zone = ZoneOf(timeZone);
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>The last day that an end leaves, as a date field shows it; null without an end.</summary>
    /// <param name="end">The instant at which it ends.</param>
    /// <param name="timeZone">IANA zone of whoever reads it.</param>
    public static string? Of(DateTimeOffset? end, string timeZone) =>
        end is { } at ? TimeZoneInfo.ConvertTime(at.AddTicks(-1), ZoneOf(timeZone)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static TimeZoneInfo ZoneOf(string timeZone) => TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found) ? found : TimeZoneInfo.Utc;
}
