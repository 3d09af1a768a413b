using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>Every form of every page, found at run time: without the token of its page it does nothing, with it it does what it says and stays here.</summary>
public sealed class FormTokenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Token = "__RequestVerificationToken";

    // A mail program's one click (RFC 8058) has no page behind it: its link is the proof.
    private static readonly MappedRoute OneClick = new("POST", "/mail/stop/{token}");

    // After these nothing is left to try the others on.
    private static readonly string[] Last =
    [
        "/families/{familyId:guid}/leave", "/families/{familyId:guid}/settings/owner", "/families/{familyId:guid}/settings/delete", "/join/switch", "/sign-out",
        "/account/devices/end", "/account/devices/end-others", "/account/devices/end-all", "/account/delete",
    ];

    private IReadOnlyList<MappedRoute> Forms =>
        [.. MappedRoute.All(shared.App).Where(r => r.Method == "POST" && r.IsPage && r != OneClick).OrderBy(r => Array.IndexOf(Last, r.Pattern))];

    [Fact]
    public async Task No_form_of_any_page_does_anything_without_its_token()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var elsewhere = await house.Circle.BrowserOfAsync(house.Relative);
        await elsewhere.OpenAsync("/account");
        var anothers = TokenOf(elsewhere);
        Assert.InRange(Forms.Count, 45, 500);
        var before = await house.StateAsync();

        foreach (var form in Forms)
        {
            foreach (var token in new[] { null, "", "CfDJ8forged", anothers })
            {
                var fields = house.Fields(form);
                if (token is not null)
                {
                    fields[Token] = token;
                }

                await house.Browser.PostAsync(house.Fill(form), fields);
                Assert.True(house.Browser.Status is HttpStatusCode.BadRequest or HttpStatusCode.SeeOther, $"{form} answered {(int)house.Browser.Status}");
                Assert.True(before == await house.StateAsync(), $"{form} with the token \"{token}\" changed something:\n{before}\n→\n{await house.StateAsync()}");
            }
        }

        await house.Browser.OpenAsync("/account", follow: false);
        Assert.Equal(HttpStatusCode.OK, house.Browser.Status);
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/x")]
    [InlineData("/\\evil.example/x")]
    [InlineData("/%09/evil.example/x")]
    [InlineData("\t//evil.example/x")]
    [InlineData("javascript:alert(1)//evil.example")]
    public async Task Every_form_leads_on_to_a_page_of_this_server_wherever_it_is_told_to_go(string away)
    {
        using var house = await WholeHouse.StartAsync(shared);
        var effective = new List<MappedRoute>();
        foreach (var form in Forms)
        {
            var before = await house.StateAsync();
            await house.Browser.OpenAsync("/sign-in");
            var fields = house.Fields(form);
            foreach (var name in new[] { "return", "back", "returnUrl", "next", "url", "continue", "redirect" })
            {
                fields[name] = away;
            }

            fields[Token] = TokenOf(house.Browser);
            await house.Browser.PostAsync($"{house.Fill(form)}?return={Uri.EscapeDataString(away)}&back={Uri.EscapeDataString(away)}", fields);
            Assert.True((int)house.Browser.Status < 500, $"{form} answered {(int)house.Browser.Status}");
            StaysHere(house.Browser, form);
            if (before != await house.StateAsync())
            {
                effective.Add(form);
            }
        }

        // What the other test holds still does move: its fields are those that forms have.
        Assert.True(effective.Count >= 25, $"Only {effective.Count} of {Forms.Count} did something; these did not: {string.Join(", ", Forms.Except(effective))}");
    }

    [Fact]
    public async Task Every_page_leads_on_to_a_page_of_this_server_wherever_it_is_told_to_go()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var nobody = new Browser(shared.App);
        foreach (var page in MappedRoute.All(shared.App).Where(r => r.Method == "GET" && r.IsPage))
        {
            foreach (var away in new[] { "//evil.example/x", "https://evil.example/x", "/\\evil.example", "javascript:alert(1)//evil.example" })
            {
                foreach (var browser in new[] { house.Browser, nobody })
                {
                    var query = string.Join('&', new[] { "return", "back", "returnUrl", "next", "i", "token", "waiting", "earlier", "before" }.Select(name => $"{name}={Uri.EscapeDataString(away)}"));
                    await browser.OpenAsync($"{house.Fill(page)}?{query}", follow: false);
                    Assert.True((int)browser.Status < 500, $"{page} answered {(int)browser.Status}");
                    StaysHere(browser, page);
                }
            }
        }
    }

    private static void StaysHere(Browser browser, MappedRoute route)
    {
        Assert.True(browser.SeeOther is null || IsOwn(browser.SeeOther), $"{route} leads to {browser.SeeOther}");
        Assert.All(browser.Page.QuerySelectorAll("a[href], form[action], button[formaction], meta[http-equiv], input[name=return], input[name=back]"), element =>
        {
            foreach (var attribute in new[] { "href", "action", "formaction", "content", "value" })
            {
                var target = element.GetAttribute(attribute);
                Assert.False(target?.Contains("evil", StringComparison.Ordinal) == true && !IsOwn(target), $"{route} shows {element.OuterHtml}");
            }
        });
    }

    // As a browser reads it: white space and control characters fall away, a backslash is a slash.
    private static bool IsOwn(string target)
    {
        var here = new Uri("http://own.invalid/");
        var read = new string([.. target.Where(c => !char.IsControl(c)).Select(c => c == '\\' ? '/' : c)]).Trim();
        return read.StartsWith('/') && Uri.TryCreate(here, read, out var resolved) && resolved.Host == here.Host;
    }

    private static string TokenOf(Browser browser) => browser.Page.QuerySelector($"input[name={Token}]")!.GetAttribute("value")!;
}
