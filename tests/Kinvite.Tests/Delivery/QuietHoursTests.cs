using System.Globalization;
using Kinvite.Delivery;

namespace Kinvite.Tests.Delivery;

public sealed class QuietHoursTests
{
    [Theory]
    // zone, instant, earliest instant by day
    [InlineData("Europe/Oslo", "2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z")] // 19:00
    [InlineData("Europe/Oslo", "2026-11-20T19:59:59Z", "2026-11-20T19:59:59Z")] // 20:59:59
    [InlineData("Europe/Oslo", "2026-11-20T20:00:00Z", "2026-11-21T07:00:00Z")] // 21:00
    [InlineData("Europe/Oslo", "2026-11-21T02:00:00Z", "2026-11-21T07:00:00Z")] // 03:00
    [InlineData("Europe/Oslo", "2026-11-21T06:59:59Z", "2026-11-21T07:00:00Z")]
    [InlineData("Europe/Oslo", "2026-11-21T07:00:00Z", "2026-11-21T07:00:00Z")]
    [InlineData("Europe/Oslo", "2027-03-27T21:30:00Z", "2027-03-28T06:00:00Z")] // clocks go forward in that night
    [InlineData("Pacific/Auckland", "2026-11-20T18:00:00Z", "2026-11-20T19:00:00Z")] // 07:00 the next day there
    [InlineData("America/Los_Angeles", "2026-11-20T07:00:00Z", "2026-11-20T16:00:00Z")] // 23:00 the day before
    [InlineData("Asia/Kathmandu", "2026-11-20T15:16:00Z", "2026-11-21T02:15:00Z")] // a quarter of an hour beside the others
    public void What_would_come_at_night_comes_in_the_morning(string zone, string instant, string earliest) =>
        Assert.Equal(At(earliest), QuietHours.After(At(instant), QuietHours.Zone(zone)));

    [Fact]
    public void No_hour_of_any_zone_in_a_year_is_at_night_or_later_than_the_next_morning()
    {
        foreach (var zone in new[] { "Europe/Oslo", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo", "Nowhere/Atall" }.Select(QuietHours.Zone))
        {
            for (var now = At("2026-01-01T00:00:00Z"); now < At("2027-01-01T00:00:00Z"); now += TimeSpan.FromMinutes(50))
            {
                var after = QuietHours.After(now, zone);
                Assert.InRange(TimeZoneInfo.ConvertTime(after, zone).Hour, 8, 20);
                Assert.InRange(after - now, TimeSpan.Zero, TimeSpan.FromHours(12));
            }
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
