using Kinvite.Accounts;
using Kinvite.Addresses;

namespace Kinvite.Tests.Accounts;

public sealed class PasswordRuleTests
{
    private static readonly EmailAddress Address = EmailAddress.TryParse("Olga.Berg@Example.org")!;

    [Theory]
    [InlineData("kitchen table")] // no rule about digits or signs
    [InlineData("zwetschgenkuchen")]
    [InlineData("ночной поезд")]
    [InlineData("🌳🌊🔥🪨🌙⭐🐟🪁")] // eight characters, though sixteen in memory
    [InlineData("olga.berg keeps bees")]
    [InlineData(" with spaces ")]
    [InlineData("MyFamily has 4 cats")]
    public void What_others_would_not_try_is_a_password(string typed) => Assert.Null(PasswordRule.Parse(typed, Address).Problem);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1 short")]
    [InlineData("olga.berg@example.org")]
    [InlineData("OLGA.BERG@EXAMPLE.ORG")]
    [InlineData("Olga.Berg")]
    [InlineData("password")]
    [InlineData("Password123!")]
    [InlineData("contraseña")]
    [InlineData("TeQuieroMucho1")]
    [InlineData("P@ssw0rd2026")]
    [InlineData("kinvite2026")]
    [InlineData("12345678")]
    [InlineData("87654321")]
    [InlineData("1234567890")]
    [InlineData("qwertyuiop")]
    [InlineData("1q2w3e4r")]
    [InlineData("abcd1234")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("holahola")]
    [InlineData("12121212")]
    [InlineData("ｐａｓｓｗｏｒｄ")] // full-width, the same after NFKC
    [InlineData("\ud800 lonely half")]
    public void What_others_would_try_first_is_refused(string? typed) => Assert.Equal("validation", PasswordRule.Parse(typed, Address).Problem?.Code);

    [Fact]
    public void From_8_to_128_characters_are_taken_and_not_one_more()
    {
        const string Words = "the tide turns twice a day and nobody has ever asked it why; ";
        string Long(int length) => string.Concat(Enumerable.Repeat(Words, 3))[..length];
        Assert.Null(PasswordRule.Parse(Long(8), Address).Problem);
        Assert.Null(PasswordRule.Parse(Long(128), Address).Problem);
        Assert.NotNull(PasswordRule.Parse(Long(7), Address).Problem);
        Assert.NotNull(PasswordRule.Parse(Long(129), Address).Problem);
    }

    [Fact]
    public void A_password_is_the_same_on_every_keyboard() =>
        Assert.Equal(PasswordRule.Parse("caf\u00e9 con leche", Address).Value, PasswordRule.Parse("cafe\u0301 con leche", Address).Value);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(10, 32)]
    [InlineData(11, 60)]
    [InlineData(12, 60)]
    [InlineData(int.MaxValue, 60)]
    public void Five_wrong_passwords_are_free_and_each_further_one_waits_longer(int failures, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), PasswordTries.WaitAfter(failures));

    [Fact]
    public void Without_a_password_nothing_matches()
    {
        var hashes = new PasswordHashes();
        var hash = hashes.Of("kitchen table");
        Assert.True(hashes.Match(hash, "kitchen table"));
        Assert.False(hashes.Match(hash, "kitchen chair"));
        Assert.False(hashes.Match(hash, ""));
        Assert.False(hashes.Match(hash: null, ""));
        Assert.False(hashes.Match(hash: null, "kitchen table"));
    }
}
