using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Dsn;
using Kinvite.Delivery.Reports;
using Kinvite.Harness;
using Kinvite.Invitations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Delivery;

public sealed class DeliveryReportsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_came_back_marks_the_invitation_tells_the_family_and_the_inviter_once()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Invitation));

        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(ReportOutcome.Taken, await ReportAsync(test, new(ReportKind.Bounced, "550 <anna@example.org> is gone") { MessageId = row.Id }));
        }

        Assert.Equal(ReportOutcome.Taken, await ReportAsync(test, new(ReportKind.Delivered, null) { MessageId = row.Id })); // late, out of order
        row = await test.Host.RowAsync(row.Id);
        Assert.Equal((DeliveryState.Bounced, "550 <…> is gone"), (row.State, row.Detail));
        Assert.Equal(InvitationStatus.Bounced, (await test.InvitationAsync(invitation.Id)).Status);
        Assert.Equal(1, await test.Host.InDbAsync(db => db.Activity.CountAsync(a => a.Type == ActivityTypes.InviteBounced && a.SubjectId == invitation.Id)));
        var told = Assert.Single(await test.RowsAsync(MessageTypes.Failed));
        var mail = Assert.IsType<Prepared.Send>(await test.PrepareAsync(told)).Mail;
        Assert.Equal("olga@example.org", mail.To.Address);
        Assert.Contains("copy its link", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bounce_of_an_older_generation_changes_nothing_that_is_now()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Invitation));
        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Generation, (short)4)));

        await ReportAsync(test, new(ReportKind.Bounced, null) { MessageId = row.Id });

        Assert.Equal(DeliveryState.Bounced, (await test.Host.RowAsync(row.Id)).State);
        Assert.Equal(InvitationStatus.Pending, (await test.InvitationAsync(invitation.Id)).Status);
        Assert.Empty(await test.RowsAsync(MessageTypes.Failed));
    }

    [Fact]
    public async Task Marked_as_spam_no_family_writes_there_again_and_nobody_is_told()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Invitation));

        await ReportAsync(test, new(ReportKind.Delivered, null) { MessageId = row.Id });
        await ReportAsync(test, new(ReportKind.Complained, null) { MessageId = row.Id });
        await ReportAsync(test, new(ReportKind.Complained, null) { MessageId = row.Id });

        Assert.Equal(DeliveryState.Delivered, (await test.Host.RowAsync(row.Id)).State);
        Assert.Equal(InvitationStatus.Pending, (await test.InvitationAsync(invitation.Id)).Status);
        Assert.Equal(invitation.AddressKey, (await test.Host.InDbAsync(db => db.InvitationBlocks.SingleAsync())).AddressKey);
        Assert.Empty(await test.RowsAsync(MessageTypes.Failed));
        Assert.False(await test.Host.InDbAsync(db => db.Activity.AnyAsync()));
    }

    [Fact]
    public async Task A_complaint_about_an_older_mail_says_nothing_of_the_address_of_today()
    {
        await using var test = await TestAsync();
        await test.MailedAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Invitation));
        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Generation, (short)4).SetProperty(i => i.AddressKey, "other@example.org")));

        await ReportAsync(test, new(ReportKind.Complained, null) { MessageId = row.Id });

        Assert.False(await test.Host.InDbAsync(db => db.InvitationBlocks.AnyAsync()));
    }

    [Fact]
    public async Task A_report_that_overtakes_our_own_mark_is_asked_for_again_and_one_on_an_uncertain_mail_ends_the_second_try()
    {
        await using var test = await TestAsync();
        await test.MailedAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Invitation));
        await test.ExecuteAsync($"UPDATE outbox SET state = 1, done_at = NULL, lease_id = gen_random_uuid(), locked_until = '{LarsenFamily.Now.AddSeconds(30):O}'");
        Assert.Equal(ReportOutcome.TooEarly, await ReportAsync(test, new(ReportKind.Delivered, null) { MessageId = row.Id }));

        await test.ExecuteAsync("UPDATE outbox SET state = 4, lease_id = NULL, locked_until = NULL");
        Assert.Equal(ReportOutcome.Taken, await ReportAsync(test, new(ReportKind.Delivered, null) { MessageId = row.Id }));
        row = await test.Host.RowAsync(row.Id);
        Assert.Equal(DeliveryState.Delivered, row.State);
        Assert.NotNull(row.DoneAt);
        Assert.Empty(await test.Host.Services.GetRequiredService<Outbox>().ClaimAsync([MessageTypes.Invitation], 10, CancellationToken.None));
    }

    [Fact]
    public async Task Reports_and_answers_at_once_end_in_one_state()
    {
        await using var test = await TestAsync();
        for (var i = 0; i < 10; i++)
        {
            await test.MailedAsync($"guest-{i}@example.org");
        }

        var rows = await test.RowsAsync(MessageTypes.Invitation);
        await Task.WhenAll(rows.SelectMany(row => new[] { ReportKind.Bounced, ReportKind.Delivered, ReportKind.Bounced, ReportKind.Complained }
            .Select(kind => ReportAsync(test, new(kind, null) { MessageId = row.Id }))));

        Assert.All(await test.RowsAsync(MessageTypes.Invitation), row => Assert.Equal(DeliveryState.Bounced, row.State));
        Assert.Equal(10, await test.CountAsync(MessageTypes.Failed));
    }

    [Fact]
    public async Task Resends_webhook_takes_what_is_signed_and_nothing_else()
    {
        const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s => s.Configuration["Kinvite:Resend:WebhookSecret"] = Secret);
        using var circle = await Circle.StartAsync(app);
        var invite = await SentAsync(circle);
        await database.ExecuteAsync($"UPDATE outbox SET provider_id = 'e-1' WHERE subject_id = '{invite}'");
        var bounced = """{"type":"email.bounced","data":{"email_id":"e-1","bounce":{"message":"No such user"}}}""";
        using var resend = app.NewPerson();

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(bounced, Sign(bounced.Replace("e-1", "e-2", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(bounced, Sign(bounced, app.Clock.GetUtcNow().AddMinutes(-6))));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(bounced, []));
        Assert.Equal(2, await database.ScalarAsync<short>($"SELECT state FROM outbox WHERE subject_id = '{invite}'"));

        var signed = Sign(bounced);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(bounced, signed));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(bounced, signed)); // replayed
        var shown = await circle.Founder.GetAsync($"{circle.Invites}/{invite}");
        Assert.Equal(("bounced", "bounced", "No such user"), (
            shown.GetProperty("status").GetString(), shown.GetProperty("delivery").GetProperty("state").GetString(), shown.GetProperty("delivery").GetProperty("detail").GetString()));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'failed'"));

        var opened = """{"type":"email.opened","data":{"email_id":"e-1"}}""";
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(opened, Sign(opened)));
        var large = JsonSerializer.Serialize(new { type = "email.bounced", data = new { x = new string('x', 70_000) } });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(large, Sign(large)));
        Assert.DoesNotContain("AAECAwQF", app.Logs.Text, StringComparison.Ordinal);

        async Task<HttpStatusCode> PostAsync(string body, (string, string)[] headers)
        {
            using var answer = await resend.RequestAsync(HttpMethod.Post, "/api/hooks/resend", body, headers);
            return answer.StatusCode;
        }

        (string, string)[] Sign(string body, DateTimeOffset? at = null)
        {
            var seconds = (at ?? app.Clock.GetUtcNow()).ToUnixTimeSeconds();
            var key = Convert.FromBase64String(Secret["whsec_".Length..]);
            var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"msg_1.{seconds}.{body}")));
            return [("svix-id", "msg_1"), ("svix-timestamp", $"{seconds}"), ("svix-signature", $"v1,{signature}")];
        }
    }

    [Fact]
    public async Task Without_secrets_the_hooks_take_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var anybody = app.NewPerson();
        foreach (var hook in new[] { "resend", "dsn" })
        {
            using var answer = await anybody.RequestAsync(HttpMethod.Post, $"/api/hooks/{hook}", "{}", ("Authorization", "Bearer "), ("svix-id", "1"), ("svix-timestamp", "1"), ("svix-signature", "v1,"));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal("hook.unsigned", problem.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_mail_that_came_back_is_taken_from_the_hook_and_from_the_directory_and_its_file_goes()
    {
        using var returned = new Scratch();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s =>
        {
            s.Configuration["Kinvite:Dsn:Secret"] = "a-secret-of-some-length-x";
            s.Configuration["Kinvite:Dsn:Directory"] = returned.Path;
        });
        using var circle = await Circle.StartAsync(app);
        using var server = app.NewPerson();

        var first = await SentAsync(circle);
        var dsn = Dsn(await database.ScalarAsync<Guid>($"SELECT id FROM outbox WHERE subject_id = '{first}'"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("Bearer another-secret-of-some-length"));
        Assert.Equal("pending", (await circle.Founder.GetAsync($"{circle.Invites}/{first}")).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync("Bearer a-secret-of-some-length-x"));
        Assert.Equal("bounced", (await circle.Founder.GetAsync($"{circle.Invites}/{first}")).GetProperty("status").GetString());

        var second = await SentAsync(circle);
        await File.WriteAllTextAsync(Path.Combine(returned.Path, "1.mail"), Dsn(await database.ScalarAsync<Guid>($"SELECT id FROM outbox WHERE subject_id = '{second}'")));
        await File.WriteAllTextAsync(Path.Combine(returned.Path, "2.mail"), "Subject: Out of office\n\nBack on Monday");
        app.Clock.Advance(TimeSpan.FromMinutes(1)); // neither is being written any more
        await app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<DsnDirectory>().Single().ReadAllAsync(returned.Path, CancellationToken.None);
        Assert.Equal("bounced", (await circle.Founder.GetAsync($"{circle.Invites}/{second}")).GetProperty("status").GetString());
        Assert.Equal(["2.mail"], Directory.EnumerateFiles(returned.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Equal("joined", (await JoinAsync(circle, second)).GetProperty("outcome").GetString()); // it can still be used

        async Task<HttpStatusCode> PostAsync(string authorization)
        {
            using var mail = new StringContent(dsn, Encoding.Latin1);
            mail.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
            using var answer = await server.RequestAsync(HttpMethod.Post, "/api/hooks/dsn", mail, ("Authorization", authorization));
            return answer.StatusCode;
        }
    }

    private static async Task<JsonElement> JoinAsync(Circle circle, Guid invite)
    {
        var somebody = await circle.SomebodyAsync(email: (await circle.Founder.GetAsync($"{circle.Invites}/{invite}")).GetProperty("email").GetString());
        return await somebody.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
    }

    /// <summary>An invitation whose mail has left.</summary>
    private static async Task<Guid> SentAsync(Circle circle)
    {
        var id = (await circle.InviteAsync(new { email = Circle.NewEmail() })).GetProperty("id").GetGuid();
        for (var i = 0; i < 200; i++)
        {
            if ((await circle.Founder.GetAsync($"{circle.Invites}/{id}")).GetProperty("delivery").GetProperty("state").GetString() == "sent")
            {
                return id;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("The invitation was not sent.");
    }

    private static string Dsn(Guid messageId) => $"""
        From: MAILER-DAEMON@mx.example.org
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; somebody@example.org
        Action: failed
        Status: 5.1.1

        --b
        Content-Type: text/rfc822-headers

        Message-ID: <{messageId:N}@localhost>

        --b--
        """;

    private static Task<ReportOutcome> ReportAsync(LarsenFamily test, DeliveryReport report) => Task.Run(async () =>
    {
        await using var scope = test.Host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DeliveryReports>().ApplyAsync(report, CancellationToken.None);
    });

    private async Task<LarsenFamily> TestAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString, works: false);
        host.Clock.Set(LarsenFamily.Now);
        var test = new LarsenFamily(database, host);
        await test.FoundAsync();
        return test;
    }
}
