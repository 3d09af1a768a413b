using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class StartPageTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task What_waits_is_shown_and_answered_by_a_tap_and_only_by_it()
    {
        using var circle = await Circle.StartAsync(App, name: "The Larsens", founder: "Olga Larsen");
        var email = Circle.NewEmail("waiting");
        await circle.InviteAsync(new { email, role = "grandparent" });
        using var browser = new Browser(App);
        await SignInAsync(browser, email);

        await browser.OpenAsync("/");
        Assert.Contains("Olga Larsen invites you to The Larsens, as Grandparent", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector(".family-card"));

        await browser.OpenAsync("/account/shared");
        var action = browser.Page.QuerySelectorAll("form").Select(f => f.GetAttribute("action")!).Single(a => a.EndsWith("/accept", StringComparison.Ordinal));
        await browser.PostAsync(action, [new("name", "Grandpa")]);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status); // no form token

        await browser.SendAsync(action, ("name", "www.call-me.example"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("www.call-me.example", browser.Page.QuerySelector("input[name=name]")!.GetAttribute("value"));

        await browser.SendAsync(action, ("name", "Grandpa"));
        Assert.Equal($"/families/{circle.Id}", browser.SeeOther);
        await browser.OpenAsync("/");
        Assert.Contains("The Larsens", browser.Page.QuerySelector(".family-card")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 people", browser.Page.QuerySelector(".family-card")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declining_empties_the_list_and_tells_the_inviter_only_that()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail("no");
        var invite = await circle.InviteAsync(new { email });
        using var browser = new Browser(App);
        await SignInAsync(browser, email);
        await browser.OpenAsync("/account/shared");
        await browser.SendAsync($"/account/shared/{invite.GetProperty("id").GetGuid()}/decline");
        await browser.FollowAsync();
        Assert.Contains("You have declined", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing waits for you", browser.Text, StringComparison.Ordinal);
        Assert.Equal("declined", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id").GetGuid()}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_next_step_is_home_shared_or_onboarding()
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal("home", (await circle.Founder.GetAsync("/api/account/next-step")).GetProperty("type").GetString());

        using var nobody = await circle.SomebodyAsync();
        var step = await nobody.GetAsync("/api/account/next-step");
        Assert.Equal("onboarding", step.GetProperty("type").GetString());
        Assert.Equal(0, step.GetProperty("invites").GetArrayLength());

        await circle.InviteAsync(new { email = nobody.Email });
        step = await nobody.GetAsync("/api/account/next-step");
        Assert.Equal("shared", step.GetProperty("type").GetString());
        Assert.Equal(circle.Id, step.GetProperty("invites")[0].GetProperty("familyId").GetGuid());
        using var stranger = circle.Stranger();
        await stranger.GetAsync("/api/account/next-step", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_start_page_costs_the_same_with_ten_families_as_with_one()
    {
        using var circle = await Circle.StartAsync(App);
        var email = circle.Founder.Email;
        using var browser = new Browser(App);
        await SignInAsync(browser, email);
        var one = await CountAsync(browser);
        for (var i = 0; i < 9; i++)
        {
            await circle.Founder.PostAsync("/api/families", new { name = $"Family {i}" }, HttpStatusCode.Created);
        }

        Assert.Equal(one, await CountAsync(browser));
        Assert.Equal(10, browser.Page.QuerySelectorAll(".family-card").Length);
    }

    [Fact]
    public async Task Unknown_paths_are_a_page_for_people_and_a_problem_for_programs_in_the_reader_s_language()
    {
        using var browser = new Browser(App, "es-MX,es;q=0.9");
        await browser.OpenAsync("/no/such/place");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        Assert.Equal("es", browser.Page.DocumentElement.GetAttribute("lang"));
        Assert.Single(browser.Page.QuerySelectorAll("h1"));

        using var program = App.NewPerson();
        Assert.Equal("not_found", (await program.GetAsync("/no/such/place", HttpStatusCode.NotFound)).GetProperty("code").GetString());
        using var api = await browser.Client.GetAsync("/api/no/such/place");
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/sign-up")]
    [InlineData("/join")]
    [InlineData("/request-access")]
    [InlineData("/request-access?familyId=01990000-0000-7000-8000-000000000001")]
    [InlineData("/nowhere")]
    public async Task Every_page_asks_only_this_host_runs_nothing_inline_and_is_small(string path)
    {
        using var browser = new Browser(App);
        using var response = await browser.Client.GetAsync(path);
        var html = await response.Content.ReadAsStringAsync();
        await browser.OpenAsync(path);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(response.Headers.Contains("blazor-enhanced-nav"));
        Assert.InRange(html.Length, 1, 60_000);
        Assert.Empty(browser.Page.QuerySelectorAll("style, [style], script:not([src]), [onclick]"));
        Assert.All(browser.Page.QuerySelectorAll("script[src], link[href], img[src]"), e => Assert.StartsWith("/", e.GetAttribute("src") ?? e.GetAttribute("href"), StringComparison.Ordinal));
        Assert.All(browser.Page.QuerySelectorAll("form[method=post]"), f => Assert.NotNull(f.QuerySelector("input[name=__RequestVerificationToken]")));
        foreach (var asset in browser.Page.QuerySelectorAll("script[src], link[rel=stylesheet]"))
        {
            using var file = await browser.Client.GetAsync(asset.GetAttribute("src") ?? asset.GetAttribute("href"));
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Contains("immutable", file.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        }
    }

    private async Task<int> CountAsync(Browser browser) => (await App.Statements.CountAsync(() => browser.OpenAsync("/"))).Count;

    private async Task SignInAsync(Browser browser, string email)
    {
        await browser.OpenAsync("/sign-in");
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
    }
}
