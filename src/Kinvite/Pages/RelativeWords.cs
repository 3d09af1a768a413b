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

    // Rounded down: what lies 6 days and 23 hours ahead is not promised as a week.
    private static string Ahead(TimeSpan distance, IStringLocalizer<PageTexts> texts) => distance switch
    {
        { TotalMinutes: < 1 } => texts["InAMoment"],
        { TotalMinutes: < 2 } => texts["InOneMinute"],
        { TotalHours: < 1 } => texts["InMinutes", (int)distance.TotalMinutes],
        { TotalHours: < 2 } => texts["InOneHour"],
        { TotalDays: < 1 } => texts["InHours", (int)distance.TotalHours],
        { TotalDays: < 2 } => texts["InOneDay"],
        _ => texts["InDays", (int)distance.TotalDays],
    };

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
