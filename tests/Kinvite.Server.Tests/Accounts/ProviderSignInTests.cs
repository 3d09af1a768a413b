using System.Net;
using System.Text.Json.Nodes;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Signing in with a provider of OpenID Connect: every step over real sockets, the provider as strict as real ones and, where it says so, as bad.</summary>
public sealed class ProviderSignInTests(PostgresFixture postgres) : ProviderTest(postgres)
{
    private const string Start = ProviderJourney.Start;

    [Theory]
    [InlineData("RS256", false, false)]
    [InlineData("ES256", false, false)]
    [InlineData("RS256", true, false)]
    [InlineData("RS256", false, true)]
    public async Task Somebody_new_gets_an_account_whose_address_is_proven_and_the_same_one_the_next_time(string algorithm, bool basic, bool byUserInfo)
    {
        (provider.Algorithm, provider.WantsBasic, provider.TellsByUserInfo, provider.NamesItself) = (algorithm, basic, byUserInfo, basic);
        // What it says of itself is read at start.
        await using var fresh = await AppAsync();
        using var first = new Browser(fresh);
        using var second = new Browser(fresh);

        Assert.Equal("/", await ProviderJourney.SignInAsync(first));
        Assert.Equal("/", await ProviderJourney.SignInAsync(second));

        await first.OpenAsync("/account");
        Assert.Equal("Olga Berg", first.Page.QuerySelector("input[name=displayName]")!.GetAttribute("value"));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Equal("olga@example.org", await database.ScalarAsync<string>("SELECT key FROM account_addresses WHERE proven_at IS NOT NULL"));
        Assert.Equal(provider.Issuer, await database.ScalarAsync<string>("SELECT login_provider FROM account_logins WHERE provider_key = 'olga-1'"));
    }

