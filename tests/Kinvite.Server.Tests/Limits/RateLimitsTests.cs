using System.Net;
using Kinvite.Harness;
using Kinvite.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Limits;

public sealed class RateLimitsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Limit Three = new("three", 3, TimeSpan.FromMinutes(3));
    private TestDatabase database = null!;
    private KinviteApp app = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        app = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Servers_agree_on_the_count_however_many_take_at_once()
    {
        await using var other = await StartAsync();
        var (here, there) = (Of(app), Of(other));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? here : there).TakeAsync(Three, "ana", None)));

        Assert.Equal(3, answers.Count(a => a is null));
        Assert.All(answers.Where(a => a is not null), a => Assert.Equal((429, "limit.exceeded"), (a!.Status, a.Code)));
    }

    [Fact]
    public async Task One_becomes_free_after_its_interval_and_a_refusal_costs_nothing()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await Of(app).TakeAsync(Three, "ana", None));
        }

        for (var i = 0; i < 5; i++)
        {
            Assert.InRange((await Of(app).TakeAsync(Three, "ana", None))!.RetryAfter!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
        }

        Assert.Null(await Of(app).TakeAsync(Three, "ben", None));
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await Of(app).TakeAsync(Three, "ana", None));
        Assert.NotNull(await Of(app).TakeAsync(Three, "ana", None));
    }

    [Fact]
    public async Task A_bulk_that_does_not_fit_takes_nothing()
    {
        Assert.NotNull(await Of(app).TakeAsync(Three, "ana", None, cost: 4));
        Assert.Null(await Of(app).TakeAsync(Three, "ana", None, cost: 2));
        Assert.NotNull(await Of(app).TakeAsync(Three, "ana", None, cost: 2));
        Assert.Null(await Of(app).TakeAsync(Three, "ana", None));
    }

    [Fact]
    public async Task No_table_says_who_was_counted()
    {
        await Of(app).TakeAsync(CallerLimits.Code, "ana@example.org", None);

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM rate_counters WHERE key LIKE 'code:%'"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM rate_counters WHERE key ILIKE '%ana%'"));
    }

    [Fact]
    public async Task Counters_that_are_full_again_are_swept_and_others_stay()
    {
        for (var i = 0; i < 501; i++)
        {
            await Of(app).TakeAsync(Three, $"idle {i}", None);
        }

        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await Of(app).TakeAsync(Three, "busy", None);
        await app.Services.GetServices<IHostedService>().OfType<RateCounterSweep>().Single().SweepAsync(None);

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM rate_counters"));
    }

    [Fact]
    public async Task Codes_are_sent_five_times_an_hour_to_one_address()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await AskAsync("ana@example.org")).StatusCode);
        }

        using var refused = await AskAsync("ANA@example.org");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(12));
        Assert.DoesNotContain(refused.Headers, h => h.Key == "RateLimit" && h.Value.Any(v => v.Contains("\"code\"", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync("ben@example.org")).StatusCode);
    }

    [Fact]
    public async Task Signing_in_is_tried_ten_times_a_minute_for_one_address()
    {
        using var person = app.NewPerson();
        for (var i = 0; i < 10; i++)
        {
            await person.PostAsync("/api/auth/codes/verify", new { email = "ana@example.org", code = "123456" }, HttpStatusCode.Unauthorized);
        }

        await person.PostAsync("/api/auth/codes/verify", new { email = "ana@example.org", code = "123456" }, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task The_answer_says_how_much_is_left()
    {
        using var answer = await AskAsync("ana@example.org");

        Assert.Equal("\"code-network\";q=60;w=60", Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"code-network\";r=59;t=0", Assert.Single(answer.Headers.GetValues("RateLimit")));
    }

    [Theory]
    [InlineData("code-network", "POST", "/api/auth/codes")]
    [InlineData("sign-in-network", "POST", "/api/auth/codes/verify")]
    [InlineData("preview", "GET", "/api/invites/unknown")]
    public async Task API_S02_Whoever_asks_too_often_is_told_when_to_come_back(string limit, string method, string path)
    {
        using var person = app.NewPerson();
        for (var i = 0; ; i++)
        {
            Assert.True(i < 200, "There is no limit.");
            object? body = limit switch
            {
                "code-network" => new { email = $"ana{i}@example.org" },
                "sign-in-network" => new { email = $"ana{i}@example.org", code = "123456" },
                _ => null,
            };
            using var answer = await person.RequestAsync(new HttpMethod(method), path, body);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                Assert.True((int)answer.StatusCode < 500, $"{path} answered {(int)answer.StatusCode}");
                continue;
            }

            Assert.True(i >= 60, $"The limit of 60 was reached after {i}.");
            await answer.ProblemAsync(429, "limit.exceeded");
            Assert.Equal($"\"{limit}\";q=60;w=60", Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
            var left = Assert.Single(answer.Headers.GetValues("RateLimit")).Split(';');
            Assert.Equal([$"\"{limit}\"", "r=0"], left[..2]);
            var wait = int.Parse(left[2]["t=".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, Math.Max(1, wait), 60);
            return;
        }
    }

    private Task<KinviteApp> StartAsync() => KinviteApp.StartAsync(database.ConnectionString, s => s.Configuration["Kinvite:Limits:Factor"] = "1");

    private static RateLimits Of(KinviteApp app) => app.Services.GetRequiredService<RateLimits>();

    private async Task<HttpResponseMessage> AskAsync(string email)
    {
        using var person = app.NewPerson();
        return await person.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { email });
    }
}
