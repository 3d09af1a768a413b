using Kinvite.Addresses;

namespace Kinvite.Tests.Addresses;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+4741234567")]
    [InlineData("+47 412 34 567")]
    [InlineData("0047 412 34 567")]
    [InlineData(" +47-412-34-567 ")]
    [InlineData("+47.412.34.567")]
    [InlineData("(+47) 412 34 567")]
    [InlineData("+47 (412) 34 567")]
    public void One_number_has_one_key_however_it_is_written(string written) => Assert.Equal("+4741234567", PhoneNumber.TryParse(written)?.Key);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("41234567")]
    [InlineData("0 412 34 567")]
    [InlineData("+47 412 34 567 ext. 12")]
    [InlineData("+47 412 34 567x12")]
    [InlineData("+47 412 34 567 #12")]
    [InlineData("+47 412 34 567,,12")]
    [InlineData("++4741234567")]
    [InlineData("47+41234567")]
    [InlineData("+４７ ４１２ ３４ ５６７")]
    [InlineData("+٤٧٤١٢٣٤٥٦٧")]
    [InlineData("+47 412\r\n34 567")]
    [InlineData("+47 412\t34 567")]
    [InlineData("tel:+4741234567")]
    [InlineData("+0741234567")]
    [InlineData("+47123")]
    [InlineData("+4712345678901234")]
    [InlineData("+1-800-FLOWERS")]
    public void What_is_no_number_with_its_country_is_refused(string? written) => Assert.Null(PhoneNumber.TryParse(written));

    [Fact]
    public void The_zero_that_is_dialled_at_home_is_dropped() => Assert.Equal("+442079460958", PhoneNumber.TryParse("+44 (0)20 7946 0958")?.Key);

    [Theory]
    [InlineData("+4741234567", "NO")]
    [InlineData("+491701234567", "DE")]
    [InlineData("+12125550123", "US")]
    [InlineData("+14165550123", "CA")]
    [InlineData("+18765550123", "JM")]
    [InlineData("+18095550123", "DO")]
    [InlineData("+447911123456", "GG")]
    [InlineData("+447400123456", "GB")]
    [InlineData("+77011234567", "KZ")]
    [InlineData("+79011234567", "RU")]
    [InlineData("+3906698123456", "VA")]
    [InlineData("+393331234567", "IT")]
    [InlineData("+34600123456", "ES")]
    [InlineData("+50212345678", "GT")]
    public void The_longest_prefix_says_the_country(string number, string country) => Assert.Equal(country, PhoneNumber.TryParse(number)?.Country);

    [Theory]
    [InlineData("+881612345678")] // satellite
    [InlineData("+882161234567")] // networks of no country
    [InlineData("+870773123456")] // satellite
    [InlineData("+979123456789")] // premium, everywhere
    [InlineData("+80012345678")] // freephone, everywhere
    [InlineData("+19005550123")] // premium
    [InlineData("+447012345678")] // personal numbers, dear
    [InlineData("+449098790123")] // premium
    [InlineData("+2101234567")] // given to nobody
    public void Numbers_that_cost_and_belong_to_no_family_are_refused(string number) => Assert.Null(PhoneNumber.TryParse(number));

    [Fact]
    public void Shown_to_a_stranger_it_keeps_its_country_and_its_end() => Assert.Equal("+47•••67", PhoneNumber.TryParse("+4741234567")!.Masked);

    [Theory]
    [InlineData("+4741234567", "+47412")]
    [InlineData("+12125550123", "+1212")]
    [InlineData("+12425550123", "+1242")]
    [InlineData("+79161234567", "+7916")]
    [InlineData("+35812345678", "+358123")]
    [InlineData("+4520123456", "+45201")]
    [InlineData("+6591234567", "+65912")]
    [InlineData("+97150123456", "+971501")]
    public void Numbers_that_begin_alike_are_counted_together(string number, string prefix) => Assert.Equal(prefix, PhoneNumber.TryParse(number)!.Prefix);

    [Theory]
    [InlineData("o•••@example.org", "olga@example.org")]
    [InlineData("+47•••67", "+4741234567")]
    public void A_mailbox_and_a_number_are_told_apart_when_masked(string masked, string value) => Assert.Equal(masked, ContactAddress.TryParse(value)!.Masked);
}
