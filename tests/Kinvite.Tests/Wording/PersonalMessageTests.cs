using Kinvite.Wording;

namespace Kinvite.Tests.Wording;

public sealed class PersonalMessageTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData(" \r\n ", "")]
    [InlineData("Hello Grandma!", "Hello Grandma!")]
    [InlineData("Hello\r\nGrandma\rand\nGrandpa", "Hello\nGrandma\nand\nGrandpa")]
    [InlineData("\tHello\tyou ", "Hello\tyou")]
    [InlineData("See www.example.org, call 0800 123 456", "See www.example.org, call 0800 123 456")]
    [InlineData("مرحبا 👨‍👩‍👧‍👦", "مرحبا 👨‍👩‍👧‍👦")]
    [InlineData("Zoe\u0308", "Zo\u00EB")]
    public void A_message_is_kept_as_plain_lines(string? text, string kept)
    {
        Assert.Equal(kept, PersonalMessage.Parse(text).Value);
        Assert.Equal(kept.Length == 0 ? null : kept, PersonalMessage.OrNull(text));
    }

    [Theory]
    [InlineData("Hello\0")]
    [InlineData("Hel\u001Blo")]
    [InlineData("Hel\u202Elo")]
    [InlineData("Hel\u200Blo")]
    [InlineData("Hel\u2028lo")]
    [InlineData("Hel\u3164lo")]
    public void What_cannot_be_seen_is_refused(string text)
    {
        Assert.True(PersonalMessage.Parse(text).Refused(out var problem));
        Assert.Equal("validation", problem.Code);
        Assert.Null(PersonalMessage.OrNull(text));
    }

    [Fact]
    public void Half_an_emoji_is_refused() => Assert.True(PersonalMessage.Parse("Hel\uD83Dlo").Refused(out _));

    [Fact]
    public void Five_hundred_characters_are_the_most()
    {
        Assert.Equal(500, PersonalMessage.Parse(new string('o', 500)).Value.Length);
        Assert.Equal(500, PersonalMessage.Parse(string.Concat(Enumerable.Repeat("o\r\n", 250)) + "\n").Value.Length + 1);
        Assert.True(PersonalMessage.Parse(new string('o', 501)).Refused(out _));
    }
}
