using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class OneTimeCodeTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task A_code_makes_the_account_at_first_and_finds_it_afterwards()
    {
        using var first = await VerifyAsync(App, await RightAsync("Ana@Example.org"));
        using var again = await VerifyAsync(App, await RightAsync("ana@example.org"));

        var (one, two) = (await JsonAsync(first), await JsonAsync(again));
        Assert.True(one.GetProperty("created").GetBoolean());
        Assert.False(two.GetProperty("created").GetBoolean());
        Assert.Equal(one.GetProperty("accountId").GetGuid(), two.GetProperty("accountId").GetGuid());
        Assert.Equal(3600, one.GetProperty("expiresIn").GetInt32());
        using var person = App.NewPerson();
        person.Take(one);
        var account = await person.GetAsync("/api/account");
        Assert.Equal("Ana@Example.org", account.GetProperty("email").GetString());
        Assert.True(account.GetProperty("emailVerified").GetBoolean());
        Assert.Equal("Ana", account.GetProperty("displayName").GetString());
    }

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_for_the_same_work()
    {
        using var known = await SignInAsync(App, "known@example.org");
        var (codes, messages) = await CountAsync();

        using var person = App.NewPerson();
        using var first = await person.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { email = "known@example.org" });
        Assert.Equal((codes + 1, messages + 1), await CountAsync());
        using var second = await person.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { email = "unknown@example.org" });
        Assert.Equal((codes + 2, messages + 2), await CountAsync());

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(["challenge"], (await JsonAsync(first)).EnumerateObject().Select(p => p.Name));
        Assert.Equal(["challenge"], (await JsonAsync(second)).EnumerateObject().Select(p => p.Name));
        Assert.Equal(first.Headers.Select(h => h.Key).Order(), second.Headers.Select(h => h.Key).Order());
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        var body = await RightAsync("once@example.org");
        using var first = await VerifyAsync(App, body);
        using var second = await VerifyAsync(App, body);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Equal("code.invalid", await CodeOfAsync(second));
    }

    [Fact]
    public async Task A_code_is_good_for_ten_minutes()
    {
        var (late, intime) = (await RightAsync("late@example.org"), await RightAsync("intime@example.org"));
        App.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(30));
        using var accepted = await VerifyAsync(App, intime);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        using var refused = await VerifyAsync(App, late);

        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal("code.invalid", await CodeOfAsync(refused));
    }

    [Fact]
    public async Task Five_wrong_tries_kill_a_code_and_parallel_ones_all_count()
    {
        const string Email = "guess@example.org";
        var challenge = await AskAsync(App, Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => VerifyAsync(App, new { email = Email, code = Wrong(App, challenge) })));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Unauthorized, a.StatusCode));
        Assert.Equal(5, await Database.ScalarAsync<int>("SELECT tries_used FROM codes"));
        using var right = await VerifyAsync(App, new { email = Email, code = Digits(App, challenge) });
        Assert.Equal("code.invalid", await CodeOfAsync(right));
    }

    [Fact]
    public async Task Ten_wrong_tries_in_an_hour_close_the_address_and_no_other()
    {
        const string Email = "many@example.org";
        for (var i = 0; i < 10; i++)
        {
            var challenge = await AskAsync(App, Email);
            using var wrong = await VerifyAsync(App, new { email = Email, code = Wrong(App, challenge), challenge });
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var right = await VerifyAsync(App, await RightAsync(Email));
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.Equal("limit.exceeded", await CodeOfAsync(right));
        Assert.InRange(right.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(70));
        using var other = await VerifyAsync(App, await RightAsync("other@example.org"));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);

        App.Clock.Advance(TimeSpan.FromMinutes(71));
        using var later = await VerifyAsync(App, await RightAsync(Email));
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Ten_wrong_tries_are_not_exceeded_by_guessing_at_several_codes_at_once()
    {
        const string Email = "race@example.org";
        var challenges = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            challenges.Add(await AskAsync(App, Email));
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            VerifyAsync(App, new { email = Email, code = Wrong(App, challenges[i % 4]), challenge = challenges[i % 4] })));

        Assert.Equal(10, await Database.ScalarAsync<long>("SELECT sum(tries_used) FROM codes"));
    }

    [Fact]
    public async Task Right_codes_do_not_count_as_wrong_tries()
    {
        for (var i = 0; i < 12; i++)
        {
            using var answer = await VerifyAsync(App, await RightAsync("often@example.org"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_challenge_the_newest_code_counts_and_with_it_the_one_asked_for()
    {
        const string Email = "two@example.org";
        var older = await AskAsync(App, Email);
        var newer = await AskAsync(App, Email);

        using var olderWithout = await VerifyAsync(App, new { email = Email, code = Digits(App, older) });
        using var olderWith = await VerifyAsync(App, new { email = Email, code = Digits(App, older), challenge = older });
        using var newerWithout = await VerifyAsync(App, new { email = Email, code = Digits(App, newer) });
        using var foreign = await VerifyAsync(App, new { email = "else@example.org", code = Digits(App, newer), challenge = newer });

        Assert.Equal(HttpStatusCode.Unauthorized, olderWithout.StatusCode);
        Assert.Equal(HttpStatusCode.OK, olderWith.StatusCode);
        Assert.Equal(HttpStatusCode.OK, newerWithout.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, foreign.StatusCode);
    }

    [Fact]
    public async Task One_code_starts_one_session_however_many_use_it_at_once()
    {
        var body = await RightAsync("one@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => VerifyAsync(App, body)));

        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(4, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task One_address_gets_one_account_however_many_codes_are_used_at_once()
    {
        var bodies = new List<object>();
        for (var i = 0; i < 6; i++)
        {
            bodies.Add(await RightAsync("same@example.org"));
        }

        var answers = await Task.WhenAll(bodies.Select(b => VerifyAsync(App, b)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var bodiesOut = await Task.WhenAll(answers.Select(JsonAsync));
        Assert.Single(bodiesOut.Select(b => b.GetProperty("accountId").GetGuid()).Distinct());
        Assert.Single(bodiesOut, b => b.GetProperty("created").GetBoolean());
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task A_code_stands_in_no_table()
    {
        var challenge = await AskAsync(App, "secret@example.org");
        var rows = await Database.ScalarAsync<string>("SELECT concat((SELECT json_agg(c) FROM codes c), (SELECT json_agg(o) FROM outbox o))");

        Assert.Contains(challenge.ToString(), rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Digits(App, challenge), rows!.Replace(challenge.ToString(), "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox o WHERE o::text LIKE '%secret%'"));
    }

    private async Task<object> RightAsync(string email)
    {
        var challenge = await AskAsync(App, email);
        return new { email, code = Digits(App, challenge), challenge };
    }

    private async Task<(long Codes, long Messages)> CountAsync() =>
        (await Database.ScalarAsync<long>("SELECT count(*) FROM codes"), await Database.ScalarAsync<long>("SELECT count(*) FROM outbox"));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone();
}
