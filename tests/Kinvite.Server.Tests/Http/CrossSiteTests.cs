using System.Net;
using System.Text;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Http;

/// <summary>What another site makes a signed-in browser send changes nothing.</summary>
public sealed class CrossSiteTests(BothEnvironments both) : IClassFixture<BothEnvironments>
{
    public static TheoryData<string> In => ["Development", "Production"];

    [Theory]
    [MemberData(nameof(In))]
    public async Task A_cookie_alone_changes_nothing_on_any_route(string environment)
    {
        var circle = both[environment];
        using var browser = await BrowserAsync(circle);
        foreach (var (method, path, body) in new (HttpMethod, string, string?)[]
        {
            (HttpMethod.Post, "/api/families", """{"name":"Mallory"}"""),
            (HttpMethod.Patch, "/api/account", """{"displayName":"Mallory"}"""),
            (HttpMethod.Post, circle.Invites, """{"invites":[{"email":"mallory@example.org"}]}"""),
            (HttpMethod.Post, $"{circle.Path}/leave", null),
            (HttpMethod.Post, "/api/auth/logout", null),
            (HttpMethod.Post, $"/api/invites/{both.Token(environment)}/accept", null),
            (HttpMethod.Delete, $"{circle.Path}/members/{Guid.Empty}", null),
        })
        {
            foreach (var header in new (string, string)[] { ("X-Other", "1"), ("X-Kinvite-Request", "0"), ("X-Kinvite-Request", "") })
            {
                using var answer = await browser.RequestAsync(method, path, body, header);
                await answer.ProblemAsync(400, "request.header_missing");
            }
        }

        await browser.GetAsync("/api/account");
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task INP_S03_Another_sites_form_is_refused_however_it_is_sent(string environment)
    {
        var circle = both[environment];
        using var browser = await BrowserAsync(circle);
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x" })
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"name":"Mallory"}"""));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await browser.RequestAsync(HttpMethod.Post, "/api/families", content, ("Origin", "https://evil.example"));
            Assert.InRange((int)answer.StatusCode, 400, 415);
        }

        Assert.Equal(1, (await browser.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task What_a_browser_calls_cross_site_is_refused_and_reading_is_not(string environment)
    {
        var circle = both[environment];
        using var browser = await BrowserAsync(circle);
        foreach (var person in new[] { browser, circle.Founder, circle.Stranger() })
        {
            using var refused = await person.RequestAsync(
                HttpMethod.Post, "/api/families", """{"name":"Mallory"}""", ("Sec-Fetch-Site", "cross-site"), ("X-Kinvite-Request", "1"));
            await refused.ProblemAsync(403, "request.cross_site");
        }

        using var read = await browser.RequestAsync(HttpMethod.Get, "/api/families", body: null, ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Theory]
    [InlineData("same-origin")]
    [InlineData("same-site")]
    [InlineData("none")]
    public async Task Ones_own_page_goes_through_with_the_header(string site)
    {
        using var browser = await BrowserAsync(both["Development"]);
        using var answer = await browser.RequestAsync(HttpMethod.Patch, "/api/account", """{"timeZone":"Europe/Oslo"}""", ("Sec-Fetch-Site", site), ("X-Kinvite-Request", "1"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(In))]
    public async Task No_other_origin_is_allowed_to_read(string environment)
    {
        using var answer = await both[environment].Founder.RequestAsync(HttpMethod.Get, "/api/families", body: null, ("Origin", "https://evil.example"));
        using var preflight = await both[environment].Stranger().RequestAsync(
            HttpMethod.Options, "/api/families", body: null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-kinvite-request"));

        Assert.DoesNotContain(answer.Headers.Concat(preflight.Headers), h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    // Signed in as the founder, by a cookie as pages have it.
    private static async Task<Person> BrowserAsync(Circle circle)
    {
        await using var scope = circle.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        var (session, tokens) = Session.Start(circle.Founder.AccountId, SessionKind.Web, "a browser", circle.App.Clock.Now());
        db.Add(session);
        await db.SaveChangesAsync();
        var browser = circle.App.NewPerson();
        browser.Cookies.Add(circle.App.Address, new Cookie("kinvite", tokens.Access));
        return browser;
    }
}
