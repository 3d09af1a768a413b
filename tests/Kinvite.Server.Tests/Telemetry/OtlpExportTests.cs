using System.Net;
using System.Net.Sockets;
using Kinvite.Harness;
using Kinvite.Server.Tests.Delivery;
using Kinvite.Server.Tests.Faults;

namespace Kinvite.Server.Tests.Telemetry;

/// <summary>What leaves for a collector, and that it neither tells about people nor holds anybody up.</summary>
public sealed class OtlpExportTests(PostgresFixture postgres)
{
    private const string Ben = "ben.granite@example.org";

    [Fact]
    public async Task Spans_metrics_and_logs_arrive_named_by_route_and_hold_no_link_and_nobody()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var mails = new FakeSmtpServer();
        await using var collector = await FakeHttpServer.StartAsync();
        using var scratch = new Scratch();
        await using var server = await ServerProcess.StartReadyAsync(scratch.Path, Settings(database, mails, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString())));

        var secrets = await LiveAsync(server, mails);
        await FaultsTest.Until(() => Task.FromResult(Sent(collector, "/v1/metrics").Contains("kinvite.invitations", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "no metrics");
        Assert.Equal(0, await server.StopAsync());

        var (traces, metrics, logs) = (Sent(collector, "/v1/traces"), Sent(collector, "/v1/metrics"), Sent(collector, "/v1/logs"));
        foreach (var span in new[] { "POST /api/invites/{token}/accept", "GET /api/invites/{token}", "POST /api/families/{familyId:guid}/invites", "deliver invitation", "db.system.name", "http.response.status_code" })
        {
            Assert.Contains(span, traces, StringComparison.Ordinal);
        }

        foreach (var instrument in new[] { "kinvite.mails", "http.server.request.duration", "db.client.operation.duration", "dotnet.gc.collections", "kinvite.outbox.waiting" })
        {
            Assert.Contains(instrument, metrics, StringComparison.Ordinal);
        }

        Assert.Contains(" of type invitation is ", logs, StringComparison.Ordinal);
        Assert.DoesNotContain("/health", traces, StringComparison.Ordinal);
        foreach (var secret in secrets.Concat(["granite", "quartz", "example.org", "url.path", "url.full", "url.query", "client.address", "db.query.text", "SELECT", "Host=", PostgresFixture.MasterKey, "nowhere"]))
        {
            Assert.DoesNotContain(secret, traces, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, metrics, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, logs, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Without_an_endpoint_nothing_is_made_that_could_send()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var mails = new FakeSmtpServer();
        await using var collector = await FakeHttpServer.StartAsync();
        using var scratch = new Scratch();
        // What an exporter would go by, if there were one.
        await using var server = await ServerProcess.StartReadyAsync(scratch.Path, Settings(
            database, mails, [.. new[] { "TRACES", "METRICS", "LOGS" }.Select(s => ($"OTEL_EXPORTER_OTLP_{s}_ENDPOINT", $"{collector.Address}v1/{s}"))]));

        await LiveAsync(server, mails);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await server.StopAsync());

        Assert.Empty(collector.Received);
    }

    [Theory]
    [InlineData(true)] // refuses at once
    [InlineData(false)] // takes the connection and never answers
    public async Task A_collector_that_does_not_answer_holds_nobody_up(bool refuses)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"http://{silent.LocalEndpoint}";
        if (refuses)
        {
            silent.Stop();
        }

        var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;
            settings.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            settings.Configuration["OTEL_BSP_SCHEDULE_DELAY"] = "50";
            settings.Configuration["OTEL_METRIC_EXPORT_INTERVAL"] = "50";
        });
        var began = TimeProvider.System.GetTimestamp();
        using (var circle = await Circle.StartAsync(app))
        {
            await circle.MemberAsync("relative");
            for (var i = 0; i < 50; i++)
            {
                await circle.Founder.GetAsync(circle.Path);
            }
        }

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "Requests waited for the collector.");
        began = TimeProvider.System.GetTimestamp();
        await app.DisposeAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "Stopping waited for the collector.");
    }

    [Fact]
    public async Task An_endpoint_that_is_no_address_is_refused_with_the_remedy()
    {
        using var scratch = new Scratch();
        await using var server = ServerProcess.Start(scratch.Path, [new("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]);

        Assert.Equal(1, await server.ExitAsync());
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT must be an address", Assert.Single(server.Errors), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Settings(TestDatabase database, FakeSmtpServer mails, params (string Name, string Value)[] more)
    {
        var settings = FaultsTest.Settings(database.ConnectionString, mails);
        settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        settings["Kinvite__SignUp"] = "open";
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Invites, looks and joins, with mistakes; every secret that was seen.</summary>
    private static async Task<List<string>> LiveAsync(ServerProcess server, FakeSmtpServer mails)
    {
        using var olga = await FaultsTest.SignInAsync(server, mails, "olga.quartz@example.org");
        var family = (await olga.PostAsync("/api/families", new { name = "The Quartzes" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await olga.PostAsync($"/api/families/{family}/invites", new { invites = new[] { new { email = Ben, name = "Granite" } }, message = "To Granite" }, HttpStatusCode.Created);
        var token = DevelopmentMailbox.LinkIn((await mails.WaitForAsync(Ben)).Data).Segments[^1];
        using var ben = await FaultsTest.SignInAsync(server, mails, Ben);
        foreach (var path in new[] { $"/join/{token}", $"/nowhere/{token}?email={Ben}", $"/api/invites/{token}", "/metrics" })
        {
            using var answer = await ben.RequestAsync(HttpMethod.Get, path, body: null, ("Accept", "text/html"), ("tracestate", "of=nobody"));
        }

        await ben.PostAsync($"/api/invites/{token}/accept", $$"""{ "name": "{{Ben}}", "token": "{{token}}" }""", HttpStatusCode.BadRequest);
        await ben.PostAsync($"/api/invites/{token}/accept", new { }, HttpStatusCode.OK);
        await mails.WaitForAsync("olga.quartz@example.org", seen: 1); // that Ben joined
        return [token, family.ToString(), ben.RefreshToken, ben.Client.DefaultRequestHeaders.Authorization!.Parameter!];
    }

    private static string Sent(FakeHttpServer collector, string path) => string.Concat(collector.Received.Where(c => c.Path == path).Select(c => c.Body));
}
