using Kinvite.Wording;

namespace Kinvite.Tests.Wording;

public sealed class PersonNameTests
{
    // Not as InlineData: an attribute's text cannot hold them.
    private static readonly string[] HalfEmojis = ["Ol\uD83Dga", "Olga\uD83D", "\uDC68Olga"];

    [Theory]
    [InlineData("Olga")]
    [InlineData("J.P. Morgan")]
    [InlineData("J.P.Morgan")]
    [InlineData("J. R. R. Tolkien")]
    [InlineData("St. John")]
    [InlineData("St.John Smith")]
    [InlineData("Mr. T")]
    [InlineData("Mr.T")]
    [InlineData("Dr. Co")]
    [InlineData("Anh. Ly")]
    [InlineData("A.To")]
    [InlineData("Smith Jr.")]
    [InlineData("Ph.D. Müller")]
    [InlineData("Anna-Lena")]
    [InlineData("O'Neil 3rd")]
    [InlineData("O’Neil")]
    [InlineData("D'Angelo, Maria")]
    [InlineData("Grandma & Grandpa")]
    [InlineData("Smith/Jones")]
    [InlineData("The Smiths 2019 - 2024")]
    [InlineData("Reunion 1990/2020")]
    [InlineData("Reunion 1990–2020")]
    [InlineData("X Æ A-12")]
    [InlineData("Room 12345")]
    [InlineData("محمد بن سلمان")]
    [InlineData("שרה לוי")]
    [InlineData("王小明")]
    [InlineData("Nguyễn Thị Ánh")]
    [InlineData("Þórður Ægisson")]
    [InlineData("Zoë 🦊")]
    [InlineData("👨‍👩‍👧‍👦 family")]
    [InlineData("👩🏽‍🚀 Mia")]
    [InlineData("❤️ home")]
    [InlineData("Team #️⃣1️⃣")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🙂‍↔️")]
    [InlineData("Co")]
    [InlineData("Me and you")]
    [InlineData("love @ home")]
    [InlineData("o")]
    public void Real_names_stay_allowed(string name) => Assert.Equal(name, PersonName.Parse(name).Value);

    [Theory]
    [InlineData("www.evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("HTTP://EVIL")]
    [InlineData("https:evil")]
    [InlineData("javascript://x")]
    [InlineData("evil.com")]
    [InlineData("Anna evil.com")]
    [InlineData("EVIL.COM now")]
    [InlineData("evil.co.uk")]
    [InlineData("evil.de")]
    [InlineData("пример.рф")]
    [InlineData("x.com")]
    [InlineData("t.me/evil")]
    [InlineData("evil.family/join")]
    [InlineData("evil.family?x")]
    [InlineData("evil.family:8080")]
    [InlineData("bit.ly/x")]
    [InlineData("ｅｖｉｌ．ｃｏｍ")]
    [InlineData("evil。com")]
    [InlineData("olga@example.org")]
    [InlineData("Olga <olga@example.org>")]
    [InlineData("write olga@example.example")]
    public void A_link_or_an_address_is_refused(string name) => Refused(name, "A name cannot have a link or an address in it.");

    [Theory]
    [InlineData("call +47 412 34 567")]
    [InlineData("0800 123 456")]
    [InlineData("0800-123-456")]
    [InlineData("0800.123.456")]
    [InlineData("0800·123·456")]
    [InlineData("(0800) 12 34 56")]
    [InlineData("0800 – 123 – 456")]
    [InlineData("Bank 41234567")]
    [InlineData("٠٨٠٠١٢٣٤٥٦")]
    [InlineData("０８００１２３４５６")]
    [InlineData("①②③④⑤⑥⑦⑧")]
    [InlineData("0️⃣8️⃣0️⃣0️⃣1️⃣2️⃣3️⃣4️⃣")]
    [InlineData("2019-2024 0800 123 456")]
    public void A_phone_number_is_refused(string name) => Refused(name, "A name cannot have a phone number in it.");

    [Theory]
    [InlineData("Ol\0ga")]
    [InlineData("Ol\nga")]
    [InlineData("Ol\r\nBcc: x")]
    [InlineData("Olga\t")]
    [InlineData("Ol\u001Bga")]
    [InlineData("Ol\u0085ga")]
    [InlineData("Ol\u2028ga")]
    [InlineData("Ol\u2029ga")]
    [InlineData("Ol\u202Ega")] // right to left override
    [InlineData("Ol\u2066ga")]
    [InlineData("Ol\u200Ega")]
    [InlineData("Ol\u061Cga")]
    [InlineData("Ol\u200Bga")] // zero width
    [InlineData("Ol\u200Cga")]
    [InlineData("Ol\u200Dga")]
    [InlineData("Olga\u200D")]
    [InlineData("👨\u200D")]
    [InlineData("👨\u200DOlga")]
    [InlineData("\u200D👨")]
    [InlineData("Ol\uFEFFga")]
    [InlineData("Ol\u2060ga")]
    [InlineData("Ol\u00ADga")] // soft hyphen
    [InlineData("Ol\u034Fga")] // combining grapheme joiner
    [InlineData("\u3164")] // Hangul filler
    [InlineData("\u115F\u1160")]
    [InlineData("\uFFA0")]
    [InlineData("\u2800")] // empty braille cell
    [InlineData("Ol\uFE0Fga")] // a variation of a letter
    [InlineData("Ol\uFE01ga")]
    [InlineData("Ol\u180Ega")]
    [InlineData("Ol\u2065ga")]
    [InlineData("Ol\U000E0041ga")] // tag letters
    [InlineData("Ol\U000E0100ga")]
    [InlineData("Ol\U000E0FFFga")]
    [InlineData("Ol\uE000ga")] // private use
    [InlineData("Ol\uFFFFga")]
    [InlineData("Ol\uFDD0ga")]
    public void What_cannot_be_seen_is_refused(string name) => Refused(name, "It has characters that cannot be shown; type it anew.");

    [Fact]
    public void Half_an_emoji_is_refused() => Assert.All(HalfEmojis, name => Refused(name, "It has characters that cannot be shown; type it anew."));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u00A0\u3000")]
    public void A_name_is_needed(string? name) => Refused(name, "Give a name.");

    [Fact]
    public void Eighty_characters_are_the_most()
    {
        Assert.Equal(80, PersonName.Parse(new string('o', 80)).Value.Length);
        Assert.Equal(80, PersonName.Parse($" {new string('o', 80)} ").Value.Length);
        Refused(new string('o', 81), "At most 80 characters.");
    }

    [Fact]
    public void Outer_spaces_go_and_letters_are_composed() => Assert.Equal("Zo\u00EB", PersonName.Parse("  Zoe\u0308 ").Value);

    [Fact]
    public void A_megabyte_is_refused_quickly()
    {
        Refused(new string('1', 1_000_000), "At most 80 characters.");
        Refused(string.Concat(Enumerable.Repeat("a.", 500_000)), "At most 80 characters.");
    }

    private static void Refused(string? name, string why)
    {
        Assert.True(PersonName.Parse(name).Refused(out var problem));
        Assert.Equal([why], problem.Errors![""]);
    }
}
