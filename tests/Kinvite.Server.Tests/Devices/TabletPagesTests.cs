using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Devices;

/// <summary>The shared tablet in a browser without scripts: made one by an adult, used by children, given back by an adult; points and digits on a child's page.</summary>
public sealed class TabletPagesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Whoever_makes_a_browser_the_familys_tablet_is_signed_out_on_it_and_the_faces_are_there()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (mia, noa) = (await circle.ChildAsync(pin: Tablets.Pin), await circle.ChildAsync("Noa"));
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        var adult = Cookie(tablet, "kinvite");

        await MakeTabletAsync(tablet, circle);

        Assert.Null(Cookie(tablet, "kinvite"));
        Assert.True(tablet.Cookies.GetCookies(App.Address).Single(c => c.Name == "kinvite-tablet").HttpOnly);
        Assert.Contains("This is now the tablet of The Aasens. You are signed out here.", tablet.Text, StringComparison.Ordinal);
        Assert.NotNull(tablet.Page.QuerySelector($"a[href='/who/{mia}']"));
        Assert.NotNull(tablet.Page.QuerySelector($"form[action='/who/{noa}'] button"));
        // Whoever took the adult's cookie from the tablet before has nothing.
        using var thief = new Browser(App);
        thief.Cookies.Add(App.Address, new Cookie("kinvite", adult));
        await thief.OpenAsync($"/families/{circle.Id}", follow: false);
        Assert.StartsWith("/sign-in", thief.SeeOther, StringComparison.Ordinal);
        // The start page of a tablet are its faces.
        await tablet.OpenAsync("/");
        Assert.Contains("Who are you?", tablet.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_types_its_digits_sees_its_points_and_family_and_leaves_to_the_faces()
    {
        using var circle = await Circle.StartAsync(App, "chores", founder: "Ana Aasen");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        await circle.Founder.PostAsync($"{circle.Path}/members/{mia}/points", new { delta = 7, reason = "Fed the cat" }, HttpStatusCode.OK);
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);

        await tablet.OpenAsync($"/who/{mia}");
        await tablet.SendAsync($"/who/{mia}", ("pin", "9173"));
        Assert.Equal(HttpStatusCode.BadRequest, tablet.Status);
        Assert.Contains("These are not your digits.", tablet.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("9173", tablet.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);

        await tablet.SendAsync($"/who/{mia}", ("pin", Tablets.Pin));
        Assert.Equal("/who/me", tablet.SeeOther);
        await tablet.FollowAsync();
        Assert.Contains("Hello, Mia!", tablet.Text, StringComparison.Ordinal);
        Assert.Contains("7 points", tablet.Text, StringComparison.Ordinal);
        Assert.Contains("Fed the cat", tablet.Text, StringComparison.Ordinal);
        Assert.Contains("Ana Aasen", tablet.Text, StringComparison.Ordinal);

        await tablet.SendAsync("/who/out");
        await tablet.FollowAsync();
        Assert.Contains("Who are you?", tablet.Text, StringComparison.Ordinal);
        await tablet.OpenAsync("/who/me", follow: false);
        Assert.Equal("/who", tablet.SeeOther);
    }

    [Fact]
    public async Task Five_wrong_ones_lock_the_page_until_a_parent_opens_it_on_the_childs_page()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);
        await tablet.OpenAsync($"/who/{mia}");
        for (var i = 0; i < 5; i++)
        {
            await tablet.SendAsync($"/who/{mia}", ("pin", "9173"));
        }

        await tablet.SendAsync($"/who/{mia}", ("pin", Tablets.Pin));
        Assert.Equal(HttpStatusCode.TooManyRequests, tablet.Status);
        Assert.Contains("Too many wrong digits.", tablet.Text, StringComparison.Ordinal);

        using var parent = await circle.BrowserOfAsync(circle.Founder);
        await parent.OpenAsync($"/families/{circle.Id}/children/{mia}");
        Assert.Contains("several wrong tries", parent.Text, StringComparison.Ordinal);
        await parent.SendAsync($"/families/{circle.Id}/members/{mia}/pin/unlock");
        await parent.FollowAsync();
        Assert.Contains("Mia can try the digits again.", parent.Text, StringComparison.Ordinal);

        await tablet.SendAsync($"/who/{mia}", ("pin", Tablets.Pin));
        Assert.Equal("/who/me", tablet.SeeOther);
    }

    [Fact]
    public async Task A_child_that_is_in_reaches_no_page_of_the_family_the_account_or_the_server()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);
        await tablet.SendAsync($"/who/{mia}");

        foreach (var path in new[] { "", "/members/" + mia, "/children/" + mia, "/invitations", "/requests", "/activity", "/settings", "/devices" })
        {
            await tablet.OpenAsync($"/families/{circle.Id}{path}", follow: false);
            Assert.Equal("/who/me", tablet.SeeOther);
        }

        foreach (var path in new[] { "/account", "/account/devices", "/account/shared", "/welcome", "/operator" })
        {
            await tablet.OpenAsync(path, follow: false);
            Assert.True(tablet.SeeOther is "/who/me" || tablet.Status == HttpStatusCode.NotFound, $"{path}: {tablet.Status} {tablet.SeeOther}");
        }

        // The cookie of a child is no bearer, and carries no cross-site call either.
        using var asBearer = await circle.WithBearer(Cookie(tablet, "kinvite")!).RequestAsync(HttpMethod.Get, $"{circle.Path}/me");
        Assert.Equal(HttpStatusCode.Unauthorized, asBearer.StatusCode);
        using var check = await tablet.Client.PostAsync($"{circle.Path}/check", new StringContent("{\"capability\":\"family.view\"}", System.Text.Encoding.UTF8, "application/json"));
        await check.ProblemAsync(400, "request.header_missing");
    }

    [Fact]
    public async Task Leaving_takes_an_adult_of_the_family_who_signed_in_a_moment_ago()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        await circle.ChildAsync();
        var stranger = await circle.SomebodyAsync();
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);
        await tablet.OpenAsync("/who/leave");
        Assert.Contains("Only an adult who looks after the children can do this.", tablet.Text, StringComparison.Ordinal);
        Assert.NotNull(tablet.Page.QuerySelector("a[href='/sign-in?return=%2Fwho%2Fleave']"));

        await tablet.SignInAsync(App, stranger.Email);
        await tablet.OpenAsync("/who/leave");
        await tablet.SendAsync("/who/leave");
        Assert.Equal(HttpStatusCode.BadRequest, tablet.Status);
        Assert.Contains("You cannot do this here.", tablet.Text, StringComparison.Ordinal);

        await tablet.SignInAsync(App, circle.Founder.Email);
        await tablet.OpenAsync("/who");
        Assert.Contains("Ana Aasen is signed in on this tablet.", tablet.Text, StringComparison.Ordinal);
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await tablet.OpenAsync("/who/leave");
        await tablet.SendAsync("/who/leave");
        Assert.StartsWith("/account/confirm", tablet.SeeOther, StringComparison.Ordinal);

        await tablet.SignInAsync(App, circle.Founder.Email);
        await tablet.OpenAsync("/who/leave");
        await tablet.SendAsync("/who/leave");
        await tablet.FollowAsync();
        Assert.Null(Cookie(tablet, "kinvite-tablet"));
        Assert.Empty((await (await circle.SomebodyAsync(email: circle.Founder.Email)).GetAsync($"{circle.Path}/devices")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_adult_who_is_signed_in_on_a_tablet_is_out_when_a_child_comes_in()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);
        await tablet.SignInAsync(App, circle.Founder.Email);
        var adult = Cookie(tablet, "kinvite");
        await tablet.OpenAsync("/who");
        await tablet.SendAsync($"/who/{mia}");
        await tablet.FollowAsync();
        Assert.Contains("Hello, Mia!", tablet.Text, StringComparison.Ordinal);

        using var thief = new Browser(App);
        thief.Cookies.Add(App.Address, new Cookie("kinvite", adult));
        await thief.OpenAsync("/account", follow: false);
        Assert.StartsWith("/sign-in", thief.SeeOther, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tablet_that_is_removed_elsewhere_is_an_ordinary_browser_again()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        using var tablet = await circle.BrowserOfAsync(circle.Founder);
        await MakeTabletAsync(tablet, circle);
        await tablet.SendAsync($"/who/{mia}");
        using var parent = await circle.BrowserOfAsync(circle.Founder);
        await parent.OpenAsync($"/families/{circle.Id}/devices");
        Assert.Contains("Kitchen", parent.Text, StringComparison.Ordinal);
        var remove = parent.Page.QuerySelectorAll("form").Select(f => f.GetAttribute("action")!).Single(a => a.EndsWith("/remove", StringComparison.Ordinal));
        await parent.SendAsync(remove);
        await parent.FollowAsync();
        Assert.Contains("The tablet was removed.", parent.Text, StringComparison.Ordinal);

        await tablet.OpenAsync("/who/me");
        Assert.Contains("This is no family’s tablet", tablet.Text, StringComparison.Ordinal);
        Assert.Null(Cookie(tablet, "kinvite-tablet"));
    }

    [Fact]
    public async Task Points_and_digits_are_given_on_the_childs_page_and_what_is_wrong_keeps_what_was_typed()
    {
        using var circle = await Circle.StartAsync(App, "chores", founder: "Ana Aasen");
        var mia = await circle.ChildAsync();
        var (page, forms) = ($"/families/{circle.Id}/children/{mia}", $"/families/{circle.Id}/members/{mia}");
        using var parent = await circle.BrowserOfAsync(circle.Founder);
        await parent.OpenAsync(page);
        await parent.SendAsync($"{forms}/points", ("delta", "lots"), ("reason", "Fed the cat"), ("way", "give"));
        Assert.Equal(HttpStatusCode.BadRequest, parent.Status);
        Assert.Equal(("lots", "Fed the cat"), (parent.Page.QuerySelector("input[name=delta]")!.GetAttribute("value"), parent.Page.QuerySelector("input[name=reason]")!.GetAttribute("value")));

        await parent.SendAsync($"{forms}/points", ("delta", "12"), ("way", "give"));
        await parent.FollowAsync();
        Assert.Contains("Mia got the points.", parent.Text, StringComparison.Ordinal);
        await parent.SendAsync($"{forms}/points", ("delta", "5"), ("reason", "Ice cream"), ("way", "take"));
        await parent.FollowAsync();
        Assert.Contains("7 points", parent.Text, StringComparison.Ordinal);
        Assert.Contains("−5 Ice cream Ana Aasen · then 7 in all", parent.Text, StringComparison.Ordinal);

        await parent.SendAsync($"{forms}/pin", ("pin", "1234"));
        Assert.Equal(HttpStatusCode.BadRequest, parent.Status);
        Assert.Contains("Four digits that nobody would guess", parent.Text, StringComparison.Ordinal);
        await parent.SendAsync($"{forms}/pin", ("pin", Tablets.Pin));
        await parent.FollowAsync();
        Assert.Contains("types four digits", parent.Text, StringComparison.Ordinal);
        await parent.SendAsync($"{forms}/pin/remove");
        await parent.FollowAsync();
        Assert.Contains("comes in by the face alone", parent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_history_of_points_has_its_older_part_behind_a_link()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        for (var i = 1; i <= 25; i++)
        {
            await circle.Founder.PostAsync($"{circle.Path}/members/{mia}/points", new { delta = 1, reason = $"Time number {i}." }, HttpStatusCode.OK);
        }

        using var parent = await circle.BrowserOfAsync(circle.Founder);
        await parent.OpenAsync($"/families/{circle.Id}/children/{mia}");
        Assert.Contains("Time number 25.", parent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Time number 5.", parent.Text, StringComparison.Ordinal);
        await parent.OpenAsync(parent.Page.QuerySelectorAll("#points a").Select(a => a.GetAttribute("href")!).Single());
        Assert.Contains("Time number 1.", parent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_look_sees_points_and_no_form_for_them_nor_for_digits()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        using var carer = await circle.BrowserOfAsync(await circle.MemberAsync("caregiver"));

        await carer.OpenAsync($"/families/{circle.Id}/children/{mia}");

        Assert.Contains("0 points", carer.Text, StringComparison.Ordinal);
        Assert.Null(carer.Page.QuerySelector("form[action$='/points']"));
        Assert.Null(carer.Page.QuerySelector("#digits"));
        await carer.OpenAsync($"/families/{circle.Id}");
        Assert.Null(carer.Page.QuerySelector("a[href$='/devices']"));
    }

    private static async Task MakeTabletAsync(Browser browser, Circle circle)
    {
        await browser.OpenAsync($"/families/{circle.Id}");
        await browser.OpenAsync(browser.Page.QuerySelectorAll("a").Select(a => a.GetAttribute("href")!).Single(h => h.EndsWith("/devices", StringComparison.Ordinal)));
        await browser.SendAsync($"/families/{circle.Id}/devices", ("name", "Kitchen"));
        Assert.Equal("/who", browser.SeeOther);
        await browser.FollowAsync();
    }

    private string? Cookie(Browser browser, string name) => browser.Cookies.GetCookies(App.Address).SingleOrDefault(c => c.Name == name)?.Value;
}
