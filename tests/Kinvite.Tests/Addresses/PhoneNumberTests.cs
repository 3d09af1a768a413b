using Kinvite.Addresses;

namespace Kinvite.Tests.Addresses;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+4741234567")]
    [InlineData("004741234567")]
    [InlineData("+47 412 34 567")]
    [InlineData("0047 412 34 567")]
    [InlineData("00 47 412 34 567")]
    [InlineData("+47.412.34.567")]
    [InlineData("+47-412-34-567")]
    [InlineData("+47 (412) 34567")]
    [InlineData("(+47) 41234567")]
    [InlineData("  +47 412 34 567 \n")]
    [InlineData("+47 (0) 412 34 567")]
    public void One_number_has_one_key_however_it_was_written(string written) => Assert.Equal("+4741234567", PhoneNumber.TryParse(written)?.Key);

    [Theory]
    [InlineData("+12345678", true)] // 8 digits
    [InlineData("+1234567", false)]
    [InlineData("+123456789012345", true)] // 15 digits
    [InlineData("+1234567890123456", false)]
    [InlineData("+44 (0)20 7946 0958", true)]
    public void Lengths_are_those_of_E164(string written, bool valid) => Assert.Equal(valid, PhoneNumber.TryParse(written) is not null);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("41234567")] // without a country it could be anybody's
    [InlineData("0412345678")]
    [InlineData("+0412345678")]
    [InlineData("000412345678")]
    [InlineData("++4741234567")]
    [InlineData("+47 412 34 567 +")]
    [InlineData("+47 412 34 567 ext. 5")]
    [InlineData("+47 412 34 567;8")]
    [InlineData("+47 412 34 567,8")]
    [InlineData("+47 41A 34 567")]
    [InlineData("+47/41234567")]
    [InlineData("tel:+4741234567")]
    [InlineData("+47\r\n41234567")]
    [InlineData("+47\t41234567")]
    [InlineData("+47\u00A041234567")]
    [InlineData("\uFF0B4741234567")] // full-width +
    [InlineData("+\uFF14\uFF174741234567")] // full-width digits
    [InlineData("+\u0664\u06674741234567")] // Arabic digits
    [InlineData("+47\u202D41234567")]
    public void Everything_else_is_refused(string? written) => Assert.Null(PhoneNumber.TryParse(written));

    [Fact]
    public void A_long_text_is_refused_before_it_is_looked_at() => Assert.Null(PhoneNumber.TryParse($"+{new string(' ', 1_000_000)}4741234567"));
}
