using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Kinvite.Pages;

/// <summary>Instants as one says them: <c>2 minutes ago</c>, <c>in 6 days</c>; further away than a month, the day itself.</summary>
internal static class RelativeWords
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(31);

    public static string Say(DateTimeOffset instant, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<PageTexts> texts)
    {
        var distance = (instant - now).Duration();
        if (distance >= Month)
        {
            return texts["OnDay", LocalTime.Day(instant, zone, CultureInfo.CurrentUICulture)];
        }

        return instant > now ? Ahead(distance, texts) : Ago(distance, texts);
    }

    // Ahead to the nearest: an invitation of 7 days says 7 right after it was made. Behind rounded down: 2 minutes are over when they are over.
    private static string Ahead(TimeSpan distance, IStringLocalizer<PageTexts> texts) =>
        (Round(distance.TotalMinutes), Round(distance.TotalHours), Round(distance.TotalDays)) switch
        {
            _ when distance < TimeSpan.FromMinutes(1) => texts["InAMoment"],
            (1, _, _) => texts["InOneMinute"],
            ( < 60, _, _) and var (minutes, _, _) => texts["InMinutes", minutes],
            (_, 1, _) => texts["InOneHour"],
            (_, < 24, _) and var (_, hours, _) => texts["InHours", hours],
            (_, _, 1) => texts["InOneDay"],
            var (_, _, days) => texts["InDays", days],
        };

    private static int Round(double units) => (int)Math.Round(units, MidpointRounding.AwayFromZero);

    private static string Ago(TimeSpan distance, IStringLocalizer<PageTexts> texts) => distance switch
    {
        { TotalMinutes: < 1 } => texts["JustNow"],
        { TotalMinutes: < 2 } => texts["OneMinuteAgo"],
        { TotalHours: < 1 } => texts["MinutesAgo", (int)distance.TotalMinutes],
        { TotalHours: < 2 } => texts["OneHourAgo"],
        { TotalDays: < 1 } => texts["HoursAgo", (int)distance.TotalHours],
        { TotalDays: < 2 } => texts["OneDayAgo"],
        _ => texts["DaysAgo", (int)distance.TotalDays],
    };
}
