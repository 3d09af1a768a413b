using System.Net;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class OpenedLinkTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Theory]
    [InlineData("/join/")]
    [InlineData("/j/")]
    [InlineData("/invite/")]
    [InlineData("/accept-invite/")]
    [InlineData("/invite-link/")]
    [InlineData("/join?token=")]
    public async Task A_link_goes_on_without_its_token_which_travels_encrypted(string path)
    {
        using var circle = await Circle.StartAsync(App);
        var token = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }));
        using var browser = new Browser(App);
        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get })
        {
            using var response = await browser.Client.SendAsync(new HttpRequestMessage(method, path + token));

            Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
            Assert.Matches("^/join\\?i=[A-Za-z0-9_-]{8}$", response.Headers.Location!.ToString());
            Assert.Equal("no-store", response.Headers.GetValues("Cache-Control").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.Equal("noindex", response.Headers.GetValues("X-Robots-Tag").Single());
        }

        var cookie = Assert.Single(browser.Cookies.GetAllCookies());
        Assert.StartsWith("kinvite-invitation-", cookie.Name, StringComparison.Ordinal);
        Assert.True(cookie.HttpOnly);
        Assert.DoesNotContain(token, cookie.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AQEBofwpWS99GrI67-S4kg7hAAGEB5tfdQ8dkdOYgSi1XhaA")]
    [InlineData("%0d%0aSet-Cookie:x=y")]
    public async Task A_forged_link_leaves_nothing_behind_and_asks_no_database(string token)
    {
        using var browser = new Browser(App);
        Assert.Empty(await App.Statements.CountAsync(() => browser.OpenAsync("/join/" + token, follow: false)));
        Assert.Equal("/join", browser.SeeOther);
        Assert.Empty(browser.Cookies.GetAllCookies());
    }

    [Fact]
    public async Task The_banner_stands_on_every_step_and_signing_in_leads_to_the_consent_screen_without_joining()
    {
        using var circle = await Circle.StartAsync(App, name: "The Larsens", founder: "Olga Larsen");
        var email = Circle.NewEmail("sam");
        var invite = await circle.InviteAsync(new { email, role = "grandparent" });
        using var browser = new Browser(App);
        await browser.OpenAsync("/join/" + circle.Token(invite), follow: false);
        var consent = browser.SeeOther;

        foreach (var page in new[] { "/sign-in", "/sign-up", "/sign-in/link/x/000000" })
        {
            await browser.OpenAsync(page);
            Assert.Contains("Joining The Larsens, invited by Olga Larsen", browser.Text, StringComparison.Ordinal);
        }

        await browser.OpenAsync("/sign-in");
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value"));
        await browser.SendAsync("/sign-in");
        await browser.FollowAsync();
        Assert.Contains("Joining The Larsens, invited by Olga Larsen", browser.Text, StringComparison.Ordinal);

        var challenge = Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!);
        await browser.SendAsync("/sign-in/code", ("code", "none"));
        Assert.Contains("Joining The Larsens, invited by Olga Larsen", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, challenge)));

        Assert.Equal(consent, browser.SeeOther);
        var seen = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id").GetGuid()}");
        Assert.Equal("pending", seen.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_copied_link_tells_the_banner_no_more_than_a_first_name_and_no_address()
    {
        using var circle = await Circle.StartAsync(App, name: "The Larsens", founder: "Olga Larsen");
        var email = Circle.NewEmail("copied");
        using var browser = new Browser(App);
        await browser.OpenAsync("/join/" + circle.Token(await circle.InviteAsync(new { email }), LinkKind.Copied), follow: false);
        await browser.OpenAsync("/sign-in");

        Assert.EndsWith("invited by Olga", browser.Page.QuerySelector(".joining")!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(email, browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_withdrawn_invitation_is_on_no_banner()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        using var browser = new Browser(App);
        await browser.OpenAsync("/join/" + circle.Token(invite), follow: false);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{invite.GetProperty("id").GetGuid()}", HttpStatusCode.OK);
        await browser.OpenAsync("/sign-in");
        Assert.Null(browser.Page.QuerySelector(".joining"));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("http://localhost:5080/join/{0}")]
    [InlineData("Olga has invited you: <http://localhost:5080/j/{0}>. Until Friday!")]
    public async Task A_pasted_link_opens_however_much_of_the_message_came_along(string pasted)
    {
        using var circle = await Circle.StartAsync(App);
        var token = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }));
        using var browser = new Browser(App);
        await browser.OpenAsync("/");
        await browser.SendAsync("/join/paste", ("link", pasted.Replace("{0}", token, StringComparison.Ordinal)));
        Assert.StartsWith("/join?i=", browser.SeeOther, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_link_of_ours_stays_in_the_box_with_a_sentence()
    {
        using var browser = new Browser(App);
        await browser.OpenAsync("/");
        await browser.SendAsync("/join/paste", ("link", "https://elsewhere.example/x"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("https://elsewhere.example/x", browser.Page.QuerySelector("input[name=link]")!.GetAttribute("value"));
        Assert.NotNull(browser.Page.GetElementById("link-fault"));
    }
}

/// <summary>With a clock of its own.</summary>
public sealed class InvitationsInHandTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task At_most_five_links_are_in_hand_and_each_for_an_hour()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = new Browser(App);
        for (var i = 0; i <= InvitationCookie.Most; i++)
        {
            await browser.OpenAsync("/join/" + circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() })), follow: false);
            App.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(InvitationCookie.Most, browser.Cookies.GetAllCookies().Count(c => c.Name.StartsWith("kinvite-invitation-", StringComparison.Ordinal)));
        await browser.OpenAsync("/sign-in");
        Assert.Contains("Joining The Aasens", browser.Text, StringComparison.Ordinal);

        App.Clock.Advance(InvitationCookie.Life);
        await browser.OpenAsync("/sign-in");
        Assert.DoesNotContain("Joining", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_https_every_cookie_is_bound_to_this_host_and_never_sent_in_the_clear()
    {
        await using var app = await StartAsync(s => s.Configuration["Kinvite:PublicUrl"] = "https://family.example.org");
        using var circle = await Circle.StartAsync(app);
        using var browser = new Browser(app);
        using var link = await browser.Client.GetAsync("/join/" + circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() })));
        using var page = await browser.Client.GetAsync("/sign-in");
        Assert.All([.. link.Headers.GetValues("Set-Cookie"), .. page.Headers.GetValues("Set-Cookie")], cookie =>
        {
            Assert.StartsWith("__Host-kinvite-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }
}
