using System.Globalization;
using Kinvite.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Kinvite.Tests.Pages;

public sealed class RelativeWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    private readonly IStringLocalizer<PageTexts> texts =
        new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<PageTexts>>();

    [Theory]
    [InlineData("en", -30, "just now")]
    [InlineData("en", -60, "a minute ago")]
    [InlineData("en", -119, "a minute ago")]
    [InlineData("en", -120, "2 minutes ago")]
    [InlineData("en", -3600, "an hour ago")]
    [InlineData("en", -86400, "a day ago")]
    [InlineData("en", -86400 * 30, "30 days ago")]
    [InlineData("en", -86400 * 31, "on 20 October 2026")]
    [InlineData("en", 30, "in a moment")]
    [InlineData("en", 90, "in 2 minutes")]
    [InlineData("en", 3599, "in an hour")]
    [InlineData("en", (3600 * 23) + 1800, "in a day")]
    [InlineData("en", (86400 * 7) - 1, "in 7 days")]
    [InlineData("en", (86400 * 6) + (3600 * 11), "in 6 days")]
    [InlineData("es", -120, "hace 2 minutos")]
    [InlineData("es", 86400 * 3, "dentro de 3 días")]
    [InlineData("es", 86400 * 40, "el 30 de diciembre de 2026")]
    public void An_instant_is_said_as_people_say_it(string language, int seconds, string words)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Assert.Equal(words, RelativeWords.Say(Now.AddSeconds(seconds), Now, TimeZoneInfo.Utc, texts));
    }

    [Fact]
    public void The_exact_instant_is_in_the_viewers_zone() => Assert.Equal(
        "21 November 2026, 00:30 (Europe/Oslo)",
        LocalTime.Exact(Now.AddHours(5.5), TimeZoneInfo.FindSystemTimeZoneById("Europe/Oslo"), CultureInfo.GetCultureInfo("en")));
}
