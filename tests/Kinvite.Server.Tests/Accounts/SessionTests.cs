using System.Net;
using System.Net.Http.Headers;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Persistence;
using Microsoft.Extensions.DependencyInjection;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class SessionTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task Signing_out_ends_the_session_on_every_server_at_once()
    {
        await using var other = await StartAsync();
        using var person = await SignInAsync(App, "out@example.org");
        using var there = other.NewPerson();
        there.Client.DefaultRequestHeaders.Authorization = person.Client.DefaultRequestHeaders.Authorization;
        await there.GetAsync("/api/account");

        await person.PostAsync("/api/auth/logout", null, HttpStatusCode.NoContent);

        await there.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_access_token_is_good_for_an_hour_and_refreshing_gives_the_next()
    {
        using var person = await SignInAsync(App, "hour@example.org");
        App.Clock.Advance(TimeSpan.FromMinutes(59));
        await person.GetAsync("/api/account");
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);

        person.Take(await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.OK));

        await person.GetAsync("/api/account");
    }

    [Fact]
    public async Task Refreshes_at_the_same_moment_get_the_same_answer()
    {
        using var person = await SignInAsync(App, "same@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.OK)));

        Assert.Single(answers.Select(a => a.GetProperty("accessToken").GetString()).Distinct());
        Assert.Single(answers.Select(a => a.GetProperty("refreshToken").GetString()).Distinct());
    }

    [Fact]
    public async Task A_refresh_token_that_comes_again_later_ends_the_session()
    {
        using var person = await SignInAsync(App, "stolen@example.org");
        var stolen = person.RefreshToken;
        person.Take(await person.PostAsync("/api/auth/refresh", new { refreshToken = stolen }, HttpStatusCode.OK));
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        await person.GetAsync("/api/account");

        await person.PostAsync("/api/auth/refresh", new { refreshToken = stolen }, HttpStatusCode.Unauthorized);

        await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_deleted_account_is_signed_out_everywhere()
    {
        using var person = await SignInAsync(App, "gone@example.org");

        await Database.ExecuteAsync("UPDATE accounts SET deleted_at = now()");

        await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Being_seen_is_written_once_an_hour_and_asking_costs_one_statement()
    {
        using var person = await SignInAsync(App, "seen@example.org");

        var first = await App.Statements.CountAsync(() => person.PostAsync("/api/auth/refresh", new { refreshToken = "x" }, HttpStatusCode.Unauthorized));
        Assert.Single(first);
        App.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(await App.Statements.CountAsync(() => person.PostAsync("/api/auth/refresh", new { refreshToken = "x" }, HttpStatusCode.Unauthorized)));
        using var web = await WebAsync(person.AccountId);
        App.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(3, (await App.Statements.CountAsync(() => web.GetAsync("/api/account"))).Count);
        Assert.Equal(2, (await App.Statements.CountAsync(() => web.GetAsync("/api/account"))).Count);
    }

    [Fact]
    public async Task A_browser_stays_signed_in_while_it_comes_back_within_thirty_days()
    {
        using var person = await SignInAsync(App, "web@example.org");
        using var web = await WebAsync(person.AccountId);
        for (var day = 0; day < 174; day += 29)
        {
            App.Clock.Advance(TimeSpan.FromDays(29));
            await web.GetAsync("/api/account");
        }

        App.Clock.Advance(TimeSpan.FromDays(7));
        await web.GetAsync("/api/account", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_browser_that_stays_away_is_signed_out()
    {
        using var person = await SignInAsync(App, "away@example.org");
        using var web = await WebAsync(person.AccountId);
        App.Clock.Advance(TimeSpan.FromDays(30));

        await web.GetAsync("/api/account", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_cookie_changes_things_only_with_the_header_and_is_no_bearer_token()
    {
        using var person = await SignInAsync(App, "cookie@example.org");
        using var web = await WebAsync(person.AccountId);

        using var without = await web.RequestAsync(HttpMethod.Patch, "/api/account", new { displayName = "Mallory" });
        using var with = await web.RequestAsync(HttpMethod.Patch, "/api/account", new { displayName = "Ana" }, ("X-Kinvite-Request", "1"));
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);

        using var asBearer = App.NewPerson();
        asBearer.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", web.Cookies.GetAllCookies()["kinvite"]!.Value);
        await asBearer.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        using var asCookie = App.NewPerson();
        asCookie.Cookies.Add(App.Address, new Cookie("kinvite", person.Client.DefaultRequestHeaders.Authorization!.Parameter));
        await asCookie.GetAsync("/api/account", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_secret_of_a_session_is_in_the_database_or_in_a_log()
    {
        using var person = await SignInAsync(App, "quiet@example.org");
        await person.GetAsync("/api/account");
        var access = person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

        foreach (var token in new[] { access, person.RefreshToken })
        {
            var secret = Convert.ToHexStringLower(SessionToken.Parse(token)!.Value.Secret);
            Assert.Equal(0L, await Database.ScalarAsync<long>($"SELECT count(*) FROM sessions s WHERE s::text LIKE '%{secret}%'"));
            Assert.DoesNotContain(token, App.Logs.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("quiet@example.org", App.Logs.Text, StringComparison.Ordinal);
    }

    private async Task<Person> WebAsync(Guid accountId)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var (session, tokens) = Session.Start(accountId, SessionKind.Web, "a browser", App.Clock.Now());
        db.Add(session);
        await db.SaveChangesAsync();
        var person = App.NewPerson();
        person.Cookies.Add(App.Address, new Cookie("kinvite", tokens.Access));
        return person;
    }
}
