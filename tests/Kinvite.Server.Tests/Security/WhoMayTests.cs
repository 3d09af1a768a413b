using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>Every route that changes something, found at run time, tried by those who may not: signed out, with a cookie from elsewhere, as somebody who may only look.</summary>
public sealed class WhoMayTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // What is for anybody, because signing in begins with it or the link is the proof.
    internal static readonly string[] ForAnybody =
    [
        "/api/auth/codes", "/api/auth/codes/verify", "/api/auth/refresh", "/api/auth/logout", "/api/auth/register", "/api/auth/login", "/api/auth/password/forgot", "/api/auth/password/reset",
        "/api/invites/{token}/decline", "/api/invites/{token}/seen", "/mail/stop/{token}",
        "/sign-in", "/sign-up", "/sign-in/code", "/sign-in/resend", "/sign-in/link", "/sign-in/passkey", "/sign-in/passkey/options", "/language", "/join/paste", "/join/decline", "/join/seen",
        "/password/forgot", "/password/reset", "/sign-up/first", "/sign-in/password",
    ];

    // What everybody in a family may: to ask what they may, and to go.
    private static readonly string[] ForEveryMember = ["/api/families/{familyId:guid}/leave", "/families/{familyId:guid}/leave"];

    private IEnumerable<MappedRoute> Changing => MappedRoute.All(shared.App).Where(r => r.Method is not ("GET" or "HEAD") && !r.Pattern.StartsWith("/api/hooks/", StringComparison.Ordinal));

    [Fact]
    public async Task Signed_out_one_changes_nothing_but_what_is_for_anybody()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var nobody = new Browser(shared.App);
        await nobody.OpenAsync($"/join/{house.Token}", follow: false);
        var inHand = nobody.SeeOther!["/join?i=".Length..];
        var before = await house.StateAsync();
        foreach (var route in Changing.Where(r => !ForAnybody.Contains(r.Pattern, StringComparer.Ordinal)))
        {
            var status = await SendAsync(house, nobody, route, inHand: inHand);
            Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.SeeOther || (route.IsPage && status == HttpStatusCode.BadRequest), $"{route} answered {(int)status}");
            Assert.True(before == await house.StateAsync(), $"{route} changed something:\n{before}\n→\n{await house.StateAsync()}");
        }
    }

    [Fact]
    public async Task A_cookie_alone_changes_nothing_by_any_call_of_programs()
    {
        using var house = await WholeHouse.StartAsync(shared);
        var before = await house.StateAsync();
        foreach (var route in Changing.Where(r => !r.IsPage))
        {
            using var request = new HttpRequestMessage(new(route.Method), house.Fill(route)) { Content = new StringContent(WholeHouse.Body(route), System.Text.Encoding.UTF8, "application/json") };
            using var answer = await house.Browser.Client.SendAsync(request);
            await answer.ProblemAsync(400, "request.header_missing");
            Assert.True(before == await house.StateAsync(), $"{route} changed something:\n{before}\n→\n{await house.StateAsync()}");
        }
    }

    [Fact]
    public async Task ROL_S07_Who_may_only_look_changes_nothing_in_the_family_by_any_route()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var relative = await house.Circle.BrowserOfAsync(house.Relative);
        var before = await house.StateAsync();
        var tried = Changing.Where(r => (r.Pattern.Contains("{familyId", StringComparison.Ordinal) || r.Pattern.StartsWith("/api/family/", StringComparison.Ordinal))
            && !ForEveryMember.Contains(r.Pattern, StringComparer.Ordinal)).ToList();
        Assert.InRange(tried.Count, 30, 500);
        foreach (var route in tried)
        {
            // Their own name and picture are theirs to change; the family's owner's are not.
            var path = route.Fill(p => p == "memberId" || (p == "id" && route.Pattern.Contains("/members/", StringComparison.Ordinal)) ? house.Owner : house.IdFor(route.Pattern, p));
            var status = await SendAsync(house, relative, route, path, house.Relative);
            Assert.InRange((int)status, 200, 499);
            Assert.True(before == await house.StateAsync(), $"{route} changed something ({(int)status}):\n{before}\n→\n{await house.StateAsync()}");
        }
    }

    private static async Task<HttpStatusCode> SendAsync(WholeHouse house, Browser browser, MappedRoute route, string? path = null, Person? person = null, string? inHand = null)
    {
        HttpContent content = new StringContent(WholeHouse.Body(route), System.Text.Encoding.UTF8, "application/json");
        if (route.IsPage)
        {
            await browser.OpenAsync("/sign-in");
            var fields = house.Fields(route);
            fields["i"] = inHand ?? fields["i"];
            fields["__RequestVerificationToken"] = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            content = new FormUrlEncodedContent(fields);
        }

        using var request = new HttpRequestMessage(new(route.Method), path ?? house.Fill(route)) { Content = content };
        using var answer = await (route.IsPage || person is null ? browser.Client : person.Client).SendAsync(request);
        return answer.StatusCode;
    }
}
