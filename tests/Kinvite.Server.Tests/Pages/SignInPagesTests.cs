using System.Net;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class SignInPagesTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task An_address_and_its_code_sign_in_and_lead_back_to_where_one_came_from()
    {
        using var browser = new Browser(App);
        await browser.OpenAsync("/account/shared");
        Assert.Equal("/account/shared", browser.Page.QuerySelector("input[name=return]")!.GetAttribute("value"));

        await browser.SendAsync("/sign-in", ("email", Circle.NewEmail("back")));
        Assert.Equal("/sign-in/code", browser.SeeOther);
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", Digits(browser)));

        Assert.Equal("/account/shared", browser.SeeOther);
        await browser.FollowAsync();
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.NotNull(browser.Page.QuerySelector("form[action='/sign-out']"));
        Assert.True(browser.Cookies.GetAllCookies()["kinvite"] is { HttpOnly: true });
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_never_leads_to_another_site(string returnTo)
    {
        using var browser = new Browser(App);
        await browser.OpenAsync("/sign-in?return=" + Uri.EscapeDataString(returnTo));
        await browser.SendAsync("/sign-in", ("email", Circle.NewEmail("lured")), ("return", returnTo));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", Digits(browser)), ("return", returnTo));
        Assert.Equal("/", browser.SeeOther);
    }

    [Fact]
    public async Task A_new_person_gets_the_name_that_was_typed()
    {
        using var browser = new Browser(App);
        await browser.OpenAsync("/sign-up");
        await browser.SendAsync("/sign-up", ("name", "Grandpa Jens"), ("email", Circle.NewEmail("jens")));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", Digits(browser)));
        await browser.FollowAsync();
        Assert.Contains("Hello, Grandpa Jens", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in", "nobody", null, "email")]
    [InlineData("/sign-in", "", null, "email")]
    [InlineData("/sign-up", "fine@example.org", "www.help.example", "name")]
    [InlineData("/sign-up", "fine@example.org", "", "name")]
    [InlineData("/sign-up", "broken", "Jens", "email")]
    public async Task A_faulty_field_is_marked_has_the_focus_and_keeps_what_was_typed(string page, string email, string? name, string faulty)
    {
        using var browser = new Browser(App);
        await browser.OpenAsync(page);
        await browser.SendAsync(page, name is null ? [("email", email)] : [("email", email), ("name", name)]);

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        var field = browser.Page.QuerySelector($"input[name={faulty}]")!;
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        Assert.True(field.HasAttribute("autofocus"));
        Assert.False(string.IsNullOrWhiteSpace(browser.Page.GetElementById(faulty + "-fault")?.TextContent));
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task A_wrong_code_says_so_and_the_right_one_still_works()
    {
        using var browser = new Browser(App);
        await AskAsync(browser, Circle.NewEmail("wrong"));
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Wrong(App, Challenge(browser))));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("This code does not work", browser.Text, StringComparison.Ordinal);

        await browser.SendAsync("/sign-in/code", ("code", Digits(browser)));
        Assert.Equal("/", browser.SeeOther);
    }

    [Fact]
    public async Task A_new_code_replaces_the_page_s_code_and_says_that_it_is_on_its_way()
    {
        using var browser = new Browser(App);
        await AskAsync(browser, Circle.NewEmail("again"));
        var first = Challenge(browser);
        await browser.SendAsync("/sign-in/resend");
        await browser.FollowAsync();

        Assert.NotEqual(first, Challenge(browser));
        Assert.Contains("A new code is on its way", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync("/sign-in/code");
        Assert.DoesNotContain("A new code is on its way", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in", "email")]
    [InlineData("/sign-up", "email")]
    public async Task A_form_without_its_token_changes_nothing_and_comes_back_with_what_was_typed(string page, string field)
    {
        using var browser = new Browser(App);
        var email = Circle.NewEmail("stale");
        await browser.PostAsync(page, [new(field, email), new("name", "Jens")]);

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal(email, browser.Page.QuerySelector($"input[name={field}]")!.GetAttribute("value"));
        Assert.NotNull(browser.Page.QuerySelector("[role=alert]"));
        await browser.OpenAsync("/sign-in/code", follow: false);
        Assert.Equal("/sign-in", browser.SeeOther); // nothing was sent
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_needs_the_form_s_token()
    {
        using var browser = new Browser(App);
        await SignInAsync(browser, Circle.NewEmail("out"));
        await browser.PostAsync("/sign-out", []);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);

        await browser.OpenAsync("/");
        await browser.SendAsync("/sign-out");
        await browser.FollowAsync();
        Assert.Contains("You are signed out", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector("form[action='/sign-out']"));
    }

    [Fact]
    public async Task Signing_in_as_somebody_else_ends_the_session_before()
    {
        using var browser = new Browser(App);
        await SignInAsync(browser, Circle.NewEmail("first"));
        var before = browser.Cookies.GetAllCookies()["kinvite"]!.Value;
        await SignInAsync(browser, Circle.NewEmail("second"));

        using var thief = new Browser(App);
        thief.Cookies.Add(App.Address, new Cookie("kinvite", before, "/"));
        await thief.OpenAsync("/account/shared", follow: false);
        Assert.StartsWith("/sign-in", thief.SeeOther, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mailed_link_signs_in_only_after_a_tap_and_only_once()
    {
        using var browser = new Browser(App);
        await AskAsync(browser, Circle.NewEmail("link"), returnTo: "/account/shared");
        var challenge = Challenge(browser);
        var link = CodeMessage.LinkPath(challenge, SigningIn.Digits(App, challenge));

        using var scanner = new Browser(App);
        await scanner.OpenAsync(link);
        Assert.Null(scanner.Cookies.GetAllCookies()["kinvite"]);

        await browser.OpenAsync(link);
        await browser.SendAsync("/sign-in/link");
        Assert.Equal("/account/shared", browser.SeeOther);
        Assert.NotNull(browser.Cookies.GetAllCookies()["kinvite"]);

        await scanner.SendAsync("/sign-in/link");
        Assert.Equal(HttpStatusCode.BadRequest, scanner.Status);
        Assert.Null(scanner.Cookies.GetAllCookies()["kinvite"]);
        Assert.Contains("does not work any more", scanner.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_challenge_alone_does_not_sign_in()
    {
        using var browser = new Browser(App);
        await AskAsync(browser, Circle.NewEmail("guess"));
        var challenge = Challenge(browser);
        await browser.OpenAsync(CodeMessage.LinkPath(challenge, SigningIn.Wrong(App, challenge)));
        await browser.SendAsync("/sign-in/link");
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Null(browser.Cookies.GetAllCookies()["kinvite"]);
    }

    [Fact]
    public async Task No_address_stands_in_an_address_or_a_log()
    {
        using var browser = new Browser(App);
        var email = Circle.NewEmail("quiet");
        await browser.OpenAsync("/sign-in");
        await browser.SendAsync("/sign-in", ("email", email));
        Assert.DoesNotContain("quiet", browser.SeeOther!, StringComparison.Ordinal);
        await browser.FollowAsync();
        Assert.Contains(email, browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(App.Logs.Lines, line => line.Contains(email, StringComparison.OrdinalIgnoreCase));
    }

    private static Guid Challenge(Browser browser) => Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!);

    private string Digits(Browser browser) => SigningIn.Digits(App, Challenge(browser));

    private static async Task AskAsync(Browser browser, string email, string? returnTo = null)
    {
        await browser.OpenAsync(returnTo is null ? "/sign-in" : "/sign-in?return=" + Uri.EscapeDataString(returnTo));
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
    }

    private async Task SignInAsync(Browser browser, string email)
    {
        await AskAsync(browser, email);
        await browser.SendAsync("/sign-in/code", ("code", Digits(browser)));
        await browser.FollowAsync();
    }
}
