using Kinvite.Delivery;

namespace Kinvite.Tests.Delivery;

public sealed class MailPartyTests
{
    [Theory]
    [InlineData("family@example.org", "family@example.org", null)]
    [InlineData("Kinvite <family@example.org>", "family@example.org", "Kinvite")]
    [InlineData("\"The Larsens\" <family@example.org>", "family@example.org", "The Larsens")]
    [InlineData("o'neil+tag@bücher.example", "o'neil+tag@xn--bcher-kva.example", null)]
    public void A_sender_is_an_address_with_or_without_name(string text, string ascii, string? name)
    {
        var party = MailParty.TryParse(text)!;
        Assert.Equal((ascii, name), (party.Ascii, party.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("family")]
    [InlineData("@example.org")]
    [InlineData("family@")]
    [InlineData("a@b@example.org")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("a\r\nRCPT TO:<x@example.org>@example.org")]
    [InlineData("a@example.org\r\nDATA")]
    [InlineData("a>@example.org")]
    [InlineData("a@exam ple.org")]
    [InlineData("a..b@example.org")]
    [InlineData("ann\u00e4@example.org")]
    public void What_could_end_a_command_is_no_address(string address) => Assert.Null(new MailParty(address).Ascii);

    [Fact]
    public void An_address_has_at_most_254_characters() => Assert.Null(new MailParty(new string('a', 250) + "@example.org").Ascii);
}
