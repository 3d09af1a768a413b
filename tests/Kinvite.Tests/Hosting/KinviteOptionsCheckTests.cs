using Kinvite.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Kinvite.Tests.Hosting;

public sealed class KinviteOptionsCheckTests
{
    [Theory]
    // environment, setting = value, the setting that is named, the remedy
    [InlineData("Production", "", "Kinvite__PublicUrl", "set it to the address people open")]
    [InlineData("Production", "PublicUrl=family.example.org", "Kinvite__PublicUrl", "for example https://family.example.org")]
    [InlineData("Production", "PublicUrl=http://family.example.org", "Kinvite__PublicUrl", "must be https")]
    [InlineData("Development", "PublicUrl=ftp://family.example.org", "Kinvite__PublicUrl", "for example https://")]
    [InlineData("Development", "PublicUrl=https://family.example.org/app", "Kinvite__PublicUrl", "without path")]
    [InlineData("Development", "PublicUrl=https://family.example.org?x=1", "Kinvite__PublicUrl", "without path")]
    [InlineData("Development", "PublicUrl=https://family.example.org#x", "Kinvite__PublicUrl", "without path")]
    [InlineData("Development", "PublicUrl=https://olga:secret@family.example.org", "Kinvite__PublicUrl", "for example https://")]
    [InlineData("Development", "SignUp=sometimes", "Kinvite__SignUp", "open, invited or closed")]
    [InlineData("Development", "Limits:Factor=0", "Kinvite__Limits__Factor", "leave it out for 1")]
    [InlineData("Development", "Limits:Factor=-1", "Kinvite__Limits__Factor", "leave it out for 1")]
    [InlineData("Development", "Limits:Factor=NaN", "Kinvite__Limits__Factor", "leave it out for 1")]
    [InlineData("Development", "Limits:Factor=Infinity", "Kinvite__Limits__Factor", "leave it out for 1")]
    [InlineData("Development", "TermsUrl=/terms", "Kinvite__TermsUrl", "for example https://")]
    [InlineData("Development", "PrivacyUrl=javascript:alert(1)", "Kinvite__PrivacyUrl", "for example https://")]
    [InlineData("Development", "Smtp:Host=mail.example.org", "Kinvite__Smtp__From", "for example family@example.org")]
    [InlineData("Development", "Smtp:Host=mail.example.org;Smtp:From=Kinvite", "Kinvite__Smtp__From", "for example family@example.org")]
    [InlineData("Development", "Smtp:Host=mail.example.org;Smtp:From=a@example.org;Smtp:Security=ssl", "Kinvite__Smtp__Security", "none, starttls or tls")]
    [InlineData("Development", "Smtp:Host=mail.example.org;Smtp:From=a@example.org;Smtp:Port=0", "Kinvite__Smtp__Port", "587 is usual")]
    [InlineData("Development", "Smtp:Host=mail.example.org;Smtp:From=a@example.org;Smtp:Port=65536", "Kinvite__Smtp__Port", "587 is usual")]
    [InlineData("Development", "Resend:ApiKey=re_1", "Kinvite__Resend__From", "a domain that Resend has verified")]
    [InlineData("Development", "Resend:ApiKey=re_1;Resend:From=nobody", "Kinvite__Resend__From", "a domain that Resend has verified")]
    [InlineData("Development", "Resend:ApiKey=re_1;Resend:From=a@example.org;Resend:BaseUrl=http://api.example.org", "Kinvite__Resend__BaseUrl", "leave it out")]
    [InlineData("Development", "Resend:WebhookSecret=secret", "Kinvite__Resend__WebhookSecret", "whsec_")]
    [InlineData("Development", "Dsn:Secret=short", "Kinvite__Dsn__Secret", "at least 24")]
    [InlineData("Development", "Dsn:Directory=/nowhere/at/all", "Kinvite__Dsn__Directory", "leave the setting out")]
    [InlineData("Development", "Retention:Days=6", "Kinvite__Retention__Days", "between 7 and 3650")]
    [InlineData("Development", "Retention:Days=3651", "Kinvite__Retention__Days", "between 7 and 3650")]
    public void What_is_wrong_is_said_with_the_setting_and_the_remedy(string environment, string settings, string named, string remedy)
    {
        var error = Assert.Single(Errors(environment, settings));

        Assert.StartsWith(named, error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
        Assert.EndsWith(".", error.TrimEnd(')'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Development", "")]
    [InlineData("Production", "PublicUrl=https://family.example.org")]
    [InlineData("Production", "PublicUrl=https://family.example.org/;SignUp=closed;Limits:Factor=0.5")]
    [InlineData("Production", "PublicUrl=http://localhost:5080")]
    [InlineData("Development", "Smtp:Host=mail.example.org;Smtp:From=Kinvite <family@example.org>;Smtp:Security=none;Smtp:Port=25")]
    [InlineData("Production", "PublicUrl=https://family.example.org;Resend:ApiKey=re_1;Resend:From=Kinvite <a@example.org>;Resend:WebhookSecret=whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")]
    [InlineData("Development", "Resend:BaseUrl=http://localhost:9;Resend:ApiKey=re_1;Resend:From=a@example.org;Dsn:Secret=a-secret-of-some-length-x;Dsn:Directory=/tmp")]
    [InlineData("Development", "Resend:From=nobody")] // without a key it is not used
    [InlineData("Development", "Smtp:Security=ssl;Smtp:Port=0")] // without a host there is no mail server
    [InlineData("Development", "TermsUrl=https://example.org/terms;PrivacyUrl=http://example.org/privacy")]
    public void What_is_right_starts(string environment, string settings) => Assert.Empty(Errors(environment, settings));

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var (options, environment) = Options("Production", "SignUp=never;Limits:Factor=0;Smtp:Host=mail.example.org");

        var refused = Assert.Throws<StartRefusedException>(() => KinviteOptionsCheck.Check(options, environment));

        Assert.Equal(4, refused.Message.Split(Environment.NewLine).Length);
    }

    [Theory]
    [InlineData("Development", "open", "http://localhost:5080/")]
    [InlineData("Production", "invited", null)]
    public void Defaults_are_those_of_the_environment(string environment, string signUp, string? url)
    {
        var (options, _) = Options(environment, "");

        Assert.Equal((signUp, url), (options.SignUp, options.PublicUrl?.AbsoluteUri));
        Assert.Equal((587, "starttls", 1.0), (options.Smtp.Port, options.Smtp.Security, options.Limits.Factor));
        Assert.True(Path.IsPathFullyQualified(options.DataDirectory!));
    }

    private static List<string> Errors(string environment, string settings)
    {
        var (options, host) = Options(environment, settings);
        return [.. KinviteOptionsCheck.Errors(options, host)];
    }

    private static (KinviteOptions Options, IHostEnvironment Environment) Options(string environment, string settings)
    {
        var values = settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => (string?)s[1]);
        var options = new KinviteOptions();
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().Bind(options);
        var host = new HostingEnvironment { EnvironmentName = environment };
        new KinviteDefaults(host).PostConfigure(null, options);
        return (options, host);
    }
}
