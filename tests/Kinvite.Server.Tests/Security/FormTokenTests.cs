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

    // Each takes something away that others need: they are tried in a house of their own.
    private static readonly string[] Consuming =
    [
        "/account/shared/{id:guid}/accept", "/account/shared/{id:guid}/decline", "/join/accept", "/join/decline", "/join/ask", "/join/switch", "/request-access/{id:guid}/withdraw",
        "/families/{familyId:guid}/requests/{id:guid}/deny", "/families/{familyId:guid}/members/{memberId:guid}/remove", "/families/{familyId:guid}/settings/delete",
        "/families/{familyId:guid}/settings/owner", "/account/devices/end", "/account/devices/end-others", "/account/devices/end-all", "/families/{familyId:guid}/devices/{id:guid}/remove", "/families/{familyId:guid}/devices", "/sign-out", "/account/delete",
    ];

    private IReadOnlyList<MappedRoute> Forms =>
        [.. MappedRoute.All(shared.App).Where(r => r.Method == "POST" && r.IsPage && r != OneClick).OrderBy(r => Array.IndexOf(Consuming, r.Pattern))];

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
                Assert.True(house.Browser.Status is HttpStatusCode.BadRequest or HttpStatusCode.SeeOther || form.Pattern is "/join/seen" || (form.Pattern == "/sign-up/first" && house.Browser.Status == HttpStatusCode.NotFound), $"{form} answered {(int)house.Browser.Status}");
                Assert.True(before == await house.StateAsync(), $"{form} with the token \"{token}\" changed something:\n{before}\n→\n{await house.StateAsync()}");
            }
        }

        await house.Browser.OpenAsync("/account", follow: false);
        Assert.Equal(HttpStatusCode.OK, house.Browser.Status);
    }

    [Fact]
    public async Task With_their_token_the_same_forms_do_something()
    {
        // So the test above holds back what would have happened: its fields are those that forms have.
        var house = await WholeHouse.StartAsync(shared);
        var idle = new List<MappedRoute>();
        foreach (var form in Forms)
        {
            if (Consuming.Contains(form.Pattern, StringComparer.Ordinal))
            {
                house.Dispose();
                house = await WholeHouse.StartAsync(shared);
            }

            var before = await house.StateAsync();
            await SendAsync(house, form, house.Fill(form), house.Fields(form));
            if (before == await house.StateAsync())
            {
                idle.Add(form);
            }
        }

        house.Dispose();
        Assert.True(idle.Count <= 27, $"{idle.Count} of {Forms.Count} did nothing: {string.Join(", ", idle)}");
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/x")]
    [InlineData("/\\evil.example/x")]
    [InlineData("javascript:alert(1)//evil.example")]
    public async Task Every_form_leads_on_to_a_page_of_this_server_wherever_it_is_told_to_go(string away)
    {
        using var house = await WholeHouse.StartAsync(shared);
        foreach (var form in Forms.Where(f => f.Pattern is not ("/account/delete" or "/account/devices/end-all" or "/join/switch" or "/sign-out"))
            .Concat([new("POST", "/join/switch"), new("POST", "/sign-out")]))
        {
            var fields = house.Fields(form);
            foreach (var name in new[] { "return", "back", "returnUrl", "next", "url", "continue", "redirect" })
            {
                fields[name] = away;
            }

            await SendAsync(house, form, $"{house.Fill(form)}?return={Uri.EscapeDataString(away)}&back={Uri.EscapeDataString(away)}", fields);
            StaysHere(house.Browser, form);
        }
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

    private static async Task SendAsync(WholeHouse house, MappedRoute form, string path, Dictionary<string, string> fields)
    {
        await house.Browser.OpenAsync("/sign-in");
        fields[Token] = TokenOf(house.Browser);
        await house.Browser.PostAsync(path, fields);
        Assert.True((int)house.Browser.Status < 500, $"{form} answered {(int)house.Browser.Status}");
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
