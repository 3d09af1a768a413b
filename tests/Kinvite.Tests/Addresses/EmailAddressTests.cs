using Kinvite.Addresses;

namespace Kinvite.Tests.Addresses;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("olga@example.org", "olga@example.org")]
    [InlineData("  olga@example.org \r\n", "olga@example.org")]
    [InlineData("Olga.Berg+Kid@Example.ORG", "olga.berg+kid@example.org")]
    [InlineData("o@sub.example.co.uk", "o@sub.example.co.uk")]
    [InlineData("!#$%&'*+/=?^_`{|}~-@example.org", "!#$%&'*+/=?^_`{|}~-@example.org")]
    [InlineData("olga@münchen.example", "olga@xn--mnchen-3ya.example")]
    [InlineData("olga@MÜNCHEN.example", "olga@xn--mnchen-3ya.example")]
    [InlineData("olga@xn--mnchen-3ya.example", "olga@xn--mnchen-3ya.example")]
    [InlineData("olga@例え.テスト", "olga@xn--r8jz45g.xn--zckzah")]
    public void One_mailbox_has_one_key_however_it_is_written(string written, string key)
    {
        var address = EmailAddress.TryParse(written);

        Assert.NotNull(address);
        Assert.Equal(key, address.Key);
        Assert.Equal(written.Trim(), address.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("olga")]
    [InlineData("@example.org")]
    [InlineData("olga@")]
    [InlineData("olga@example")]
    [InlineData("olga@@example.org")]
    [InlineData("olga@example.org@evil.test")]
    [InlineData("olga@example.org,boris@example.org")]
    [InlineData("olga@example.org;boris@example.org")]
    [InlineData("olga@example.org boris@example.org")]
    [InlineData("Olga <olga@example.org>")]
    [InlineData("<olga@example.org>")]
    [InlineData("\"olga\"@example.org")]
    [InlineData("\"<img src=x>\"@example.org")]
    [InlineData("olga(comment)@example.org")]
    [InlineData("olga@[127.0.0.1]")]
    [InlineData("olga@127.0.0.1")]
    [InlineData(".olga@example.org")]
    [InlineData("olga.@example.org")]
    [InlineData("ol..ga@example.org")]
    [InlineData("olga@-example.org")]
    [InlineData("olga@example-.org")]
    [InlineData("olga@example..org")]
    [InlineData("olga@.example.org")]
    [InlineData("olga@example.org.")]
    [InlineData("olga@exa_mple.org")]
    [InlineData("olga@xn--zzzzzzzzz.example")]
    public void What_could_be_no_mailbox_or_two_is_refused(string? written) => Assert.Null(EmailAddress.TryParse(written));

    [Theory]
    [InlineData("olga@example.org\r\nBcc: all@example.org")]
    [InlineData("olga\r\n@example.org")]
    [InlineData("olga@exam\nple.org")]
    [InlineData("olga@exam\tple.org")]
    [InlineData("olga\0@example.org")]
    [InlineData("olga@example.org\u2028")]
    public void A_line_break_never_gets_into_an_address(string written) => Assert.Null(EmailAddress.TryParse(written));

    [Theory]
    [InlineData("оlga@example.org")] // Cyrillic о
    [InlineData("ölga@example.org")]
    [InlineData("ＯＬＧＡ@example.org")]
    [InlineData("olga@ｅxample.org")]
    [InlineData("olga@example．org")]
    [InlineData("olga@example。org")]
    [InlineData("olga＠example.org")]
    [InlineData("olga@\u212Aids.example")] // the sign for kelvin looks like a K
    [InlineData("olga@mu\u0308nchen.example")] // decomposed ü
    [InlineData("olga@exa\u200Bmple.org")]
    [InlineData("olga@exa\u00ADmple.org")]
    [InlineData("olga@\uD800.org")]
    public void Spellings_that_look_like_another_address_are_refused(string written) => Assert.Null(EmailAddress.TryParse(written));

    [Fact]
    public void Letters_that_only_look_alike_are_different_domains() =>
        Assert.NotEqual(EmailAddress.TryParse("olga@paypal.example")!.Key, EmailAddress.TryParse("olga@pаypal.example")!.Key);

    [Fact]
    public void Turkish_letters_do_not_fold_into_latin_ones() =>
        Assert.DoesNotContain("olga@istanbul.example", new[] { EmailAddress.TryParse("olga@İstanbul.example")?.Key, EmailAddress.TryParse("olga@ıstanbul.example")?.Key });

    [Fact]
    public void Lengths_end_where_mail_servers_end_them()
    {
        Assert.NotNull(EmailAddress.TryParse(new string('a', 64) + "@example.org"));
        Assert.Null(EmailAddress.TryParse(new string('a', 65) + "@example.org"));
        Assert.NotNull(EmailAddress.TryParse($"a@{new string('b', 63)}.org"));
        Assert.Null(EmailAddress.TryParse($"a@{new string('b', 64)}.org"));
        var domain = string.Join('.', Enumerable.Repeat(new string('c', 60), 4)); // 243 characters
        Assert.NotNull(EmailAddress.TryParse($"{new string('a', 10)}@{domain}"));
        Assert.Null(EmailAddress.TryParse($"{new string('a', 11)}@{domain}"));
    }

    [Fact]
    public void Shown_to_a_stranger_it_keeps_its_first_letter_and_its_domain() =>
        Assert.Equal("o•••@example.org", EmailAddress.TryParse("olga@example.org")!.Masked);
}
