using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>What every page tells the browser, asked of every page there is: to those inside, to strangers, and where it is a refusal.</summary>
public sealed class PageHeadersTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // Reached by links from messages, or made to show one (api.md, "Links and pages").
    private static readonly string[] OfLinks = ["/join", "/j/", "/invite/", "/accept-invite/", "/invite-link/", "/sign-in/link", "/mail/stop", "/print/"];

    [Fact]
    public async Task TOK_S03_No_page_is_kept_framed_or_indexed_by_its_link_or_asks_another_host_for_anything()
    {
        using var house = await WholeHouse.StartAsync(shared);
        using var nobody = new Browser(shared.App);
        var pages = MappedRoute.All(shared.App).Where(r => r.IsPage && r.Method == "GET").Select(house.Fill)
            .Concat([$"/join?i={house.InHand}", "/no-such-page", "/account/nothing", $"/families/{Guid.Empty}"]).ToList();
        var read = 0;
        foreach (var page in pages)
        {
            foreach (var client in new[] { house.Browser.Client, nobody.Client })
            {
                using var answer = await client.GetAsync(page);
                HasHeaders(answer, page);
                if (answer.Content.Headers.ContentType?.MediaType == "text/html" && !page.StartsWith("/dev/", StringComparison.Ordinal))
                {
                    AsksNobodyElse(await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync()), page);
                    read++;
                }
            }
        }

        Assert.InRange(read, 30, 1000);
    }

    [Fact]
    public async Task TOK_S03_A_form_that_is_refused_has_the_headers_of_its_page()
    {
        using var house = await WholeHouse.StartAsync(shared);
        foreach (var form in MappedRoute.All(shared.App).Where(r => r.IsPage && r.Method == "POST"))
        {
            using var nothing = new FormUrlEncodedContent([]);
            using var answer = await house.Browser.Client.PostAsync(form.Pattern.StartsWith("/mail/stop", StringComparison.Ordinal) ? "/mail/stop/forged" : house.Fill(form), nothing);
            Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
            HasHeaders(answer, form.Pattern);
        }
    }

    private static void HasHeaders(HttpResponseMessage answer, string page)
    {
        Assert.True((int)answer.StatusCode < 500, $"{page} answered {(int)answer.StatusCode}");
        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join("; ", values) : "";

        var policy = Header("Content-Security-Policy");
        Assert.All(
            ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"],
            part => Assert.True(policy.Contains(part, StringComparison.Ordinal), $"{page} has the policy \"{policy}\""));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.True(Header("X-Content-Type-Options") == "nosniff", page);
        Assert.True(Header("Cache-Control").Contains("no-store", StringComparison.Ordinal), $"{page} may be kept: {Header("Cache-Control")}");
        var ofLink = OfLinks.Any(p => page.StartsWith(p, StringComparison.Ordinal));
        Assert.True(Header("Referrer-Policy") == "no-referrer" || (!ofLink && Header("Referrer-Policy") == "same-origin"), $"{page} has the Referrer-Policy {Header("Referrer-Policy")}");
        Assert.True(!ofLink || Header("X-Robots-Tag") == "noindex", page);
    }

    private static void AsksNobodyElse(IDocument html, string page)
    {
        var elements = html.All.ToList();
        Assert.All(elements.Where(e => e.LocalName is "script" or "style" or "iframe" or "object" or "embed" or "base"), e =>
            Assert.True(e.LocalName == "script" && e.TextContent.Length == 0 && e.HasAttribute("src"), $"{page} has {e.OuterHtml}"));
        Assert.All(elements.SelectMany(e => e.Attributes.Select(a => (Element: e, Attribute: a))), x =>
        {
            Assert.False(x.Attribute.Name is "style" || x.Attribute.Name.StartsWith("on", StringComparison.Ordinal), $"{page} has {x.Element.OuterHtml}");
            var fetches = x.Attribute.Name is "src" or "srcset" or "poster" or "data" || x.Attribute.Name is "href" && x.Element.LocalName is "link" or "use" or "image";
            Assert.False(fetches && (!x.Attribute.Value.StartsWith('/') || x.Attribute.Value.StartsWith("//", StringComparison.Ordinal)) && !x.Attribute.Value.StartsWith('#'), $"{page} asks for {x.Attribute.Value}");
        });
    }
}
