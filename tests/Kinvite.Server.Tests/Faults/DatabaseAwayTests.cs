using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary>The database is away for a while: everybody is told so in time, nothing is lost, and the server comes back by itself.</summary>
public sealed class DatabaseAwayTests(PostgresFixture postgres)
{
    private const int Callers = 60;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSignOfLife = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(Fault.Refuse)]
    [InlineData(Fault.Blackhole)]
    public async Task DBF_S02_Every_answer_is_503_within_10_s_and_all_is_well_15_s_after_its_return(Fault fault)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var closing = proxy;
        using var scratch = new Scratch();
        await using var mails = new HoldingMailServer(atOnce: 1);
        await using var server = await ServerProcess.StartReadyAsync(scratch.Path, new Dictionary<string, string>(FaultsTest.Settings(through, mails.Smtp), StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Kinvite__SignUp"] = "open",
        });
        using var olga = await FaultsTest.SignInAsync(server, mails.Smtp, "olga@example.org");
        var page = await InviteAsync(olga);
        // Two mails are on their way when the database goes, and arrive while it is away.
        await mails.WaitUntilHoldsAsync(2);
        var saidBefore = server.Log.Count;

        proxy.Fault = fault;
        if (fault == Fault.Refuse)
        {
            proxy.ResetAll();
        }

        mails.Release();
        var (answers, alive) = await AskWhileAwayAsync(olga, page);
        proxy.Fault = Fault.None;
        var back = await FaultsTest.Until(
            async () => await StatusAsync(olga, "/api/families") == HttpStatusCode.OK && await StatusAsync(olga, "/health/ready") == HttpStatusCode.OK, LongestReturn, () => server.Output);
        await FaultsTest.UntilDoneAsync(database, 3, TimeSpan.FromSeconds(30));
        await olga.PostAsync("/api/auth/codes", new { email = "late@example.org" }, HttpStatusCode.Accepted);
        await mails.Smtp.WaitForAsync("late@example.org");

        var said = server.Log.Skip(saidBefore).ToList();
        Figures.Say($"database away ({fault}): slowest of {answers.Count} answers {answers.Max():0.0} s, slowest sign of life {alive:0.0} s, back after {back.TotalSeconds:0.0} s, {said.Count} lines in the log");
        Assert.True(answers.Max() < LongestAnswer.TotalSeconds, $"One of {answers.Count} answers took {answers.Max():0.0} s.");
        Assert.True(alive < LongestSignOfLife.TotalSeconds, $"/health/live took {alive:0.0} s: the threads were used up.");
        Assert.Single(mails.Smtp.To("ben@example.org"));
        Assert.Single(mails.Smtp.To("carla@example.org"));
        Assert.True(said.Count < 30, string.Join('\n', said));
        Assert.All(said, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.DoesNotContain("example.org", string.Join('\n', said), StringComparison.Ordinal);
    }

    /// <summary>A family and two invitations; the page of one of them.</summary>
    private static async Task<string> InviteAsync(Person olga)
    {
        var family = (await olga.PostAsync("/api/families", new { name = "Larsens" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await olga.PostAsync(
            $"/api/families/{family}/invites", new { invites = new[] { new { email = "ben@example.org" }, new { email = "carla@example.org" } } }, HttpStatusCode.Created);
        var invite = made.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid();
        var link = (await olga.PostAsync($"/api/families/{family}/invites/{invite}/link", body: null, HttpStatusCode.OK)).GetProperty("url").GetString()!;
        using var moved = await olga.Client.GetAsync(new Uri(link));
        Assert.Equal(HttpStatusCode.SeeOther, moved.StatusCode);
        var page = moved.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(olga, page));
        return page;
    }

    /// <summary>The seconds that each answer took, and those of the slowest sign of life.</summary>
    private static async Task<(IReadOnlyCollection<double> Answers, double Alive)> AskWhileAwayAsync(Person olga, string page)
    {
        var answers = new ConcurrentBag<double>();
        var alive = 0.0;
        var started = Stopwatch.StartNew();
        var callers = Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var turn = caller; started.Elapsed < Away; turn++)
            {
                var asked = Stopwatch.StartNew();
                await AskAsync(olga, page, turn);
                answers.Add(asked.Elapsed.TotalSeconds);
                await Task.Delay(100);
            }
        });
        var watcher = Task.Run(async () =>
        {
            while (started.Elapsed < Away)
            {
                var asked = Stopwatch.StartNew();
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(olga, "/health/live"));
                alive = Math.Max(alive, asked.Elapsed.TotalSeconds);
                await Task.Delay(200);
            }
        });
        await Task.WhenAll([.. callers, watcher]);
        return (answers, alive);
    }

    private static async Task AskAsync(Person olga, string page, int turn)
    {
        if (turn % 4 == 0)
        {
            using var answer = await olga.RequestAsync(HttpMethod.Get, page, body: null, ("Accept", "text/html"));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("</html>", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Npgsql", html, StringComparison.OrdinalIgnoreCase);
        }
        else
        {
            using var answer = turn % 4 == 1
                ? await olga.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { email = "dora@example.org" })
                : await olga.RequestAsync(HttpMethod.Get, turn % 4 == 2 ? "/api/families" : "/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal("unavailable", problem.RootElement.GetProperty("code").GetString());
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(Person person, string path)
    {
        using var answer = await person.RequestAsync(HttpMethod.Get, path, body: null, ("Accept", "text/html"));
        return answer.StatusCode;
    }
}
