using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>Links that go from hand to hand: on the screen, scanned, on paper.</summary>
public sealed class HandedOverTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Theory]
    [InlineData("home", "grandparent")]
    [InlineData("vault", "member")]
    [InlineData("chores", "teen")]
    [InlineData("team", "player")]
    [InlineData("care", "caregiver")]
    public async Task Every_kind_s_invitation_has_a_copied_link_a_square_code_and_a_card(string kind, string role)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var id = (await circle.InviteAsync(new { email = Circle.NewEmail(), role, name = "Grandpa Nils" })).GetProperty("id").GetGuid();
        var link = "/join/" + circle.Token(id, LinkKind.Copied);
        using var browser = await circle.BrowserOfAsync(circle.Founder);

        await browser.OpenAsync($"/families/{circle.Id}/invitations/{id}/link");
        Assert.EndsWith(link, browser.Page.QuerySelector("#link")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("svg.code path"));
        Assert.NotNull(browser.Page.QuerySelector($"a[href='/print/{id}']"));

        await browser.OpenAsync($"/print/{id}");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        var card = browser.Page.QuerySelector(".print-card")!;
        Assert.EndsWith(link, card.QuerySelector(".print-link")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Grandpa Nils", card.TextContent, StringComparison.Ordinal);
        Assert.Contains(circle.Name, card.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(card.QuerySelector("svg.code path"));
    }

    [Fact]
    public async Task The_card_leaves_no_trace_and_is_in_the_language_of_the_person_invited()
    {
        using var circle = await Circle.StartAsync(App);
        var id = (await circle.InviteAsync(new { email = Circle.NewEmail(), locale = "es" })).GetProperty("id").GetGuid();
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        using var answer = await browser.Client.GetAsync($"/print/{id}");

        Assert.Equal("no-store", answer.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("noindex", answer.Headers.GetValues("X-Robots-Tag").Single());
        await browser.OpenAsync($"/print/{id}");
        Assert.Equal("es", browser.Page.QuerySelector(".print-card")!.GetAttribute("lang"));
        Assert.Contains("Abre la cámara", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Back to the link", browser.Text, StringComparison.Ordinal);
        Assert.Empty(browser.Page.QuerySelectorAll("style, [style], script:not([src])"));
    }

    [Fact]
    public async Task A_card_is_for_those_alone_who_may_hand_the_invitation_over()
    {
        using var circle = await Circle.StartAsync(App);
        var id = (await circle.InviteAsync(new { email = Circle.NewEmail() })).GetProperty("id").GetGuid();
        var relative = await circle.MemberAsync("relative");
        var stranger = await circle.SomebodyAsync();
        foreach (var (person, status) in new[] { (relative, HttpStatusCode.Forbidden), (stranger, HttpStatusCode.NotFound) })
        {
            using var browser = await circle.BrowserOfAsync(person);
            foreach (var path in new[] { $"/print/{id}", $"/families/{circle.Id}/invitations/{id}/link" })
            {
                await browser.OpenAsync(path);
                Assert.Equal(status, browser.Status);
                Assert.DoesNotContain("/join/", browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
            }
        }

        using var nobody = new Browser(App);
        await nobody.OpenAsync($"/print/{id}", follow: false);
        Assert.StartsWith("/sign-in?return=", nobody.SeeOther, StringComparison.Ordinal);

        await circle.Founder.DeleteAsync($"{circle.Invites}/{id}", HttpStatusCode.OK);
        using var founder = await circle.BrowserOfAsync(circle.Founder);
        await founder.OpenAsync($"/print/{id}");
        Assert.Equal(HttpStatusCode.Gone, founder.Status);
        Assert.Contains("This is over", founder.Text, StringComparison.Ordinal);
    }
}
