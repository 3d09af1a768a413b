using System.Collections.Concurrent;
using System.Text.Json;
using Kinvite.Harness;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>
/// Every page that the application has is looked at, in light and in dark, on a phone: nothing that axe finds, nothing wider than the screen,
/// nothing too small for a thumb. Journeys see many of them; here none is forgotten.
/// </summary>
public sealed class EveryPageTests(BrowserFixture browsers)
{
    private readonly ConcurrentDictionary<string, bool> opened = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);
    private PageRoutes routes = null!;

    [Fact]
    public async Task Every_page_of_the_application_is_good_to_look_at_and_none_is_forgotten()
    {
        routes = await PageRoutes.ReadAsync();
        await using var olga = await browsers.VisitAsync();
        await using var tablet = await browsers.VisitAsync();
        await using var ben = await browsers.VisitAsync();

        var outside = OutsideAsync(ben);
        var (home, baby) = await FamilyAsync(olga);
        await outside;
        await olga.MakeAsync($"/api{home}/invites", new { invites = new[] { new { email = "ben.pages@example.org", role = "relative" } } });
        await Task.WhenAll(InvitedAsync(ben, home, baby), TabletAsync(tablet, home), AccountAsync(olga));

        Assert.Empty(routes.All.Except(opened.Keys, StringComparer.Ordinal));
    }

    private async Task OutsideAsync(Visitor ben)
    {
        foreach (var path in new[] { "/", "/sign-in/password", "/sign-up", "/join", "/join/declined", "/who", "/who/leave", "/sign-in/link", "/sign-in/link/x", "/password/forgot", "/nothing/here" })
        {
            await OpenAsync(ben, path);
        }

        await OpenAsync(ben, browsers.SetUpLink.PathAndQuery);
        await OpenAsync(ben, "/password/forgot");
        await ben.Field("Your e-mail address").FillAsync("ben.pages@example.org");
        await ben.Button("Send me a code").ClickAsync();
        await Expect(ben.Page).ToHaveURLAsync(new Uri(browsers.Server.Address, "/password/reset").ToString());
        await LookAsync(ben);
        await OpenAsync(ben, "/password/reset/x/123456");
        await OpenAsync(ben, "/sign-in");
        await ben.Field("Your e-mail address").FillAsync("ben.pages@example.org");
        await ben.Button("Send me a code").ClickAsync();
        var mail = await browsers.Server.Mailbox.WaitForAsync("ben.pages@example.org");
        await OpenAsync(ben, DevelopmentMailbox.LinkIn(mail).PathAndQuery);
        await OpenAsync(ben, "/sign-in/code");
        await ben.Page.Locator("input[name=code]").FillAsync("000000");
        await ben.Page.Locator("main form.card button.button-primary").ClickAsync();
        await Expect(ben.Page.Locator(".fault")).ToBeVisibleAsync();
        await ben.AssertGoodAsync();
        await ben.EnterCodeAsync("ben.pages@example.org", 0);
        await Expect(ben.Heading).ToContainTextAsync("ben.pages");
    }

    private async Task<(string Home, string Baby)> FamilyAsync(Visitor olga)
    {
        await olga.GoAsync("/sign-in");
        await olga.SignInAsync(BrowserFixture.Operator);
        await Expect(olga.Heading).ToContainTextAsync("operator");
        await OpenAsync(olga, "/welcome");
        var home = "/families/" + Id(await olga.MakeAsync("/api/families", new { name = "The Lie family" }));
        var baby = "/families/" + Id(await olga.MakeAsync("/api/families", new { name = "Little Ida", kind = "baby" }));
        var mia = Id(await olga.MakeAsync($"/api{home}/members", new { name = "Mia", role = "child" }));
        await olga.MakeAsync($"/api{home}/members", new { name = "Noa", role = "child", pin = "4826" });
        var ida = Id(await olga.MakeAsync($"/api{baby}/members", new { name = "Ida", role = "baby" }));
        var handed = Id((await olga.MakeAsync($"/api{home}/invites", new { invites = new[] { new { name = "Nanny", role = "caregiver" } } })).GetProperty("items")[0].GetProperty("invite"));
        await olga.MakeAsync($"/api{baby}/invites", new { invites = new[] { new { email = "gran.pages@example.org", role = "viewer", children = new[] { new { childId = ida, permission = "view" } } } } });
        var link = (await olga.MakeAsync($"/api{home}/invite-links", new { })).GetProperty("url").GetString()!;
        var me = await olga.Page.EvaluateAsync<string>("async path => (await (await fetch(path)).json()).memberId", $"/api{home}/me");
        foreach (var path in new[]
        {
            "/", home, home + "/invitations", $"{home}/invitations/{handed}/link", $"{home}/invitations/{handed}/change", home + "/invitations/open", home + "/invitations/import",
            $"/print/{handed}", home + "/requests", home + "/activity", home + "/settings", home + "/devices", $"{home}/members/{me}", $"{home}/children/{mia}",
            "/settings/family-management", "/settings/babies/share", "/settings/babies/requests", "/operator",
        })
        {
            await OpenAsync(olga, path);
        }

        await using var stranger = await browsers.VisitAsync();
        await OpenAsync(stranger, new Uri(link).PathAndQuery);
        return (home, baby);
    }

    private async Task InvitedAsync(Visitor ben, string home, string baby)
    {
        await OpenAsync(ben, "/account/shared");
        await OpenAsync(ben, $"/request-access?familyId={home.Split('/')[^1]}");
        var mail = await browsers.Server.Mailbox.WaitForAsync("gran.pages@example.org");
        var link = DevelopmentMailbox.LinkIn(mail).PathAndQuery;
        foreach (var way in new[] { "/j/", "/invite/", "/accept-invite/", "/join/" })
        {
            await OpenAsync(ben, way + link.Split('/')[^1]);
        }

        await Expect(ben.Heading).ToHaveTextAsync("This invitation is for another address");
        await ben.AssertGoodAsync();
        await ben.Button("Prove it by a code").ClickAsync();
        await Expect(ben.Page.Locator("input[name=code]")).ToBeVisibleAsync();
        await LookAsync(ben);
        await OpenAsync(ben, baby);
        await OpenAsync(ben, StopLink(mail));
        await OpenAsync(ben, "/dev/mailbox");
        await ben.Page.Locator(".mails a").First.ClickAsync();
        await Expect(ben.Page.Locator(".mail-headers")).ToHaveCountAsync(1);
        await LookAsync(ben);
    }

    private async Task TabletAsync(Visitor tablet, string home)
    {
        await tablet.GoAsync("/sign-in?return=" + Uri.EscapeDataString(home + "/devices"));
        await tablet.SignInAsync(BrowserFixture.Operator);
        await tablet.Field("Which tablet is it?").FillAsync("Kitchen");
        await tablet.Button("Make it the family’s tablet").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Who are you?");
        await tablet.AssertGoodAsync();
        await tablet.Link("Noa").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Noa");
        await LookAsync(tablet);
        await tablet.GoAsync("/who");
        await tablet.Button("Mia").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Hello, Mia!");
        await LookAsync(tablet);
        await OpenAsync(tablet, "/who/leave");
    }

    private async Task AccountAsync(Visitor olga)
    {
        foreach (var path in new[] { "/account", "/account/sign-in", "/account/devices", "/account/confirm", "/account/address", "/account/delete" })
        {
            await OpenAsync(olga, path);
        }
    }

    private async Task OpenAsync(Visitor visitor, string path)
    {
        await visitor.GoAsync(path);
        if (routes.Of(path) is { } route)
        {
            opened[route] = true;
        }

        await LookAsync(visitor);
    }

    // Once each, by what it is: the same address is another page to somebody else, and where an address leads on, that page is looked at.
    private async Task LookAsync(Visitor visitor)
    {
        if (routes.Of(visitor.Path) is { } route)
        {
            opened[route] = true;
        }

        if (seen.TryAdd(await visitor.Page.TitleAsync(), true))
        {
            await visitor.AssertGoodAsync();
        }
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;

    private static string StopLink(string mail)
    {
        var text = mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal);
        var start = text.IndexOf("/mail/stop/", StringComparison.Ordinal);
        return text[start..text.IndexOfAny(['\r', '\n', ' ', '"', '>'], start)];
    }
}
