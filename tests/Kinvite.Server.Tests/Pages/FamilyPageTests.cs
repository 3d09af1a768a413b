using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Devices;

namespace Kinvite.Server.Tests.Pages;

/// <summary>What the circle offers beside its people: the link to ask to join, and inviting for a child.</summary>
public sealed class FamilyPageTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("home", true)]
    [InlineData("baby", true)]
    [InlineData("chores", false)]
    [InlineData("vault", false)]
    public async Task The_link_to_ask_to_join_is_there_where_one_may_be_asked(string kind, bool isThere)
    {
        using var circle = await Circle.StartAsync(App, kind);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}");
        var link = browser.Page.QuerySelector("#ask-url");
        Assert.Equal(isThere, link is not null);
        if (link is not null)
        {
            Assert.EndsWith($"/request-access?familyId={circle.Id}", link.TextContent.Trim(), StringComparison.Ordinal);
            Assert.Contains("The link to ask to join", browser.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_answers_nobody_gets_no_link_to_be_asked_by()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await circle.BrowserOfAsync(await circle.MemberAsync("relative"));
        await browser.OpenAsync($"/families/{circle.Id}");
        Assert.Null(browser.Page.QuerySelector("#ask-url"));
    }

    [Fact]
    public async Task A_childs_card_leads_to_an_account_of_its_own_for_those_who_may_give_one()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}");
        var link = Assert.Single(browser.Page.QuerySelectorAll("a[aria-label='Set up an own account for Mia']"));
        Assert.Equal($"/families/{circle.Id}/invitations?for={mia}#invite", link.GetAttribute("href"));

        using var other = await circle.BrowserOfAsync(await circle.MemberAsync("relative"));
        await other.OpenAsync($"/families/{circle.Id}");
        Assert.Contains("Mia", other.Text, StringComparison.Ordinal);
        Assert.Empty(other.Page.QuerySelectorAll("a[href*=invitations]"));
    }

    [Fact]
    public async Task Where_one_is_invited_for_children_a_babys_card_leads_to_the_form_with_that_baby_chosen()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia", "baby"), await circle.AddChildAsync(shared.Database, "Noa", "baby"));
        await circle.Founder.PatchAsync("/api/account", new { locale = "es" });
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}");
        Assert.Contains("El enlace para pedir entrar", browser.Text, StringComparison.Ordinal);
        var link = Assert.Single(browser.Page.QuerySelectorAll("a[aria-label='Invitar a alguien para Noa']"));
        await browser.OpenAsync(link.GetAttribute("href")!.Split('#')[0]);
        Assert.Equal([noa.ToString()], browser.Page.QuerySelectorAll("input[name=children][checked]").Select(c => c.GetAttribute("value")));
        Assert.NotNull(browser.Page.QuerySelector($"input[name=children][value='{mia}']"));
    }

    [Fact]
    public async Task A_child_is_added_with_the_digits_that_a_parent_chooses()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}");

        await browser.SendAsync($"/families/{circle.Id}/members", ("name", "Mia"), ("birthYear", "2015"), ("pin", "2015"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("guess", browser.Page.GetElementById("pin-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Mia", browser.Page.GetElementById("name")!.GetAttribute("value"));
        // What opens the tablet is never shown, not even to whoever typed it.
        Assert.DoesNotContain("2015", browser.Page.GetElementById("pin")!.OuterHtml, StringComparison.Ordinal);

        await browser.SendAsync($"/families/{circle.Id}/members", ("pin", Tablets.Pin));
        Assert.Equal($"/families/{circle.Id}", browser.SeeOther);
        var mia = (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().Single(m => m.GetProperty("name").GetString() == "Mia");
        Assert.True(mia.GetProperty("hasPin").GetBoolean());
        using var tablet = await circle.TabletAsync();
        await circle.InAsync(tablet, mia.GetProperty("id").GetGuid(), Tablets.Pin);
    }

    [Fact]
    public async Task Without_digits_a_child_is_added_as_before_and_only_children_get_them()
    {
        using var circle = await Circle.StartAsync(App);
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        await browser.OpenAsync($"/families/{circle.Id}");
        await browser.SendAsync($"/families/{circle.Id}/members", ("name", "Ben"), ("role", "child"));
        Assert.Equal($"/families/{circle.Id}", browser.SeeOther);
        await browser.FollowAsync();
        await browser.SendAsync($"/families/{circle.Id}/members", ("name", "Grandma"), ("role", "elder"), ("pin", Tablets.Pin));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(browser.Page.GetElementById("pin-fault"));
        Assert.DoesNotContain("Grandma", (await circle.Founder.GetAsync($"{circle.Path}/members")).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"hasPin\":true", (await circle.Founder.GetAsync($"{circle.Path}/members")).ToString(), StringComparison.Ordinal);

        // A baby types nothing.
        using var nursery = await Circle.StartAsync(App, "baby");
        using var other = await nursery.BrowserOfAsync(nursery.Founder);
        await other.OpenAsync($"/families/{nursery.Id}");
        Assert.NotNull(other.Page.GetElementById("birthYear"));
        Assert.Null(other.Page.GetElementById("pin"));
    }

    [Theory]
    [InlineData("en", "Have no invitation? Ask to join")]
    [InlineData("es", "¿No tienes invitación? Pide entrar")]
    public async Task Who_starts_a_family_can_ask_to_join_one_instead(string language, string words)
    {
        using var circle = await Circle.StartAsync(App);
        var somebody = await circle.SomebodyAsync();
        await somebody.PatchAsync("/api/account", new { locale = language });
        using var browser = await circle.BrowserOfAsync(somebody);
        await browser.OpenAsync("/welcome");
        Assert.Equal(words, browser.Page.QuerySelector("main a[href='/request-access']")!.TextContent);
    }
}
