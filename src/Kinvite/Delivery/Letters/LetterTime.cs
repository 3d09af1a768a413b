using System.Globalization;

namespace Kinvite.Delivery.Letters;

/// <summary>Instants as people read them: day and time written out in the family's or the reader's zone, which is named.</summary>
internal static class LetterTime
{
    /// <summary><c>Friday, 27 November 2026, 18:00 (Europe/Oslo)</c>; an unknown zone is UTC.</summary>
    public static string Write(DateTimeOffset instant, string timeZone, CultureInfo culture)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
        {
            (zone, timeZone) = (TimeZoneInfo.Utc, "UTC");
        }

        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var day = local.ToString(culture.TwoLetterISOLanguageName == "es" ? "dddd d 'de' MMMM 'de' yyyy" : "dddd, d MMMM yyyy", culture);
        return $"{day}, {local.ToString("HH:mm", CultureInfo.InvariantCulture)} ({timeZone.Replace('_', ' ')})";
    }
}
