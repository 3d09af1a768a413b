using System.Globalization;
using Kinvite.Delivery.Letters;

namespace Kinvite.Tests.Delivery;

public sealed class LetterTests
{
    private static readonly LetterFrame Frame = new("Open this:", "Nobody reads answers.", [new("Terms", "https://example.org/terms")]);

    [Fact]
    public void Code_and_links_stand_alone_on_their_lines()
    {
        var lines = LetterText.Write(
            new()
            {
                Locale = "en",
                Subject = "Your code",
                Heading = "Your code",
                Code = "012345",
                Button = new("Continue", "http://localhost:5080/sign-in/link/abc"),
                Why = "Because.",
                Stop = new("Stop", "http://localhost:5080/mail/stop/abc"),
            },
            Frame).Split('\n');
        Assert.Contains("012345", lines);
        Assert.Contains("http://localhost:5080/sign-in/link/abc", lines);
        Assert.Contains("http://localhost:5080/mail/stop/abc", lines);
        Assert.Contains("https://example.org/terms", lines);
    }

    [Fact]
    public void Somebodys_message_can_pass_for_neither_code_nor_link()
    {
        var lines = LetterText.Write(
            new()
            {
                Locale = "en",
                Subject = "Come",
                Heading = "Come",
                Quote = new("Olga writes", "Dear Anna\r\n999999\rhttps://evil.example/join\n\nOlga"),
                Why = "Because.",
            },
            Frame).Split('\n');
        Assert.Contains("> 999999", lines);
        Assert.Contains("> https://evil.example/join", lines);
        Assert.DoesNotContain("999999", lines);
        Assert.DoesNotContain("https://evil.example/join", lines);
    }

    [Theory]
    [InlineData("Larsens", 20, "Larsens")]
    [InlineData("The very long name of this family", 20, "The very long name…")]
    [InlineData("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    public void Cutting_a_name_tears_no_character_apart(string name, int length, string cut) => Assert.Equal(cut, Shorten.To(name, length));

    [Theory]
    [InlineData("en", "Europe/Oslo", "Friday, 20 November 2026, 19:00 (Europe/Oslo)")]
    [InlineData("es", "America/Mexico_City", "viernes 20 de noviembre de 2026, 12:00 (America/Mexico City)")]
    [InlineData("en", "Nowhere/At_All", "Friday, 20 November 2026, 18:00 (UTC)")]
    public void An_instant_is_written_out_in_its_zone(string language, string zone, string written) =>
        Assert.Equal(written, LetterTime.Write(new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero), zone, CultureInfo.GetCultureInfo(language)));

    [Theory]
    [InlineData("en", "en")]
    [InlineData("es", "es")]
    [InlineData("es-MX", "es")]
    [InlineData("fr", "en")]
    [InlineData("", "en")]
    public void A_language_without_texts_is_english(string locale, string culture) => Assert.Equal(culture, LetterCulture.Of(locale).Name);
}
