using Kinvite.Wording;

namespace Kinvite.Tests.Wording;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("Olga")]
    [InlineData("Ólafur Þór Ægisson")]
    [InlineData("Nguyễn Thị Minh Khai")]
    [InlineData("李小龍")]
    [InlineData("محمد علي")]
    [InlineData("J. R. R. Tolkien")]
    [InlineData("J.R.R. Tolkien")]
    [InlineData("anna.berg")]
    [InlineData("O'Brien-Smith, Jr.")]
    [InlineData("Family of 2024")]
    [InlineData("The Smiths 2019 - 2024")]
    [InlineData("Reunion 1990/2020")]
    [InlineData("Reunion 1990–2020")]
    [InlineData("O'Neil 3rd")]
    [InlineData("Mr. T")]
    [InlineData("St.John Smith")]
    [InlineData("A.To")]
    [InlineData("Smith/Jones")]
    [InlineData("Team #️⃣1️⃣")]
    [InlineData("🙂‍↔️")]
    [InlineData("Grandma ❤️")]
    [InlineData("The 👨‍👩‍👧‍👦 Bergs")]
    [InlineData("👩🏽‍⚕️ Ana")]
    [InlineData("Robert <b>Bobby</b> {{7*7}} @(1+1) %s ${x}")]
    public void Names_of_people_stand_as_they_are(string name) => Assert.Equal(name, Accepted(name));

    [Fact]
    public void A_name_is_trimmed_and_composed() => Assert.Equal("Zoë", Accepted(" \u3000Zoe\u0308 "));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u3164")] // a letter that shows nothing
    [InlineData("\u2800\u2800")] // Braille without a dot
    public void A_name_shows_something(string? name) => Assert.NotNull(Refusal(name));

    [Fact]
    public void A_name_has_at_most_eighty_characters()
    {
        Assert.Equal(80, Accepted(new string('x', 80)).Length);
        Assert.Equal("At most 80 characters.", Refusal(new string('x', 81)));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\tb")]
    [InlineData("a\0b")]
    [InlineData("a\u007Fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    [InlineData("a\u202Eb")] // reads backwards
    [InlineData("a\u2066b")]
    [InlineData("a\u061Cb")]
    [InlineData("a\u200Bb")]
    [InlineData("a\u200Cb")]
    [InlineData("a\u200Db")]
    [InlineData("👨\u200D")]
    [InlineData("👨\u200Dx")]
    [InlineData("\u200D👨")]
    [InlineData("a\u2060b")]
    [InlineData("a\uFEFFb")]
    [InlineData("a\u00ADb")]
    [InlineData("a\u034Fb")]
    [InlineData("a\uFFFEb")]
    [InlineData("a\uFFFFb")]
    [InlineData("a\uFDD0b")]
    [InlineData("a\uE000b")]
    [InlineData("a\uFE0Fb")] // the form of a picture, behind a letter
    [InlineData("a\u2065b")]
    [InlineData("a\U000E0FFFb")]
    [InlineData("a\U000E0041b")]
    [InlineData("a\U000E0101b")]
    [InlineData("a\U0001FFFFb")]
    public void What_cannot_be_seen_is_refused(string name) => Assert.NotNull(Refusal(name));

    [Fact]
    public void Half_a_character_is_refused()
    {
        Assert.NotNull(Refusal("a\uD83Db"));
        Assert.NotNull(Refusal("a\uDE00b"));
        Assert.NotNull(Refusal("ab\uD83D"));
    }

    [Theory]
    [InlineData("Win at https://evil.test/x")]
    [InlineData("www.evil.test")]
    [InlineData("call evil.com now")]
    [InlineData("EVIL.COM")]
    [InlineData("evil.example")]
    [InlineData("my-bank.support")]
    [InlineData("short.photos/abc")]
    [InlineData("t.me/evil")]
    [InlineData("x.com")]
    [InlineData("evil.fr")]
    [InlineData("evil.photos?x")]
    [InlineData("пример.рф")]
    [InlineData("evil．com")]
    [InlineData("evil。com")]
    [InlineData("ｅｖｉｌ.ｃｏｍ")]
    [InlineData("Security Team <security@host.org>")]
    [InlineData("mail me at a@b.org")]
    public void Links_and_addresses_are_refused(string name) => Assert.Equal("A name cannot have a link or an address in it.", Refusal(name));

    [Theory]
    [InlineData("Call +47 412 34 567")]
    [InlineData("Help 1-800-555-0123")]
    [InlineData("(212) 555 0123")]
    [InlineData("2019-2024 0800 123 456")]
    [InlineData("4.1.2.3.4.5.6.7")]
    [InlineData("4·1·2·3·4·5·6·7")]
    [InlineData("４１２３４５６７")]
    [InlineData("④①②③④⑤⑥⑦")]
    [InlineData("4️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣")]
    [InlineData("٤١٢٣٤٥٦٧")]
    public void Phone_numbers_are_refused(string name) => Assert.Equal("A name cannot have a phone number in it.", Refusal(name));

    [Fact]
    public void A_long_text_is_answered_at_once()
    {
        var name = string.Concat(Enumerable.Repeat("a-", 40));
        Assert.Equal(name, Accepted(name));
        Assert.NotNull(Refusal(new string('1', 100_000)));
    }

    private static string Accepted(string name)
    {
        var result = PersonName.Parse(name);
        Assert.False(result.Refused(out var problem), problem?.Errors?[""][0]);
        return result.Value;
    }

    private static string? Refusal(string? name) => PersonName.Parse(name).Refused(out var problem) ? problem.Errors![""][0] : null;
}
