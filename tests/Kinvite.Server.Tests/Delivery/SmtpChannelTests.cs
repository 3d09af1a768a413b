using System.Net.Security;
using System.Text;
using Kinvite.Delivery;
using Kinvite.Delivery.Mime;
using Kinvite.Delivery.Smtp;
using Kinvite.Harness;
using Kinvite.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Kinvite.Server.Tests.Delivery;

public sealed class SmtpChannelTests
{
    private static readonly SmtpTimeouts Short = new() { Connect = TimeSpan.FromSeconds(5), Reply = TimeSpan.FromSeconds(1), AfterData = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_mail_arrives_as_it_was_written()
    {
        await using var server = new FakeSmtpServer();
        var mail = Mail() with { Text = ".\nHei på deg\n..two\n" };
        Assert.Equal(SendResult.Sent, (await SendAsync(server, mail: mail)).Result);
        var received = Assert.Single(server.Received);
        Assert.Equal(("kinvite@example.org", "anna@xn--bcher-kva.example"), (received.From, Assert.Single(received.Recipients)));
        var read = MimeReader.Read(Encoding.ASCII.GetBytes(received.Data));
        Assert.Equal(mail.Text, read.Text);
        Assert.Equal(mail.Html, read.Html);
        Assert.Equal($"<{mail.Id:N}@localhost>", read.Header("Message-ID"));
    }

    [Fact]
    public async Task Every_try_of_a_message_has_the_same_id()
    {
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.DropAfterData };
        var mail = Mail();
        Assert.Equal(SendResult.Unknown, (await SendAsync(server, mail: mail)).Result);
        Assert.Equal(SendResult.Unknown, (await SendAsync(server, mail: mail)).Result);
        Assert.Single(server.Received.Select(m => MimeReader.Read(Encoding.ASCII.GetBytes(m.Data)).Header("Message-ID")).Distinct(StringComparer.Ordinal));
        Assert.Equal(2, server.Received.Count);
    }

    [Fact]
    public async Task A_4xx_reply_is_tried_later()
    {
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.Later };
        Assert.Equal(new(SendResult.TryLater, "450 4.2.1 Mailbox busy"), await SendAsync(server));
    }

    [Fact]
    public async Task A_5xx_reply_is_final()
    {
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.Never };
        Assert.Equal(new(SendResult.Refused, "550 5.1.1 No such user"), await SendAsync(server));
    }

    [Fact]
    public async Task A_silent_server_is_tried_later()
    {
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.Silent };
        Assert.Equal(SendResult.TryLater, (await SendAsync(server)).Result);
    }

    [Fact]
    public async Task No_server_is_tried_later()
    {
        var server = new FakeSmtpServer();
        var port = server.Port;
        await server.DisposeAsync();
        Assert.Equal(SendResult.TryLater, (await Channel(port, "none").SendAsync(Mail(), Lease(), CancellationToken.None)).Result);
    }

    [Fact]
    public async Task With_starttls_everything_goes_encrypted()
    {
        await using var server = new FakeSmtpServer(startTls: true);
        Assert.Equal(SendResult.Sent, (await SendAsync(server, "starttls", trust: Trust(server))).Result);
        Assert.True(Assert.Single(server.Received).Encrypted);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_mail()
    {
        await using var server = new FakeSmtpServer(startTls: true);
        Assert.Equal(SendResult.TryLater, (await SendAsync(server, "starttls")).Result);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_server_that_hides_starttls_gets_no_mail_in_the_clear()
    {
        await using var server = new FakeSmtpServer();
        Assert.Equal(SendResult.TryLater, (await SendAsync(server, "starttls")).Result);
        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData("PLAIN LOGIN")]
    [InlineData("LOGIN")]
    [InlineData("XOAUTH2 PLAIN")]
    public async Task Logs_in_with_what_the_server_offers(string ways)
    {
        await using var server = new FakeSmtpServer(startTls: true) { AuthWays = ways };
        Assert.Equal(SendResult.Sent, (await SendAsync(server, "starttls", user: "kin", trust: Trust(server))).Result);
        Assert.Equal("kin", Assert.Single(server.Received).User);
    }

    [Fact]
    public async Task The_password_is_never_sent_without_tls()
    {
        await using var server = new FakeSmtpServer();
        var outcome = await SendAsync(server, user: "kin");
        Assert.Equal(SendResult.TryLater, outcome.Result);
        Assert.Contains("TLS", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_server_without_a_known_way_to_log_in_gets_no_mail()
    {
        await using var server = new FakeSmtpServer(startTls: true) { AuthWays = "XOAUTH2" };
        Assert.Equal(SendResult.TryLater, (await SendAsync(server, "starttls", user: "kin", trust: Trust(server))).Result);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task An_address_that_could_end_a_command_reaches_no_server()
    {
        await using var server = new FakeSmtpServer();
        var outcome = await SendAsync(server, mail: Mail() with { To = new("a\r\nRCPT TO:<evil@example.org>\r\n@example.org") });
        Assert.Equal((SendResult.Refused, 0), (outcome.Result, server.Connections));
    }

    [Fact]
    public async Task Whose_claim_is_over_does_not_finish_the_message()
    {
        await using var server = new FakeSmtpServer();
        var over = new SendLease(TimeProvider.System, TimeProvider.System.GetUtcNow().AddSeconds(-1));
        Assert.Equal(SendResult.TryLater, (await Channel(server.Port, "none").SendAsync(Mail(), over, CancellationToken.None)).Result);
        await Task.Delay(100); // the server notices that the connection is gone
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Cancelled_before_the_data_it_throws_and_nothing_was_sent()
    {
        await using var server = new FakeSmtpServer { Behave = _ => SmtpBehaviour.Silent };
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Channel(server.Port, "none").SendAsync(Mail(), Lease(), stop.Token));
        Assert.Empty(server.Received);
    }

    private static Task<SendOutcome> SendAsync(
        FakeSmtpServer server, string security = "none", string? user = null, RemoteCertificateValidationCallback? trust = null, OutgoingMail? mail = null) =>
        Channel(server.Port, security, user, trust).SendAsync(mail ?? Mail(), Lease(), CancellationToken.None);

    private static SmtpChannel Channel(int port, string security, string? user = null, RemoteCertificateValidationCallback? trust = null)
    {
        var smtp = new SmtpOptions { Host = "localhost", Port = port, Security = security, User = user, Password = "secret", From = "Kinvite <kinvite@example.org>" };
        var setup = new MailSetup(Options.Create(new KinviteOptions { Smtp = smtp, PublicUrl = new("http://localhost:5080") }), new HostingEnvironment());
        return new(smtp, setup, TimeProvider.System, Short, trust);
    }

    private static RemoteCertificateValidationCallback Trust(FakeSmtpServer server) =>
        (_, certificate, _, _) => certificate?.GetCertHashString() == server.Certificate!.GetCertHashString();

    private static SendLease Lease() => new(TimeProvider.System, TimeProvider.System.GetUtcNow().AddMinutes(1));

    private static OutgoingMail Mail() => new()
    {
        Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
        To = new("anna@bücher.example", "Anna"),
        Subject = "Hei",
        Html = "<p>Hei</p>",
        Text = "Hei\n",
    };
}
