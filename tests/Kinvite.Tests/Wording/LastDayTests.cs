using Kinvite.Wording;

namespace Kinvite.Tests.Wording;

public sealed class LastDayTests
{
    [Theory]
    [InlineData("2026-11-30", "Europe/Oslo", "2026-11-30T23:00:00Z")]
    [InlineData("2026-06-30", "Europe/Oslo", "2026-06-30T22:00:00Z")]
    [InlineData("2026-11-30", "America/Mexico_City", "2026-12-01T06:00:00Z")]
    [InlineData("2026-11-30", "No/Such_Zone", "2026-12-01T00:00:00Z")]
    public void A_day_ends_where_the_person_lives_who_chose_it(string typed, string zone, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), LastDay.EndOf(typed, zone));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("30.11.2026")]
    [InlineData("2026-02-30")]
    [InlineData("1999-12-31")]
    [InlineData("2201-01-01")]
    public void What_is_no_day_has_no_end(string? typed) => Assert.Null(LastDay.EndOf(typed, "UTC"));
}