    [Fact]
    public async Task Who_it_is_follows_the_subject_and_never_the_address()
    {
        using var olga = new Browser(app);
        await ProviderJourney.SignInAsync(olga);
        // The address has gone to somebody else there: another subject with it is another person, and gets in where the address is proven; Olga stays Olga.
        provider.Person = new() { ["sub"] = "olga-1", ["email"] = "new.olga@example.org", ["email_verified"] = true };
        using var again = new Browser(app);

        await ProviderJourney.SignInAsync(again);

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM account_addresses WHERE key = 'new.olga@example.org'"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData("no")]
    [InlineData(null)]
    public async Task An_address_that_the_provider_has_not_verified_says_nothing(object? verified)
    {
        using var circle = await Circle.StartAsync(app);
        var email = circle.Founder.Email;
        provider.Person = new() { ["sub"] = "mallory", ["email"] = email, ["name"] = "Mallory" };
        if (verified is not null)
        {
            provider.Person["email_verified"] = verified is bool no ? no : (string)verified;
        }

        using var mallory = new Browser(app);
        await ProviderJourney.SignInAsync(mallory);
        await mallory.OpenAsync($"/families/{circle.Id}");

        Assert.Equal(HttpStatusCode.NotFound, mallory.Status);
        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Equal(1L, await database.ScalarAsync<long>($"SELECT count(*) FROM account_addresses WHERE key = '{email}'"));
    }

    [Theory]
    [InlineData("wrong nonce")]
    [InlineData("no nonce")]
    [InlineData("wrong audience")]
    [InlineData("several audiences")]
    [InlineData("wrong issuer")]
    [InlineData("expired")]
    [InlineData("from the future")]
    [InlineData("no subject")]
    [InlineData("alg none")]
    [InlineData("public key as secret")]
    [InlineData("changed after signing")]
    [InlineData("another answer's iss")]
    [InlineData("wrong state")]
    [InlineData("other browser")]
    [InlineData("code used twice")]
    [InlineData("no token")]
    public async Task AUT_S06_What_is_not_the_providers_answer_to_this_browsers_question_signs_nobody_in(string wrong)
    {
        switch (wrong)
        {
            case "wrong nonce": provider.Twist = c => c["nonce"] = "another"; break;
            case "no nonce": provider.Twist = c => c.Remove("nonce"); break;
            case "wrong audience": provider.Twist = c => c["aud"] = "another-app"; break;
            case "several audiences": provider.Twist = c => c["aud"] = new JsonArray(IdentityProvider.ClientId, "another-app"); break;
            case "wrong issuer": provider.Twist = c => c["iss"] = "https://accounts.example.com"; break;
            case "expired": provider.Twist = c => c["exp"] = provider.Now.AddMinutes(-3).ToUnixTimeSeconds(); break;
            case "from the future": provider.Twist = c => c["iat"] = provider.Now.AddMinutes(9).ToUnixTimeSeconds(); break;
            case "no subject": provider.Twist = c => c.Remove("sub"); break;
            case "alg none": provider.Algorithm = "none"; break;
            case "public key as secret": provider.Algorithm = "HS256"; break;
            case "changed after signing": provider.TwistToken = token => token.Split('.') is [var h, _, var s] ? $"{h}.{ProviderJourney.Changed(token)}.{s}" : token; break;
            case "no token": provider.TwistToken = static _ => ""; break;
        }

        using var browser = new Browser(app);
        using var other = new Browser(app);
        var callback = await ProviderJourney.CallbackAsync(browser);
        callback = wrong switch
        {
            "wrong state" => callback.Replace("state=", "state=x", StringComparison.Ordinal),
            "another answer's iss" => callback + "&iss=https%3A%2F%2Faccounts.example.com",
            _ => callback,
        };
        if (wrong == "code used twice")
        {
            await browser.OpenAsync(callback, follow: false);
            var sessions = await database.ScalarAsync<long>("SELECT count(*) FROM sessions");
            await browser.OpenAsync(callback, follow: false);
            Assert.Equal(sessions, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
            return;
        }

        var asking = wrong == "other browser" ? other : browser;
        await asking.OpenAsync(callback, follow: false);

        Assert.Equal("/sign-in", asking.SeeOther);
        await asking.FollowAsync();
        Assert.Contains("Signing in with Acme did not work", asking.Text, StringComparison.Ordinal);
        Assert.Equal((0L, 0L), (await database.ScalarAsync<long>("SELECT count(*) FROM accounts"), await database.ScalarAsync<long>("SELECT count(*) FROM sessions")));
    }

    [Fact]
    public async Task AUT_S06_One_providers_answer_is_nothing_at_anothers_address()
    {
        await using var second = await IdentityProvider.StartAsync();
        second.RedirectTo = new("http://localhost:5080/sign-in/with/other/callback");
        await using var both = await AppAsync(second);
        using var browser = new Browser(both);
        var callback = await ProviderJourney.CallbackAsync(browser);

        await browser.OpenAsync(callback.Replace("/with/acme/", "/with/other/", StringComparison.Ordinal), follow: false);

        Assert.Equal("/sign-in", browser.SeeOther);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task The_invitation_in_hand_stays_through_the_provider_and_nobody_joins_by_signing_in()
    {
        using var circle = await Circle.StartAsync(app, name: "The Larsens");
        var invite = await circle.InviteAsync(new { email = "olga@example.org" });
        using var olga = new Browser(app);
        await olga.OpenAsync($"/join/{circle.Token(invite)}");
        await olga.OpenAsync("/sign-in");
        Assert.Contains("The Larsens", olga.Text, StringComparison.Ordinal);

        var back = await ProviderJourney.SignInAsync(olga);
        await olga.OpenAsync(back!);

        Assert.StartsWith("/join?i=", back, StringComparison.Ordinal);
        Assert.Contains("The Larsens", olga.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
        await olga.SendAsync("/join/accept");
        Assert.Equal(2, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("closed", false, false)]
    [InlineData("invited", false, false)]
    [InlineData("invited", true, true)]
    public async Task New_accounts_come_by_a_provider_as_sign_up_allows(string signUp, bool invited, bool comesIn)
    {
        using var circle = await Circle.StartAsync(app);
        if (invited)
        {
            await circle.InviteAsync(new { email = "olga@example.org" });
        }

        await using var guarded = await AppAsync(signUp: signUp);
        using var olga = new Browser(guarded);

        var to = await ProviderJourney.SignInAsync(olga);

        Assert.Equal(comesIn ? "/" : "/sign-in", to);
        Assert.Equal(comesIn ? 2L : 1L, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task Keys_that_were_changed_are_fetched_and_a_provider_that_is_down_only_says_so()
    {
        using var first = new Browser(app);
        await ProviderJourney.SignInAsync(first);
        provider.KeyId = "k2";
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        provider.Now = app.Clock.GetUtcNow();
        using var second = new Browser(app);
        Assert.Equal("/", await ProviderJourney.SignInAsync(second));

        await provider.DisposeAsync();
        app.Clock.Advance(TimeSpan.FromHours(2));
        await using var fresh = await AppAsync();
        using var third = new Browser(fresh);
        await third.OpenAsync("/sign-in");
        await third.PostAsync(Start, ProviderJourney.TokenOf(third));
        Assert.Equal("/sign-in", third.SeeOther);
        await third.FollowAsync();
        Assert.Contains("did not work", third.Text, StringComparison.Ordinal);
        provider = await IdentityProvider.StartAsync(); // for the end
    }

    [Fact]
    public async Task Pages_let_forms_lead_to_the_provider_and_nowhere_else()
    {
        using var browser = new Browser(app);
        using var page = await browser.Client.GetAsync("/sign-in");

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains($"form-action 'self' {provider.Issuer};", policy, StringComparison.Ordinal);
    }
}
