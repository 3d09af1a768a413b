using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Whose account a provider opens, and how one is added and taken off.</summary>
public sealed class ProviderOwnerTests(PostgresFixture postgres) : ProviderTest(postgres)
{
    [Fact]
    public async Task AUT_S04_AUT_S05_Adding_and_removing_needs_a_recent_sign_in_and_another_way_stays()
    {
        using var browser = new Browser(app);
        await browser.SignInAsync(app, "per@example.org");
        await browser.OpenAsync("/account/sign-in");
        var callback = await ProviderJourney.CallbackAsync(browser, "/account/sign-in/with/acme");
        await browser.OpenAsync(callback);
        Assert.Contains("From now on Acme lets you in", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Another service was added", await app.Mailbox.WaitForAsync("per@example.org", 1), StringComparison.Ordinal);

        app.Clock.Advance(TimeSpan.FromMinutes(11));
        provider.Now = app.Clock.GetUtcNow();
        await browser.OpenAsync("/account/sign-in");
        var fields = ProviderJourney.TokenOf(browser, ("id", "x"));
        await browser.PostAsync("/account/sign-in/providers/remove", fields);
        Assert.StartsWith("/account/confirm", browser.SeeOther, StringComparison.Ordinal);
        await browser.PostAsync("/account/sign-in/with/acme", fields);
        Assert.StartsWith("/account/confirm", browser.SeeOther, StringComparison.Ordinal);

        // Shown once more at the provider, it is recent again.
        await browser.OpenAsync("/account/confirm?return=%2Faccount%2Fsign-in");
        await browser.OpenAsync(await ProviderJourney.CallbackAsync(browser, "/account/confirm/with/acme", ("return", "/account/sign-in")));
        await browser.SendAsync("/account/sign-in/providers/remove");
        await browser.FollowAsync();
        Assert.Contains("Acme does not let you in any more", browser.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM account_logins"));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-240, true)]
    [InlineData(60, true)] // its clock is a little fast
    [InlineData(-420, false)] // its own session lives, and it asked nobody
    [InlineData(420, false)]
    [InlineData(null, false)]
    public async Task AUT_S04_Confirming_counts_only_when_the_provider_asked_the_person_just_now(int? seconds, bool confirmed)
    {
        using var browser = new Browser(app);
        await browser.SignInAsync(app, "per@example.org");
        await browser.OpenAsync("/account/sign-in");
        await browser.OpenAsync(await ProviderJourney.CallbackAsync(browser, "/account/sign-in/with/acme"));
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        provider.Now = app.Clock.GetUtcNow();
        provider.AskedAt = () => seconds is { } s ? app.Clock.GetUtcNow().AddSeconds(s) : null;

        await browser.OpenAsync("/account/confirm?return=%2Faccount%2Fsign-in");
        await browser.OpenAsync(await ProviderJourney.CallbackAsync(browser, "/account/confirm/with/acme", ("return", "/account/sign-in")));

        Assert.Equal(("login", "0"), (provider.Question["prompt"], provider.Question["max_age"]));
        Assert.Equal(confirmed, browser.Page.QuerySelector("form[action='/account/sign-in/providers/remove']") is not null);
        if (!confirmed)
        {
            Assert.NotNull(browser.Page.QuerySelector("form[action='/account/confirm/with/acme']"));
            await browser.OpenAsync("/account/delete", follow: false);
            Assert.StartsWith("/account/confirm", browser.SeeOther, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_refusal_says_in_its_own_words_stands_in_no_log()
    {
        using var browser = new Browser(app);
        var callback = await ProviderJourney.CallbackAsync(browser);
        var state = System.Web.HttpUtility.ParseQueryString(new Uri("http://localhost" + callback).Query)["state"];

        await browser.OpenAsync($"/sign-in/with/acme/callback?error=server_error&error_description=olga%40example.org%0Aforged+line&state={Uri.EscapeDataString(state!)}");

        Assert.Contains("A sign-in with Acme was refused", app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("olga@example.org", app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("forged line", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_way_in_is_not_removed_and_what_is_anothers_is_not_taken()
    {
        provider.Person = new() { ["sub"] = "nobody-1", ["name"] = "Nora" };
        using var nora = new Browser(app);
        await ProviderJourney.SignInAsync(nora);
        await nora.OpenAsync("/account/sign-in");
        await nora.SendAsync("/account/sign-in/providers/remove");
        await nora.FollowAsync();
        Assert.Contains("the last way into your account", nora.Text, StringComparison.Ordinal);

        using var per = new Browser(app);
        await per.SignInAsync(app, "per@example.org");
        await per.OpenAsync("/account/sign-in");
        await per.OpenAsync(await ProviderJourney.CallbackAsync(per, "/account/sign-in/with/acme"));
        Assert.Contains("belongs to another account", per.Text, StringComparison.Ordinal);
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM account_logins"));
    }

    [Fact]
    public async Task With_a_provider_a_guest_becomes_an_account_and_keeps_its_place()
    {
        using var circle = await Circle.StartAsync(app, "vault");
        var link = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created);
        using var guest = new Browser(app);
        await guest.OpenAsync(new Uri(link.GetProperty("url").GetString()!).AbsolutePath);
        await guest.SendAsync("/join/accept", ("name", "Gus"));
        var place = $"members WHERE family_id = '{circle.Id}' AND name = 'Gus'";
        var member = await database.ScalarAsync<Guid>($"SELECT id FROM {place} AND is_guest");
        Assert.NotEqual(Guid.Empty, member);

        await guest.OpenAsync("/account/sign-in");
        await guest.OpenAsync(await ProviderJourney.CallbackAsync(guest, "/account/sign-in/with/acme"));
        Assert.Contains("From now on Acme lets you in", guest.Text, StringComparison.Ordinal);

        Assert.Equal(member, await database.ScalarAsync<Guid>($"SELECT id FROM {place} AND NOT is_guest"));
        Assert.False((await circle.Founder.GetAsync($"{circle.Path}/members/{member}")).GetProperty("isGuest").GetBoolean());
        using var elsewhere = new Browser(app);
        await ProviderJourney.SignInAsync(elsewhere);
        await elsewhere.OpenAsync($"/families/{circle.Id}");
        Assert.Equal(HttpStatusCode.OK, elsewhere.Status);
        Assert.Contains("Gus", elsewhere.Text, StringComparison.Ordinal);
        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        await circle.Founder.PatchAsync($"{circle.Path}/members/{member}", new { permission = "edit" });
    }

    [Fact]
    public async Task A_verified_address_leads_to_the_account_that_has_proven_it_and_its_owner_is_told()
    {
        using var circle = await Circle.StartAsync(app);
        provider.Person["email"] = circle.Founder.Email.ToUpperInvariant();
        using var browser = new Browser(app);

        await ProviderJourney.SignInAsync(browser);
        await browser.OpenAsync($"/families/{circle.Id}");

        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains("Another service was added", await app.Mailbox.WaitForAsync(circle.Founder.Email), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R26_An_account_that_nobody_has_proven_becomes_its_owners_and_loses_what_signed_in_before()
    {
        using var mallory = app.NewPerson();
        await mallory.PostAsync("/api/auth/register", new { email = "olga@example.org", password = "seven green lanterns", displayName = "Mallory" }, HttpStatusCode.Accepted);
        mallory.Take(await mallory.PostAsync("/api/auth/login", new { email = "olga@example.org", password = "seven green lanterns" }, HttpStatusCode.OK));
        using var olga = new Browser(app);

        await ProviderJourney.SignInAsync(olga);

        await mallory.GetRefusedAsync("/api/account", 401, "auth.required");
        using var again = app.NewPerson();
        await again.PostRefusedAsync("/api/auth/login", new { email = "olga@example.org", password = "seven green lanterns" }, 401, "login.failed");
    }
}
