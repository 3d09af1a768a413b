using System.Globalization;

namespace Kinvite.Pages;

/// <summary>Instants written out for people, in their language and zone.</summary>
internal static class LocalTime
{
    /// <summary><c>27 November 2026</c>.</summary>
    public static string Day(DateTimeOffset instant, TimeZoneInfo zone, CultureInfo culture) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(culture.TwoLetterISOLanguageName == "es" ? "d 'de' MMMM 'de' yyyy" : "d MMMM yyyy", culture);

    /// <summary><c>27 November 2026, 18:00 (Europe/Oslo)</c>.</summary>
    public static string Exact(DateTimeOffset instant, TimeZoneInfo zone, CultureInfo culture)
    {
        var time = TimeZoneInfo.ConvertTime(instant, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        return $"{Day(instant, zone, culture)}, {time} ({NameOf(zone)})";
    }

    private static string NameOf(TimeZoneInfo zone) => zone.Id is "Etc/UTC" ? "UTC" : zone.Id.Replace('_', ' ');
}
