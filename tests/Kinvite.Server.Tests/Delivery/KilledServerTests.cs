using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Kinvite.Delivery;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Delivery;

public sealed class KilledServerTests(PostgresFixture postgres)
{
    private const int Mails = 60;

    [Fact]
    public async Task What_a_killed_server_held_leaves_within_a_minute_of_the_next_start_and_nothing_else_twice()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        await using var mailServer = new FakeSmtpServer
        {
            Behave = _ =>
            {
                Thread.Sleep(50); // slow enough to be killed in the middle
                return SmtpBehaviour.Accept;
            },
        };
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Kinvite"] = database.ConnectionString,
            ["Kinvite__MasterKey"] = PostgresFixture.MasterKey,
            ["Kinvite__Limits__Factor"] = "1000",
            ["Kinvite__Smtp__Host"] = "localhost",
            ["Kinvite__Smtp__Port"] = $"{mailServer.Port}",
            ["Kinvite__Smtp__Security"] = "none",
            ["Kinvite__Smtp__From"] = "kinvite@example.org",
        };
        await using (var killed = await ServerProcess.StartReadyAsync(scratch.Path, settings))
        {
            using var client = new HttpClient { BaseAddress = killed.Address };
            await Task.WhenAll(Enumerable.Range(0, Mails).Select(async i =>
            {
                using var asked = await client.PostAsJsonAsync("/api/auth/codes", new { email = Address(i) });
                Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
            }));
            await killed.KillAsync();
        }

        var before = mailServer.Received.Count;
        await using var next = await ServerProcess.StartReadyAsync(scratch.Path, settings);
        for (var waited = Stopwatch.StartNew(); Enumerable.Range(0, Mails).Any(i => mailServer.To(Address(i)).Count == 0); await Task.Delay(200))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), $"{mailServer.Received.Count} of {Mails} mails, {before} before the kill:\n{next.Output}");
        }

        Assert.InRange(before, 0, Mails - 1); // else nothing was tested
        Assert.InRange(mailServer.Received.Count, Mails, Mails + DeliveryWorker.Hands);
        Assert.All(Enumerable.Range(0, Mails), i => Assert.InRange(mailServer.To(Address(i)).Count, 1, 2));
    }

    private static string Address(int i) => $"anna{i}@example.org";
}
