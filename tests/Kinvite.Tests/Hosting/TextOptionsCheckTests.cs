using Kinvite.Hosting;

namespace Kinvite.Tests.Hosting;

public sealed class TextOptionsCheckTests
{
    [Fact]
    public void Nothing_set_is_right() => Assert.Empty(TextOptionsCheck.Errors(new()));

    [Theory]
    [InlineData("+4741234567", null)]
    [InlineData(null, "MG123")]
    [InlineData("ignored", "MG123")]
    public void A_number_or_a_messaging_service_will_do(string? from, string? service) => Assert.Empty(TextOptionsCheck.Errors(With(o => (o.Twilio.From, o.Twilio.MessagingServiceSid) = (from, service))));

    [Theory]
    [InlineData("Kinvite__Twilio__AccountSid", "SK123", "token", "+4741234567", "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__AccountSid", "AC/../1", "token", "+4741234567", "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__AccountSid", null, "token", null, "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__AuthToken", "AC123", null, "+4741234567", "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__From", "AC123", "token", "41234567", "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__From", "AC123", "token", null, "https://api.twilio.com", "NO")]
    [InlineData("Kinvite__Twilio__BaseUrl", "AC123", "token", "+4741234567", "http://api.twilio.com", "NO")]
    [InlineData("Kinvite__Sms__AllowedCountries is missing", "AC123", "token", "+4741234567", "https://api.twilio.com", "")]
    [InlineData("Kinvite__Sms__AllowedCountries has 'NORWAY'", "AC123", "token", "+4741234567", "https://api.twilio.com", "Norway,SE")]
    public void Each_mistake_names_its_setting_and_the_remedy(string named, string? account, string? token, string? from, string url, string countries)
    {
        var error = Assert.Single(TextOptionsCheck.Errors(With(o =>
        {
            (o.Twilio.AccountSid, o.Twilio.AuthToken, o.Twilio.From, o.Twilio.BaseUrl) = (account, token, from, new(url));
            o.Sms.AllowedCountries = countries;
        })));

        Assert.StartsWith(named, error, StringComparison.Ordinal);
    }

    private static KinviteOptions With(Action<KinviteOptions> change)
    {
        var options = new KinviteOptions();
        (options.Twilio.AccountSid, options.Twilio.AuthToken, options.Sms.AllowedCountries) = ("AC123", "token", "NO, se");
        change(options);
        return options;
    }
}
