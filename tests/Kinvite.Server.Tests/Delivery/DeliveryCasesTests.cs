using System.Net;
using System.Text;
using System.Text.Json;
using Kinvite.Delivery;
using Kinvite.Delivery.Mime;
using Kinvite.Harness;
using Kinvite.Server.Tests.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Delivery;

/// <summary>The cases of delivery and of what stands in mails, on the whole application with a mail server behind it.</summary>
public sealed class DeliveryCasesTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task DLV_S01_Ten_minutes_without_a_mail_server_lose_nothing_and_send_nothing_twice()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        int port;
        await using (var gone = new FakeSmtpServer())
        {
            port = gone.Port;
        }

        await using var app = await StartAsync(database, port);
        using var circle = await Circle.StartAsync(app);
        var addresses = Enumerable.Range(0, 50).Select(_ => Circle.NewEmail()).ToList();
        var answer = await circle.Founder.PostAsync(circle.Invites, new { invites = addresses.Select(email => new { email }) }, HttpStatusCode.Created);
        Assert.Equal(50, answer.GetProperty("count").GetInt32());
        for (var minute = 0; minute < 10; minute++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(200);
        }

        var states = (await circle.Founder.GetAsync($"{circle.Invites}?limit=100")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("delivery").GetProperty("state").GetString());
        Assert.All(states, state => Assert.Equal("queued", state));

        await using var healed = new FakeSmtpServer(port: port);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await FaultsTest.Until(() => Task.FromResult(addresses.TrueForAll(a => healed.To(a).Count > 0)), Soon, () => $"{healed.Received.Count} mails");
        Assert.All(addresses, address => Assert.Single(healed.To(address)));
    }

    [Fact]
    public async Task DLV_S02_A_busy_mailbox_and_a_closing_server_are_tried_again_and_an_unknown_one_is_told_to_the_inviter()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = new FakeSmtpServer();
        await using var app = await StartAsync(database, server.Port);
        using var circle = await Circle.StartAsync(app);
        var (busy, unknown, closing) = (Circle.NewEmail("busy"), Circle.NewEmail("unknown"), Circle.NewEmail("closing"));
        var tries = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        server.Behave = to => (to == busy, to == unknown, to == closing, tries.AddOrUpdate(to, 1, (_, n) => n + 1)) switch
        {
            (true, _, _, 1) => SmtpBehaviour.Later,
            (_, true, _, _) => SmtpBehaviour.Never,
            (_, _, true, 1) => SmtpBehaviour.Closing,
            _ => SmtpBehaviour.Accept,
        };

        var unknownId = (await circle.InviteAsync(new { email = unknown })).GetProperty("id").GetGuid();
        await circle.InviteAsync(new { email = busy });
        await circle.InviteAsync(new { email = closing });
        await FaultsTest.Until(() => Task.FromResult(tries.GetValueOrDefault(busy) > 0 && tries.GetValueOrDefault(closing) > 0), Soon, () => "Not tried");
        await server.WaitForAsync(busy);
        await server.WaitForAsync(closing);
        var told = await server.WaitForAsync(circle.Founder.Email, seen: 1); // after the code
        Assert.Contains("did not arrive", told.Data, StringComparison.Ordinal);

        app.Clock.Advance(TimeSpan.FromMinutes(50)); // less than the session
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal((1, 2, 2), (tries[unknown], tries[busy], tries[closing]));
        var invite = await circle.Founder.GetAsync($"{circle.Invites}/{unknownId}");
        Assert.Equal(("pending", "failed"), (invite.GetProperty("status").GetString(), invite.GetProperty("delivery").GetProperty("state").GetString()));
        Assert.DoesNotContain(unknown, invite.GetProperty("delivery").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DLV_S06_Without_a_channel_production_starts_says_so_once_refuses_to_mail_and_drops_what_nobody_sends()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Environment = "Production";
            settings.Configuration["Kinvite:SignUp"] = "open";
        });
        using var circle = await Circle.StartAsync(app);

        var refused = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, HttpStatusCode.Conflict);
        Assert.Equal("channel.unavailable", refused.GetProperty("code").GetString());
        var handed = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, notify = false }, HttpStatusCode.Created);
        var link = await circle.Founder.PostAsync($"{circle.Invites}/{handed.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid()}/link", null, HttpStatusCode.OK);
        var token = new Uri(link.GetProperty("url").GetString()!).Segments[^1];

        var sweep = app.Services.GetServices<IHostedService>().OfType<OutboxSweep>().Single();
        Assert.Equal(0, await sweep.DropUnsendableAsync(CancellationToken.None));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE done_at IS NULL")); // the founder's code
        app.Clock.Advance(OutboxSweep.WhileOff + TimeSpan.FromMinutes(1));
        await FaultsTest.UntilDoneAsync(database, 1, Soon);

        Assert.Equal("Mail is off", await database.ScalarAsync<string>("SELECT detail FROM outbox WHERE state = 7"));
        Assert.Single(app.Logs.Lines, l => l.Contains("[3100]", StringComparison.Ordinal));
        Assert.DoesNotContain(token, app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(circle.Founder.Email, app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MSG_S05_Twenty_invited_at_once_are_twenty_mails_that_know_nothing_of_each_other()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = new FakeSmtpServer();
        await using var app = await StartAsync(database, server.Port);
        using var circle = await Circle.StartAsync(app);
        var addresses = Enumerable.Range(0, 20).Select(_ => Circle.NewEmail("many")).ToList();

        await circle.Founder.PostAsync(circle.Invites, new { invites = addresses.Select(email => new { email }) }, HttpStatusCode.Created);

        await FaultsTest.Until(() => Task.FromResult(addresses.TrueForAll(a => server.To(a).Count > 0)), Soon, () => $"{server.Received.Count} mails");
        foreach (var address in addresses)
        {
            var mail = Assert.Single(server.To(address));
            Assert.Equal(address, Assert.Single(mail.Recipients));
            Assert.DoesNotContain(addresses.Where(a => a != address), other => mail.Data.Contains(other + ">", StringComparison.Ordinal) || mail.Data.Contains($"To: {other}\r\n", StringComparison.Ordinal));
            Assert.DoesNotContain(mail.Data.Split("\r\n"), l => l.StartsWith("Cc:", StringComparison.OrdinalIgnoreCase) || l.StartsWith("Bcc:", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task MSG_S06_An_inviters_name_that_looks_like_a_sender_is_text_and_no_sender()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = new FakeSmtpServer();
        await using var app = await StartAsync(database, server.Port);
        using var circle = await Circle.StartAsync(app, founder: "Security Team <security@host>");
        var invited = Circle.NewEmail();

        await circle.InviteAsync(new { email = invited });

        var mail = await server.WaitForAsync(invited);
        var read = MimeReader.Read(Encoding.ASCII.GetBytes(mail.Data));
        Assert.Equal("kinvite@example.org", mail.From);
        Assert.Equal("\"Kinvite\" <kinvite@example.org>", read.Header("From"));
        Assert.Equal("", read.Header("Reply-To") + read.Header("Sender"));
        Assert.DoesNotContain("<security@host>", read.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;security@host&gt;", read.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_leaves_by_resend_where_its_key_is_and_its_reports_find_their_mail()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var resend = await FakeHttpServer.StartAsync();
        resend.Answer = (http, call) => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(http.Response, $$"""{"id":"re-{{call.Headers["Idempotency-Key"]}}"}""");
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["Kinvite:Resend:ApiKey"] = "re_secret_key";
            settings.Configuration["Kinvite:Resend:From"] = "Kinvite <kinvite@example.org>";
            settings.Configuration["Kinvite:Resend:BaseUrl"] = resend.Address.AbsoluteUri;
        });
        using var circle = await Circle.StartAsync(app);
        var invited = Circle.NewEmail();
        var invite = (await circle.InviteAsync(new { email = invited })).GetProperty("id").GetGuid();
        await FaultsTest.UntilDoneAsync(database, 2, Soon);

        var call = Assert.Single(resend.Received, c => JsonDocument.Parse(c.Body).RootElement.GetProperty("to")[0].GetString() == invited);
        Assert.Equal($"re-{call.Headers["Idempotency-Key"]}", await database.ScalarAsync<string>($"SELECT provider_id FROM outbox WHERE subject_id = '{invite}' AND state = 2"));
        Assert.DoesNotContain("re_secret_key", app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(invited, app.Logs.Text, StringComparison.Ordinal);
    }

    private static Task<KinviteApp> StartAsync(TestDatabase database, int port) => KinviteApp.StartAsync(database.ConnectionString, settings =>
    {
        settings.Configuration["Kinvite:Smtp:Host"] = "localhost";
        settings.Configuration["Kinvite:Smtp:Port"] = $"{port}";
        settings.Configuration["Kinvite:Smtp:Security"] = "none";
        settings.Configuration["Kinvite:Smtp:From"] = "Kinvite <kinvite@example.org>";
    });
}
