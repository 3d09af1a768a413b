using System.Net;
using System.Text;
using Kinvite.Delivery.Mime;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>What people type arrives as what they typed: no markup, no header, no second recipient, nobody else's name as the sender.</summary>
public sealed class MailSafetyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("\r\nBcc: x@example.org")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202Eb")]
    public async Task MSG_S02_What_could_begin_another_header_is_refused_in_names_and_addresses(string text)
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal(["invites[0].name"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), name = $"Olga{text}" } } }));
        Assert.Equal(["invites[0].email"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { email = $"olga{text}@example.org" } } }));
        await circle.Founder.RefusedAsync(HttpMethod.Patch, "/api/account", new { displayName = $"Ana{text}" }, 400, "validation");
    }

    [Fact]
    public async Task MSG_S04_Templates_encoded_line_ends_and_encoded_words_stay_what_they_are()
    {
        const string Odd = "{{7*7}} {0} %s ${x} %0d%0aBcc: =?utf-8?B?QmNj?=";
        using var circle = await Circle.StartAsync(App, name: "{{7*7}} {0} %s", founder: "%0d%0a {1} ${x}");
        var email = Circle.NewEmail("odd");
        await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email } }, message = $"{Odd} @(7*7) <b>{Odd}</b>" }, HttpStatusCode.Created);

        var (raw, mail) = await MailAsync(email);
        Assert.Contains($"{Odd} @(7*7) <b>{Odd}</b>", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"<b>{Odd}</b>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("{{7*7}} {0} %s", mail.Header("Subject"), StringComparison.Ordinal);
        Assert.Contains("%0d%0a {1} ${x}", mail.Header("Subject"), StringComparison.Ordinal);
        Assert.Equal("", mail.Header("Bcc"));
        Assert.DoesNotContain("\nBcc:", raw, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task MSG_S03_What_is_too_long_is_refused()
    {
        using var circle = await Circle.StartAsync(App);
        foreach (var name in new[] { new string('x', 10_000), string.Concat(Enumerable.Repeat("👪", 5_000)) })
        {
            Assert.Equal(["invites[0].name"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), name } } }));
            Assert.Equal(["message"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, message = name }));
        }
    }

    [Fact]
    public async Task MSG_S05_Of_twenty_each_gets_a_mail_of_their_own_that_names_no_other()
    {
        using var circle = await Circle.StartAsync(App);
        var emails = Enumerable.Range(0, 20).Select(_ => Circle.NewEmail("one-of-twenty")).ToList();
        await circle.Founder.PostAsync(circle.Invites, new { invites = emails.Select(email => new { email }) }, HttpStatusCode.Created);

        foreach (var email in emails)
        {
            var (raw, mail) = await MailAsync(email);
            Assert.Equal(email, mail.Header("To"));
            Assert.Equal(("", ""), (mail.Header("Cc"), mail.Header("Bcc")));
            Assert.DoesNotContain(emails.Where(e => e != email), other => raw.Contains(other, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task MSG_S06_An_inviter_who_calls_themselves_an_address_is_not_the_sender()
    {
        using var circle = await Circle.StartAsync(App, founder: "Security Team <security@host>");
        var email = Circle.NewEmail("from");
        await circle.InviteAsync(new { email });

        var (_, mail) = await MailAsync(email);
        Assert.Contains("kinvite@localhost", mail.Header("From"), StringComparison.Ordinal);
        Assert.DoesNotContain("security@host", mail.Header("From"), StringComparison.Ordinal);
        Assert.Contains("Security Team <security@host>", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<security@host>", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"a b\"@example.org")]
    [InlineData("\"<img src=x>\"@example.org")]
    [InlineData("Olga <olga@example.org>")]
    [InlineData("olga@[127.0.0.1]")]
    [InlineData("a@example.org,b@example.org")]
    [InlineData("a@example.org b@example.org")]
    [InlineData("a@b@example.org")]
    [InlineData("olga@example.org\u200b")]
    public async Task MSG_S07_What_could_be_read_as_two_recipients_is_refused(string email)
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal(["invites[0].email"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { email } } }));
        await circle.Stranger().PostRefusedAsync("/api/auth/codes", new { email }, 400, "validation");
    }

    private async Task<(string Raw, ReadMail Mail)> MailAsync(string email)
    {
        var raw = await App.Mailbox.WaitForAsync(email);
        return (raw, MimeReader.Read(Encoding.UTF8.GetBytes(raw)));
    }
}
