using System.Net;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Telemetry;

/// <summary>What <c>/metrics</c> says: figures that fit what was committed, by route and never by address, and nothing about anybody.</summary>
public sealed class MetricsTests(PostgresFixture postgres)
{
    private const string Route = "http_server_requests_total{http_request_method=\"";

    [Fact]
    public async Task Invitations_are_counted_by_what_became_of_them_and_requests_by_their_route()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var circle = await Circle.StartAsync(app, kind: "home");
        var handed = await circle.InviteAsync(new { name = "Mormor", role = "relative" });
        var mailed = await circle.InviteAsync(new { email = "mormor@example.org", role = "relative" });
        using var olga = await circle.SomebodyAsync("Olga Berg", "mormor@example.org");

        await olga.PostAsync($"/api/invites/{circle.Token(mailed)}/accept", null, HttpStatusCode.OK);
        await olga.PostAsync($"/api/invites/{circle.Token(mailed)}/accept", null, HttpStatusCode.OK); // again: nothing happens
        await circle.Founder.PostAsync($"{circle.Invites}/{handed.GetProperty("id")}/resend", null, HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{handed.GetProperty("id")}", HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{handed.GetProperty("id")}", HttpStatusCode.OK);
        await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = "mormor@example.org", role = "nonsense" } } }, HttpStatusCode.BadRequest);
        var page = await ReadAsync(app);

        Assert.Equal(1, page[Invitations("created", "link")]);
        Assert.Equal(1, page[Invitations("created", "email")]);
        Assert.Equal(1, page[Invitations("accepted", "email")]);
        Assert.Equal(1, page[Invitations("resent", "link")]);
        Assert.Equal(1, page[Invitations("revoked", "link")]);
        Assert.Equal(5, page.Samples.Where(s => s.Key.StartsWith("kinvite_invitations_total", StringComparison.Ordinal)).Sum(s => s.Value));
        Assert.Equal(2, page["kinvite_sign_ins_total{session=\"api\"}"]);
        Assert.Equal(2, page[Route + "POST\",http_route=\"/api/invites/{token}/accept\",http_response_status_code=\"200\"}"]);
        Assert.Equal(2, page[Route + "POST\",http_route=\"/api/families/{familyId:guid}/invites\",http_response_status_code=\"201\"}"]);
        Assert.Equal(1, page[Route + "POST\",http_route=\"/api/families/{familyId:guid}/invites\",http_response_status_code=\"400\"}"]);
        Assert.Equal(2, page["http_server_request_duration_seconds_count{http_request_method=\"POST\",http_route=\"/api/invites/{token}/accept\"}"]);
        Assert.Equal(1, page["kinvite_database_up"]);
        Assert.True(page["db_client_operation_duration_seconds_count"] > 10);
        Assert.True(page["dotnet_process_memory_working_set_bytes"] > 1_000_000);
        Assert.True(page["db_client_connections_max"] > 0);
    }

    [Fact]
    public async Task Open_links_are_counted_from_being_made_to_their_end_and_tablets_too()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var circle = await Circle.StartAsync(app, kind: "home");
        var links = $"{circle.Path}/invite-links";
        var made = new List<Guid>();
        foreach (var body in new object[] { new { requireApproval = false }, new { requireApproval = false, maxUses = 2 }, new { requireApproval = true } })
        {
            made.Add((await circle.Founder.PostAsync(links, body, HttpStatusCode.Created)).GetProperty("id").GetGuid());
            for (var i = 0; i < 2; i++)
            {
                await (await circle.SomebodyAsync()).PostAsync($"/api/invites/{circle.Token(made[^1], LinkKind.Open)}/accept", null, HttpStatusCode.OK);
            }
        }

        await (await circle.SomebodyAsync()).PostRefusedAsync($"/api/invites/{circle.Token(made[1], LinkKind.Open)}/accept", null, 410, "invite.used");
        await circle.Founder.PostRefusedAsync(links, new { expiresInDays = 0 }, 400, "validation");
        await circle.Founder.DeleteAsync($"{links}/{made[2]}", HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{links}/{made[2]}", HttpStatusCode.OK); // again: nothing happens
        await circle.Founder.PostAsync(links, new { expiresInDays = 1 }, HttpStatusCode.Created);
        await database.ExecuteAsync("UPDATE invite_links SET expires_at = now() - interval '1 minute' WHERE status = 1");
        await circle.Founder.PostAsync(links, new { }, HttpStatusCode.Created);
        var tablet = (await circle.Founder.PostAsync($"{circle.Path}/devices", new { name = "Kitchen" }, HttpStatusCode.Created)).GetProperty("id");
        await circle.Founder.PostAsync($"{circle.Path}/devices", new { name = "Hall" }, HttpStatusCode.Created);
        await circle.Founder.DeleteAsync($"{circle.Path}/devices/{tablet}", HttpStatusCode.NoContent);
        await circle.Founder.DeleteRefusedAsync($"{circle.Path}/devices/{tablet}", 404, "not_found");
        var page = await ReadAsync(app);

        // Two came in by the first, two by the second, which was for no more; by the third people wait.
        Assert.Equal(
            ["created 5", "expired 1", "full 1", "replaced 1", "revoked 1", "used 4"],
            page.Samples.Where(s => s.Key.StartsWith("kinvite_invite_links_total", StringComparison.Ordinal)).Select(s => $"{s.Key.Split('"')[1]} {s.Value}").Order());
        Assert.Equal(5, page["kinvite_invite_links_total{event=\"created\",kind=\"home\"}"]);
        Assert.Equal(2, page["kinvite_tablets_total{event=\"added\",kind=\"home\"}"]);
        Assert.Equal(1, page["kinvite_tablets_total{event=\"removed\",kind=\"home\"}"]);
    }

    [Fact]
    public async Task Nothing_in_it_names_a_person_a_family_an_id_or_a_link()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var circle = await Circle.StartAsync(app, name: "The Quartzes", founder: "Olga Basalt");
        var invite = await circle.InviteAsync(new { email = "ben.granite@example.org", name = "Granite" });
        var (id, token) = (invite.GetProperty("id").GetString()!, circle.Token(invite));
        using var ben = await circle.SomebodyAsync("Ben Granite", "ben.granite@example.org");
        foreach (var path in new[] { $"/join/{token}", $"/nowhere/{token}", $"/api/invites/{token}", $"/api/invites/{token}?email=ben.granite@example.org", $"/families/{circle.Id}", $"/api/families/{circle.Id}/nowhere" })
        {
            using var answer = await ben.RequestAsync(HttpMethod.Get, path);
        }

        using var odd = await ben.RequestAsync(new("GRANITE"), "/sign-in");
        await ben.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK);
        await app.Mailbox.WaitForAsync(circle.Founder.Email, seen: 1);

        var text = await TextAsync(app);

        Assert.Contains("http_route=\"/api/invites/{token}\"", text, StringComparison.Ordinal);
        foreach (var secret in new[] { token, id, circle.Id.ToString(), "granite", "quartz", "basalt", "example.org", circle.Founder.AccountId.ToString(), "nowhere", PostgresFixture.MasterKey, "Host=", "/tmp" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Mails_are_counted_by_how_they_ended_and_what_waits_is_said()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var mails = new FakeSmtpServer { Behave = to => to.StartsWith("nobody", StringComparison.Ordinal) ? SmtpBehaviour.Never : SmtpBehaviour.Accept };
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            foreach (var (name, value) in mails.Settings)
            {
                settings.Configuration[name.Replace("__", ":", StringComparison.Ordinal)] = value;
            }
        });
        using var circle = await Circle.StartAsync(app);
        await circle.InviteAsync(new { email = "mormor@example.org" });
        await circle.InviteAsync(new { email = "nobody@example.org" });
        await database.ExecuteAsync("""
            INSERT INTO outbox (id, type, subject_id, generation, priority, created_at, due_at, state, attempts)
            VALUES (gen_random_uuid(), 'of-another-release', gen_random_uuid(), 0, 1, now(), now() - interval '1 hour', 1, 0)
            """);

        var page = await UntilAsync(app, p => p[Mails("invitation", "sent")] == 1 && p[Mails("invitation", "failed")] == 1 && p[Mails("failed", "sent")] == 1 && p["kinvite_outbox_waiting"] == 1);

        Assert.Equal(1, page[Mails("code", "sent")]);
        Assert.InRange(page["kinvite_outbox_lag_seconds"], 3599, 3700);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_and_asking_costs_little_time()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        await database.DisposeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        var began = TimeProvider.System.GetTimestamp();

        var page = await ReadAsync(app);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
        Assert.Equal(0, page.Samples["kinvite_database_up"]);
        Assert.DoesNotContain("kinvite_outbox_waiting", page.Samples.Keys);
    }

    [Fact]
    public async Task Refusals_are_counted_by_limit()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(app);
        var invite = await circle.InviteAsync(new { name = "Mormor" });
        using var stranger = circle.Stranger();
        // At once: one more becomes free each second.
        await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ =>
        {
            using var preview = await stranger.RequestAsync(HttpMethod.Get, $"/api/invites/{circle.Token(invite)}");
        }));

        for (var i = 0; i < 6; i++)
        {
            using var asked = await stranger.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { email = "mormor@example.org" });
        }

        var page = await ReadAsync(app);

        Assert.InRange(page["kinvite_limit_refusals_total{limit=\"preview\"}"], 1, 20);
        Assert.Equal(1, page["kinvite_limit_refusals_total{limit=\"code\"}"]);
    }

    private static string Invitations(string what, string channel) => $"kinvite_invitations_total{{event=\"{what}\",kind=\"home\",channel=\"{channel}\"}}";

    private static string Mails(string type, string outcome) => $"kinvite_mails_total{{type=\"{type}\",outcome=\"{outcome}\"}}";

    private static async Task<PrometheusPage> ReadAsync(KinviteApp app) => PrometheusPage.Read(await TextAsync(app));

    private static async Task<string> TextAsync(KinviteApp app)
    {
        using var scraper = app.NewPerson();
        using var answer = await scraper.RequestAsync(HttpMethod.Get, "/metrics", body: null, ("Host", "10.0.0.9:5080"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<PrometheusPage> UntilAsync(KinviteApp app, Func<PrometheusPage, bool> reached)
    {
        for (var tries = 0; ; tries++)
        {
            var page = await ReadAsync(app);
            if (reached(page))
            {
                return page;
            }

            Assert.True(tries < 60, string.Join('\n', page.Samples));
            await Task.Delay(500);
        }
    }
}
