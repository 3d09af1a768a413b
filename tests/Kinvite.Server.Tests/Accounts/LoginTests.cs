using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.Passwords;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class LoginTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task A_password_signs_in_to_the_account_that_has_proven_the_address()
    {
        var email = Circle.NewEmail();
        var proven = await ProveAsync(App, email, await ClaimAsync(App, email));

        using var person = await LoggedInAsync(App, email.ToUpperInvariant());
        Assert.Equal(proven.GetProperty("accountId").GetGuid(), person.AccountId);
        Assert.True((await person.GetAsync("/api/account")).GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task A_wrong_password_is_refused_alike_for_known_and_unknown_addresses_at_the_same_cost()
    {
        var known = Circle.NewEmail();
        await ProveAsync(App, known, await ClaimAsync(App, known));
        var claimed = Circle.NewEmail();
        await ClaimAsync(App, claimed);
        using var codesOnly = await SignInAsync(App, Circle.NewEmail());
        var withoutPassword = Circle.NewEmail();
        using var _ = await SignInAsync(App, withoutPassword);

        var bodies = new List<string>();
        foreach (var email in new[] { known, claimed, withoutPassword, Circle.NewEmail() })
        {
            using var answer = await LoginAsync(App, email, NotRight);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            bodies.Add(await WordsAsync(answer));
        }

        Assert.Single(bodies.Distinct());
        Assert.Contains("login.failed", bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_password_alike_for_known_and_unknown_addresses()
    {
        var known = Circle.NewEmail();
        await ProveAsync(App, known, await ClaimAsync(App, known));
        foreach (var email in new[] { known, Circle.NewEmail() })
        {
            for (var i = 0; i < 5; i++)
            {
                using var wrong = await LoginAsync(App, email, NotRight);
                Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            }

            using var locked = await LoginAsync(App, email);
            Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
            Assert.Equal("limit.exceeded", await CodeOfAsync(locked));
            Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(1));
        }

        using var byCode = await SignInAsync(App, known); // the password alone is locked
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(byCode));
    }

    [Fact]
    public async Task Each_wrong_password_after_the_lock_waits_longer_and_a_right_one_ends_the_count()
    {
        var email = Circle.NewEmail();
        await ProveAsync(App, email, await ClaimAsync(App, email));
        for (var i = 0; i < 5; i++)
        {
            (await LoginAsync(App, email, NotRight)).Dispose();
        }

        App.Clock.Advance(TimeSpan.FromSeconds(61));
        using (var sixth = await LoginAsync(App, email, NotRight))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, sixth.StatusCode);
        }

        App.Clock.Advance(TimeSpan.FromSeconds(61));
        using (var locked = await LoginAsync(App, email))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        }

        App.Clock.Advance(TimeSpan.FromSeconds(60));
        using var person = await LoggedInAsync(App, email);
        Assert.Equal(0L, await shared.CountTriesAsync(email));
    }

    [Fact]
    public async Task Parallel_wrong_passwords_all_count()
    {
        var email = Circle.NewEmail();
        await ProveAsync(App, email, await ClaimAsync(App, email));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LoginAsync(App, email, NotRight)));

        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(5L, await shared.CountTriesAsync(email));
    }

    [Fact]
    public async Task A_password_of_ones_own_at_a_foreign_address_gives_no_further_guesses_at_the_owners()
    {
        var email = Circle.NewEmail();
        await ProveAsync(App, email, await ClaimAsync(App, email));
        await ClaimAsync(App, email, "a password of the guesser");
        for (var i = 0; i < 4; i++)
        {
            (await LoginAsync(App, email, NotRight)).Dispose();
            using var own = await LoggedInAsync(App, email, "a password of the guesser");
        }

        using var fifth = await LoginAsync(App, email, NotRight);
        Assert.Equal(HttpStatusCode.Unauthorized, fifth.StatusCode);
        using var locked = await LoginAsync(App, email, NotRight);
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
    }

    [Fact]
    public async Task API_S04_The_limit_for_tries_to_sign_in_looks_at_the_caller_and_not_at_how_the_request_is_written()
    {
        await using var strict = await shared.StartAnotherAsync(s => (s.Configuration["Kinvite:Limits:Factor"], s.Clock) = ("0.1", App.Clock));
        using var person = strict.NewPerson();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 9; i++)
        {
            var path = (i % 4) switch { 0 => "/api/auth/login", 1 => $"/api/auth/login?x={i}", 2 => "/api/auth/login/", _ => "/API/auth/LOGIN" };
            using var answer = await person.RequestAsync(
                HttpMethod.Post, path, new { email = Circle.NewEmail(), password = $"{NotRight} {i}" }, ("User-Agent", $"Browser/{i}"), ("X-Forwarded-For", $"192.0.2.{i}"));
            statuses.Add(answer.StatusCode);
        }

        Assert.All(statuses.Take(6), s => Assert.Equal(HttpStatusCode.Unauthorized, s));
        Assert.All(statuses.Skip(6), s => Assert.Equal(HttpStatusCode.TooManyRequests, s));
    }

    [Theory]
    [InlineData("""{"email":"no address","password":"x"}""", "email")]
    [InlineData("""{"email":"a@example.org"}""", "password")]
    [InlineData("""{"password":"x"}""", "email")]
    public async Task What_is_missing_is_said_at_its_field(string body, string field)
    {
        using var person = App.NewPerson();
        var problem = await person.PostAsync("/api/auth/login", body, HttpStatusCode.BadRequest);
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }
}
