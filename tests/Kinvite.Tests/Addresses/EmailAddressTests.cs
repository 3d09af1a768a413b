using Kinvite.Addresses;

namespace Kinvite.Tests.Addresses;

public sealed class EmailAddressTests
{
    private static readonly string Label63 = new('d', 63);
    private static readonly string Local64 = new('l', 64);

    public static TheoryData<string, bool> Lengths => new()
    {
        { $"{Local64}@example.org", true },
        { $"{Local64}l@example.org", false },
        { $"a@{Label63}.org", true },
        { $"a@{Label63}d.org", false },
        { $"{Local64}@{Label63}.{Label63}.{new string('d', 58)}.org", false }, // 255
        { $"{new string('l', 62)}@{Label63}.{Label63}.{new string('d', 60)}.or", true }, // 254
        { $"a@{new string('ü', 60)}.org", false }, // in punycode the label is too long
    };

    [Theory]
    [InlineData("olga@example.org", "olga@example.org")]
    [InlineData("Olga.Berg+family@Example.ORG", "olga.berg+family@example.org")]
    [InlineData("  olga@example.org\t", "olga@example.org")]
    [InlineData("olga@example.org\r\n", "olga@example.org")]
    [InlineData("o'neil_!#$%&*/=?^`{|}~-@example.org", "o'neil_!#$%&*/=?^`{|}~-@example.org")]
    [InlineData("olga@bücher.example", "olga@xn--bcher-kva.example")]
    [InlineData("OLGA@BÜCHER.example", "olga@xn--bcher-kva.example")]
    [InlineData("olga@xn--bcher-kva.example", "olga@xn--bcher-kva.example")]
    [InlineData("olga@XN--BCHER-KVA.example", "olga@xn--bcher-kva.example")]
    [InlineData("olga@пример.рф", "olga@xn--e1afmkfd.xn--p1ai")]
    [InlineData("a@b-c.d1.co", "a@b-c.d1.co")]
    public void One_mailbox_has_one_key(string written, string key) => Assert.Equal(key, EmailAddress.TryParse(written)?.Key);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("olga")]
    [InlineData("@example.org")]
    [InlineData("olga@")]
    [InlineData("olga@example")]
    [InlineData("olga@localhost")]
    [InlineData("olga@@example.org")]
    [InlineData("olga@example.org@example.com")]
    [InlineData(".olga@example.org")]
    [InlineData("olga.@example.org")]
    [InlineData("ol..ga@example.org")]
    [InlineData("olga@example..org")]
    [InlineData("olga@.example.org")]
    [InlineData("olga@example.org.")]
    [InlineData("olga@-example.org")]
    [InlineData("olga@example-.org")]
    [InlineData("olga@exa_mple.org")]
    [InlineData("olga@example.o")]
    [InlineData("olga@example.123")]
    [InlineData("olga@127.0.0.1")]
    [InlineData("olga@[127.0.0.1]")]
    [InlineData("olga@[IPv6:::1]")]
    [InlineData("\"olga\"@example.org")]
    [InlineData("\"olga@x\"@example.org")]
    [InlineData("\"ol ga\"@example.org")]
    [InlineData("Olga <olga@example.org>")]
    [InlineData("<olga@example.org>")]
    [InlineData("olga@example.org (Olga)")]
    [InlineData("olga(x)@example.org")]
    [InlineData("olga@example.org, max@example.org")]
    [InlineData("olga@example.org;max@example.org")]
    [InlineData("olga@example.org max@example.org")]
    [InlineData("ol ga@example.org")]
    [InlineData("olga@exa mple.org")]
    [InlineData("olga@example.org\r\nBcc: max@example.org")]
    [InlineData("olga@example.org\r\nSubject")]
    [InlineData("ol\r\nga@example.org")]
    [InlineData("ol\0ga@example.org")]
    [InlineData("olga@example.org\0")]
    [InlineData("olga@exam\nple.org")]
    [InlineData("olga\\@example.org")]
    [InlineData("mailto:olga@example.org")]
    [InlineData("olga@xn--zzzzzzzzz.example")]
    public void What_mail_cannot_go_to_or_what_reads_as_two_is_refused(string? written) => Assert.Null(EmailAddress.TryParse(written));

    [Theory]
    [InlineData("ol\u212Aa@example.org")] // Kelvin sign, which lower-cases to k
    [InlineData("olga@\u212Ainvite.example")]
    [InlineData("ol\u0131ga@example.org")] // dotless i in the local part
    [InlineData("olg\u00E4@example.org")]
    [InlineData("ο\u03BBga@example.org")] // Greek
    [InlineData("olga@\uFF45xample.org")] // full-width e
    [InlineData("olga\uFF20example.org")] // full-width @
    [InlineData("olga@example\uFF0Eorg")] // full-width dot
    [InlineData("olga@example\u3002org")] // ideographic dot
    [InlineData("olga@bu\u0308cher.example")] // decomposed ü
    [InlineData("olga@exam\u00ADple.org")] // soft hyphen
    [InlineData("olga@exam\u200Dple.org")] // joiner
    [InlineData("olga@exam\u200Cple.org")]
    [InlineData("olga@exam\u200Bple.org")]
    [InlineData("olga@\u202Eexample.org")] // right to left override
    [InlineData("olga@example\uFE0F.org")]
    [InlineData("olga@\u2460.org")] // circled digit
    public void Look_alikes_that_fold_into_another_address_are_refused(string written) => Assert.Null(EmailAddress.TryParse(written));

    [Theory]
    [InlineData("olga@g\u0131thub.com", "olga@github.com")] // dotless i
    [InlineData("olga@\u0430pple.com", "olga@apple.com")] // Cyrillic a
    [InlineData("olga@stra\u00DFe.example", "olga@strasse.example")]
    public void Look_alikes_of_another_domain_never_share_its_key(string written, string other) => Assert.NotEqual(other, EmailAddress.TryParse(written)?.Key);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Lengths_are_those_of_mail(string written, bool valid) => Assert.Equal(valid, EmailAddress.TryParse(written) is not null);

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.Null(EmailAddress.TryParse("olga@\uD800.org"));

    [Fact]
    public void A_long_text_is_refused_before_it_is_looked_at() => Assert.Null(EmailAddress.TryParse($"{new string('a', 1_000_000)}@example.org"));

    [Fact]
    public void The_value_stays_as_written_for_sending_and_showing() => Assert.Equal("Olga.Berg@Bücher.example", EmailAddress.TryParse(" Olga.Berg@Bücher.example ")?.Value);

    [Theory]
    [InlineData("olga@example.org", "o•••@example.org")]
    [InlineData("o@example.org", "o•••@example.org")]
    [InlineData("", "•••")]
    [InlineData("+4741234567", "•••")]
    public void A_mask_says_the_first_letter_and_the_domain_and_no_length(string value, string mask) => Assert.Equal(mask, EmailAddress.Mask(value));
}
