using System.Globalization;

namespace Kinvite.Invitations;

/// <summary>The last day of access, as people choose it: it ends where the person lives who chose it.</summary>
internal static class LastDay
{
    /// <summary>The instant at which that day is over, or null where it is no day (<c>2026-11-30</c>).</summary>
    public static DateTimeOffset? EndsAt(string? text, string timeZone)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 2000 or > 2200)
        {
            return null;
        }

        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found) ? found : TimeZoneInfo.Utc;
        var midnight = day.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
