using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>The open link on pages: made, shown, handed over, ended; and coming in by it, signed in or with a name.</summary>
public sealed class OpenLinkPagesTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task A_link_is_made_shown_printed_and_ended()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/open";
        await browser.OpenAsync($"/families/{circle.Id}/invitations");
        Assert.NotNull(browser.Page.QuerySelector($"main a[href='{page}']"));

        await browser.OpenAsync(page);
        Assert.Equal(["member", "parent", "child", "grandparent", "other"], browser.Page.QuerySelectorAll("input[name=role]").Select(r => r.GetAttribute("value")));
        Assert.Equal(["view", "edit"], browser.Page.QuerySelectorAll("input[name=permission]").Select(r => r.GetAttribute("value")));
        await browser.SendAsync(page, ("role", "parent"), ("permission", "edit"), ("login", "account"), ("expiresInDays", "30"), ("maxUses", "12"), ("allowedDomains", "@family.test, example.org"));
        Assert.Equal(page, browser.SeeOther);
        await browser.FollowAsync();

        var link = browser.Page.QuerySelector("#link")!.TextContent;
        Assert.StartsWith("http://localhost:5080/invite-link/", link, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("svg.code path"));
        Assert.Contains("Parent · Look and change", browser.Text, StringComparison.Ordinal);
        Assert.Contains("For people with an address at family.test, example.org.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("0 of 12 have come in by it.", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", browser.Text, StringComparison.OrdinalIgnoreCase);
        var id = (await circle.Founder.GetAsync($"{circle.Path}/invite-links/current")).GetProperty("id").GetGuid();

        await browser.OpenAsync($"/print/{id}");
        Assert.Equal((HttpStatusCode.OK, link), (browser.Status, browser.Page.QuerySelector(".print-link")!.TextContent));
        Assert.DoesNotContain("one person", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync($"/families/{circle.Id}/invitations");
        Assert.DoesNotContain("/invite-link/", browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Contains("0 of 12", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync($"{page}/revoke", ("id", id.ToString()));
        Assert.Equal($"/families/{circle.Id}/invitations", browser.SeeOther);
        await browser.OpenAsync($"/print/{id}");
        Assert.Equal(HttpStatusCode.Gone, browser.Status);
    }

    [Fact]
    public async Task What_is_wrong_is_marked_and_what_was_chosen_is_kept()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/open";
        await browser.OpenAsync(page);

        await browser.SendAsync(page, ("role", "grandparent"), ("permission", "edit"), ("login", "name"), ("expiresInDays", "30"), ("maxUses", "12.5"), ("allowedDomains", "no domain"));

        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(browser.Page.QuerySelector("#maxUses-fault"));
        Assert.NotNull(browser.Page.QuerySelector("#allowedDomains-fault"));
        Assert.Contains("Who comes in with a name only can look and no more.", browser.Text, StringComparison.Ordinal);
        Assert.True(browser.Page.QuerySelector("input[name=role][value=grandparent]")!.HasAttribute("checked"));
        Assert.True(browser.Page.QuerySelector("input[name=login][value=name]")!.HasAttribute("checked"));
        Assert.Equal("no domain", browser.Page.QuerySelector("#allowedDomains")!.GetAttribute("value"));
        Assert.Equal("30", browser.Page.QuerySelector("#expiresInDays option[selected]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task The_page_is_for_those_who_may_invite_and_for_kinds_with_links()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { }, HttpStatusCode.Created);
        foreach (var (person, status) in new[] { (await circle.MemberAsync("member"), HttpStatusCode.Forbidden), (await circle.SomebodyAsync(), HttpStatusCode.NotFound) })
        {
            using var browser = await circle.BrowserOfAsync(person);
            await browser.OpenAsync($"/families/{circle.Id}/invitations/open");
            Assert.Equal(status, browser.Status);
            Assert.DoesNotContain("/invite-link/", browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        }

        using var team = await Circle.StartAsync(App, "team");
        using var player = await team.BrowserOfAsync(team.Founder);
        await player.OpenAsync($"/families/{team.Id}/invitations/open");
        Assert.Equal(HttpStatusCode.NotFound, player.Status);
        await player.OpenAsync($"/families/{team.Id}/invitations");
        Assert.Null(player.Page.QuerySelector($"main a[href$='/invitations/open']"));
    }

    [Theory]
    [InlineData("en", "Ana invites you to The Aasens", "Join with this name")]
    [InlineData("es", "Ana", "Entrar con este nombre")]
    public async Task Somebody_without_an_account_comes_in_with_a_name_and_no_script(string language, string title, string button)
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var made = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created);
        using var browser = new Browser(App, language);
        await browser.OpenAsync(new Uri(made.GetProperty("url").GetString()!).AbsolutePath);
        Assert.Contains(title, browser.Text, StringComparison.Ordinal);
        Assert.Contains(button, browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Page.QuerySelector("form[action='/join/decline']"));

        await browser.SendAsync("/join/accept", ("name", " "));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(browser.Page.QuerySelector("#name-fault"));
        await browser.SendAsync("/join/accept", ("name", "Aunt Gerd"));
        Assert.Equal($"/families/{circle.Id}", browser.SeeOther);
        await browser.FollowAsync();

        Assert.Contains("Aunt Gerd", browser.Text, StringComparison.Ordinal);
        // The guest's way to stay: a first address, and no password before it.
        await browser.OpenAsync("/account/sign-in");
        Assert.NotNull(browser.Page.QuerySelector("form[action='/account/sign-in/addresses']"));
        Assert.Null(browser.Page.QuerySelector("form[action='/account/sign-in/password']"));
    }

    [Fact]
    public async Task A_guest_who_becomes_an_account_gets_another_secret_and_what_was_known_of_the_guest_opens_nothing()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created);
        using var guest = new Browser(App);
        await guest.OpenAsync(new Uri(link.GetProperty("url").GetString()!).AbsolutePath);
        await guest.SendAsync("/join/accept", ("name", "Gus"));
        var before = SecretOf(guest);
        var email = Circle.NewEmail("gus");

        await guest.OpenAsync("/account/sign-in");
        Assert.Equal(before, SecretOf(guest));
        await guest.SendAsync("/account/sign-in/addresses", ("email", email));
        await guest.FollowAsync();
        await guest.TypeCodeAsync(App, "/account/address");

        Assert.Equal("/account/sign-in", guest.SeeOther);
        await guest.FollowAsync();
        Assert.Contains(email, guest.Text, StringComparison.Ordinal);
        Assert.NotEqual(before, SecretOf(guest));
        using var other = new Browser(App);
        other.Cookies.Add(new Cookie("kinvite", before, "/", App.Address.Host));
        await other.OpenAsync("/account", follow: false);
        Assert.StartsWith("/sign-in", other.SeeOther, StringComparison.Ordinal);

        string SecretOf(Browser browser) => browser.Cookies.GetCookies(App.Address)["kinvite"]!.Value;
    }

    [Fact]
    public async Task A_guest_who_waits_sees_the_answer_on_the_same_page()
    {
        using var circle = await Circle.StartAsync(App);
        var made = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created);
        using var browser = new Browser(App);
        await browser.OpenAsync(new Uri(made.GetProperty("url").GetString()!).AbsolutePath);
        Assert.Contains("still has to agree", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/join/accept", ("name", "Aunt Gerd"));
        var page = browser.SeeOther!;
        await browser.FollowAsync();
        Assert.Contains("Come back to this page on this device", browser.Text, StringComparison.Ordinal);

        using var founder = await circle.BrowserOfAsync(circle.Founder);
        await founder.OpenAsync($"/families/{circle.Id}/requests");
        Assert.Contains("Aunt Gerd", founder.Text, StringComparison.Ordinal);
        var request = (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items")[0].GetProperty("id");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", new { }, HttpStatusCode.OK);
        await browser.OpenAsync(page);

        Assert.NotNull(browser.Page.QuerySelector($"main a[href='/families/{circle.Id}']"));
    }

    [Fact]
    public async Task A_link_that_is_over_or_for_other_addresses_says_so_and_shows_the_way_out()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var made = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { allowedDomains = new[] { "family.test" } }, HttpStatusCode.Created);
        var path = new Uri(made.GetProperty("url").GetString()!).AbsolutePath;
        using var olga = await circle.BrowserOfAsync(await circle.SomebodyAsync("Olga Berg"));
        await olga.OpenAsync(path);
        Assert.Contains("an address at family.test", olga.Text, StringComparison.Ordinal);
        Assert.NotNull(olga.Page.QuerySelector("main a[href='/account/sign-in']"));
        Assert.NotNull(olga.Page.QuerySelector("form[action='/join/ask']"));

        await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { }, HttpStatusCode.Created);
        await olga.OpenAsync(path);
        Assert.Contains("There is a newer link", olga.Text, StringComparison.Ordinal);
        Assert.Contains("Ask Ana to let me in", olga.Text, StringComparison.Ordinal);
        await olga.SendAsync("/join/ask");
        await olga.FollowAsync();
        Assert.Contains("Almost inside", olga.Text, StringComparison.Ordinal);
        Assert.Equal("Olga Berg", (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items")[0].GetProperty("account").GetProperty("displayName").GetString());
    }
}
