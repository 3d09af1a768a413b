using Kinvite.Delivery.Texts;

namespace Kinvite.Tests.Delivery;

public sealed class TextWordsTests
{
    private static readonly string Link = "https://cho.re/j/" + new string('x', 48);

    [Fact]
    public void An_invitation_names_who_where_and_how_to_stop_in_one_segment()
    {
        var text = TextWords.Invitation("Ana Aasen", "The Aasens", Link);

        Assert.Equal($"Ana Aasen invited you to The Aasens: {Link} Reply STOP to opt out", text);
        Assert.Equal(1, TextSegments.Count(text));
    }

    [Fact]
    public void With_the_longest_names_and_a_usual_host_it_is_one_segment_still()
    {
        var text = TextWords.Invitation(new string('W', 80), new string('M', 80), "https://family.example/j/" + new string('x', 48));

        Assert.Equal(1, TextSegments.Count(text));
        Assert.StartsWith("WWWWWWWWWWWWWWWWWW.. invited you to MMMMMMMMMMMMMMMMMM..: ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Zoë Ångström", "Zoe Ångström")] // ë costs the alphabet, Å and ö are in it
    [InlineData("José Núñez", "José Nuñez")]
    [InlineData("O’Neill–Smith", "O'Neill-Smith")]
    [InlineData("Ольга", "Ольга")] // another script is dearer, not worse
    [InlineData("Ana 👩‍👧", "Ana 👩‍👧")]
    public void A_letter_that_costs_the_alphabet_loses_its_accent_where_that_is_enough(string name, string written) =>
        Assert.StartsWith($"{written} invited you to Home: ", TextWords.Invitation(name, "Home", Link), StringComparison.Ordinal);

    [Fact]
    public void MSG_S03_Ten_thousand_characters_of_names_and_emoji_make_no_longer_text()
    {
        Assert.InRange(TextSegments.Count(TextWords.Invitation(new string('n', 10_000), new string('n', 10_000), Link)), 1, 1);
        Assert.InRange(TextSegments.Count(TextWords.Invitation(string.Concat(Enumerable.Repeat("😀", 5_000)), "Home", Link)), 1, 3);
    }

    [Fact]
    public void A_code_stands_alone_on_its_line() => Assert.Equal("Your code:\n123456", TextWords.Code("Your code:", "123456"));

    [Theory]
    [InlineData("", 1)]
    [InlineData("a*160", 1)]
    [InlineData("a*161", 2)]
    [InlineData("a*306", 2)]
    [InlineData("a*307", 3)]
    [InlineData("€*80", 1)] // two places each
    [InlineData("€*81", 2)]
    [InlineData("ё*70", 1)]
    [InlineData("ё*71", 2)]
    [InlineData("ё*134", 2)]
    [InlineData("ё*135", 3)]
    public void Segments_are_counted_as_they_are_charged(string text, int segments) =>
        Assert.Equal(segments, TextSegments.Count(text.Split('*') is [var letter, var times] ? new string(letter[0], int.Parse(times, System.Globalization.CultureInfo.InvariantCulture)) : text));
}
