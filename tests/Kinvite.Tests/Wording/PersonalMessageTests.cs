using Kinvite.Wording;

namespace Kinvite.Tests.Wording;

public sealed class PersonalMessageTests
{
    [Fact]
    public void A_message_keeps_its_lines_and_links()
    {
        Assert.Equal("Hi!\n\nSee https://example.org, or call +47 412 34 567.", Accepted("  Hi!\r\n\r\nSee https://example.org, or call +47 412 34 567.\n"));
        Assert.Equal("", Accepted(null));
        Assert.Equal("", Accepted("  \n "));
    }

    [Fact]
    public void A_pasted_tab_becomes_a_space() => Assert.Equal("a b", Accepted("a\tb"));

    [Fact]
    public void A_message_has_at_most_five_hundred_characters()
    {
        Assert.Equal(500, Accepted(new string('x', 500)).Length);
        Assert.True(PersonalMessage.Parse(new string('x', 501)).Refused(out _));
        Assert.True(PersonalMessage.Parse(string.Concat(Enumerable.Repeat("😀", 5000))).Refused(out _));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\u001Bb")]
    [InlineData("a\vb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u200Bb")]
    [InlineData("a\uFFFFb")]
    [InlineData("a\uE000b")]
    public void What_cannot_be_seen_is_refused(string message) => Assert.True(PersonalMessage.Parse(message).Refused(out _));

    [Fact]
    public void What_is_kept_of_an_empty_message_is_nothing()
    {
        Assert.Null(PersonalMessage.OrNull(null));
        Assert.Null(PersonalMessage.OrNull(" \r\n"));
        Assert.Equal("Hi", PersonalMessage.OrNull(" Hi "));
    }

    private static string Accepted(string? message)
    {
        var result = PersonalMessage.Parse(message);
        Assert.False(result.Refused(out _));
        return result.Value;
    }
}
