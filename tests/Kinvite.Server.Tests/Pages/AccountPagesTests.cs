using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class AccountPagesTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task Name_language_and_zone_are_kept_and_the_page_speaks_the_new_language()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account");
        await browser.SendAsync("/account", ("displayName", "Olga Berg"), ("locale", "es"), ("timeZone", "Europe/Oslo"));
        await browser.FollowAsync();

        Assert.Contains("Guardado", browser.Text, StringComparison.Ordinal);
        Assert.Equal("Olga Berg", browser.Page.QuerySelector("input[name=displayName]")!.GetAttribute("value"));
        Assert.Equal("Europe/Oslo", browser.Page.QuerySelector("select[name=timeZone] option[selected]")!.TextContent);
    }

    [Fact]
    public async Task A_faulty_name_is_marked_and_kept()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account");
        await browser.SendAsync("/account", ("displayName", "www.help.example"), ("locale", "en"), ("timeZone", "Europe/Oslo"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("www.help.example", browser.Page.QuerySelector("input[name=displayName]")!.GetAttribute("value"));
        Assert.NotNull(browser.Page.GetElementById("displayName-fault"));
        Assert.Equal("Europe/Oslo", browser.Page.QuerySelector("select[name=timeZone] option[selected]")!.TextContent);
    }

    [Fact]
    public async Task A_mail_that_one_does_not_want_does_not_come()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = new Browser(App);
        await browser.SignInAsync(App, circle.Founder.Email);
        await browser.OpenAsync("/account");
        // Unticked: all but what somebody asks.
        await browser.PostAsync("/account/mails", [new("__RequestVerificationToken", browser.Page.QuerySelector("form[action='/account/mails'] input")!.GetAttribute("value")!), new("Requests", "true")]);
        await browser.FollowAsync();
        Assert.Equal(["Requests"], browser.Page.QuerySelectorAll("form[action='/account/mails'] input[checked]").Select(i => i.GetAttribute("name")));

        await circle.MemberAsync("relative");

        for (var tries = 0; await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'joined' AND done_at IS NOT NULL") == 0; tries++)
        {
            Assert.True(tries < 200, "The message was not looked at within 20 s.");
            await Task.Delay(100);
        }

        Assert.Equal(7L, await Database.ScalarAsync<long>("SELECT state::bigint FROM outbox WHERE type = 'joined'"));
    }

    [Fact]
    public async Task An_address_is_added_made_the_one_for_mail_and_the_old_one_removed()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account/sign-in");
        await browser.SendAsync("/account/sign-in/addresses", ("email", "olga.new@example.org"));
        Assert.DoesNotContain("olga", browser.SeeOther!, StringComparison.Ordinal);
        await browser.FollowAsync();
        Assert.Contains("olga.new@example.org", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/account/address", ("code", "12"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.TypeCodeAsync(App, "/account/address");
        await browser.FollowAsync();

        await browser.SendAsync("/account/sign-in/addresses/prefer");
        await browser.FollowAsync();
        Assert.Contains("Your mail goes to o•••@example.org now", browser.Text, StringComparison.Ordinal);
        var old = browser.Page.QuerySelectorAll("form[action='/account/sign-in/addresses/remove']")[^1];
        await browser.PostAsync("/account/sign-in/addresses/remove", old.QuerySelectorAll("input").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!)));
        await browser.FollowAsync();
        Assert.DoesNotContain("olga@example.org", browser.Text, StringComparison.Ordinal);
        // The last way in stays.
        await browser.SendAsync("/account/sign-in/addresses/remove");
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("the last way into your account", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUT_S04_An_old_session_confirms_that_it_is_its_person_first_and_gets_a_new_secret()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account/sign-in");
        var form = browser.Page.QuerySelector("form[action='/account/sign-in/addresses']")!.QuerySelectorAll("input").ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value") ?? "");
        var before = browser.Cookies.GetAllCookies()["kinvite"]!.Value;
        App.Clock.Advance(TimeSpan.FromMinutes(11));

        form["email"] = "olga.new@example.org";
        await browser.PostAsync("/account/sign-in/addresses", form);
        Assert.Equal("/account/confirm?return=%2Faccount%2Fsign-in", browser.SeeOther);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM codes WHERE address_key = 'olga.new@example.org'"));
        await browser.FollowAsync();
        await browser.SendAsync("/account/confirm/send");
        await browser.FollowAsync();
        Assert.Contains("o•••@example.org", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/account/confirm", ("code", "12"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.TypeCodeAsync(App, "/account/confirm");
        Assert.Equal("/account/sign-in", browser.SeeOther);
        await browser.FollowAsync();
        Assert.NotNull(browser.Page.QuerySelector("form[action='/account/sign-in/addresses'] input[name=email]"));

        using var thief = new Browser(App);
        thief.Cookies.Add(App.Address, new Cookie("kinvite", before, "/"));
        await thief.OpenAsync("/account", follow: false);
        Assert.StartsWith("/sign-in", thief.SeeOther, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task Confirming_never_leads_to_another_site(string returnTo)
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account/confirm?return=" + Uri.EscapeDataString(returnTo));
        await browser.SendAsync("/account/confirm/send", ("return", returnTo));
        await browser.FollowAsync();
        await browser.TypeCodeAsync(App, "/account/confirm");
        Assert.Equal("/account", browser.SeeOther);
    }

    [Fact]
    public async Task Another_account_s_code_confirms_nothing()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        await olga.OpenAsync("/account/confirm");
        await olga.SendAsync("/account/confirm/send");
        await olga.FollowAsync();
        var hers = olga.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!;
        using var nils = new Browser(App);
        await nils.SignInAsync(App, "nils@example.org");
        await nils.OpenAsync("/account/confirm");
        await nils.SendAsync("/account/confirm/send");
        await nils.FollowAsync();
        await nils.SendAsync("/account/confirm", ("challenge", hers), ("code", SigningIn.Digits(App, Guid.Parse(hers))));
        Assert.Equal(HttpStatusCode.BadRequest, nils.Status);
    }

    [Fact]
    public async Task Deleting_asks_for_a_word_and_says_farewell()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account/delete");
        await browser.SendAsync("/account/delete", ("word", "yes"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("yes", browser.Page.QuerySelector("input[name=word]")!.GetAttribute("value"));
        await browser.SendAsync("/account/delete", ("word", "delete"));
        Assert.Equal("/", browser.SeeOther);
        await browser.FollowAsync();
        Assert.Contains("Your account is deleted", browser.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task What_is_in_the_way_of_deleting_is_said_before_anything_is_typed()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = new Browser(App);
        await browser.SignInAsync(App, circle.Founder.Email);
        await browser.OpenAsync("/account/delete");
        Assert.Contains("The Aasens: hand it over", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector("form[action='/account/delete']"));
    }

    [Theory]
    [InlineData("/account/mails")]
    [InlineData("/account/devices/end-others")]
    [InlineData("/account/delete")]
    [InlineData("/account/sign-in/addresses")]
    [InlineData("/account/confirm")]
    public async Task A_form_without_its_token_changes_nothing(string action)
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        using var phone = await SigningIn.SignInAsync(App, "olga@example.org");
        await browser.PostAsync(action, [new("email", "x@example.org"), new("word", "DELETE"), new("code", "123456")]);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal(2, (await phone.GetAsync("/api/account/sessions")).GetProperty("items").GetArrayLength());
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT muted_mails::bigint FROM accounts"));
    }

    [Fact]
    public async Task A_page_stays_under_60_kB()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        Assert.InRange((await browser.Client.GetStringAsync("/account")).Length, 1, 60_000);
    }
}
