using System.Text;
using AngleSharp.Html.Parser;
using Kinvite.Delivery.Mime;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>Names and messages that would be markup, a template or a header, wherever they are shown again: on every page, in every mail.</summary>
public sealed class HostileTextTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Name = "\"><img src=x onerror=alert(1)>{{913*907}}x@(913*907)y{0}%s${x}</title>";
    private const string Message = "</blockquote><script>alert(1)</script><a href=\"javascript:alert(1)\">Tap</a>\n{{913*907}} {0} %s ${x} @(913*907) &lt;b&gt;\n<style>*{display:none}</style>";

    [Fact]
    public async Task MSG_S01_MSG_S04_Markup_and_templates_of_people_are_text_on_every_page()
    {
        using var house = await WholeHouse.StartAsync(shared, Name, Name, Message);
        using var browser = await house.Circle.BrowserOfAsync(house.Circle.Founder, "es");
        await browser.OpenAsync($"/j/{house.Token}", follow: false);
        var shown = 0;
        foreach (var page in MappedRoute.All(shared.App).Where(r => r.IsPage && r.Method == "GET").Select(house.Fill).Append($"/join?i={house.InHand}").Append(browser.SeeOther!))
        {
            foreach (var reader in new[] { house.Browser, browser })
            {
                await reader.OpenAsync(page);
                Assert.True((int)reader.Status < 500, $"{page} answered {(int)reader.Status}");
                IsText(reader.Page, page);
                shown += reader.Page.DocumentElement.TextContent.Contains(Name, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        Assert.InRange(shown, 15, 1000);
    }

    [Fact]
    public async Task MSG_S01_MSG_S04_Markup_and_templates_of_people_are_text_in_a_form_that_comes_back()
    {
        using var house = await WholeHouse.StartAsync(shared);
        foreach (var form in MappedRoute.All(shared.App).Where(r => r.IsPage && r.Method == "POST" && !r.Pattern.StartsWith("/mail/stop", StringComparison.Ordinal)))
        {
            var fields = house.Fields(form).ToDictionary(f => f.Key, _ => Message, StringComparer.Ordinal);
            fields["i"] = house.InHand;
            await house.Browser.PostAsync(house.Fill(form), fields);
            Assert.True((int)house.Browser.Status < 500, $"{form} answered {(int)house.Browser.Status}");
            IsText(house.Browser.Page, form.Pattern);
        }
    }

    [Fact]
    public async Task MSG_S01_MSG_S04_Markup_and_templates_of_people_are_text_in_every_mail()
    {
        using var house = await WholeHouse.StartAsync(shared, Name, Name, Message);
        await house.Circle.Founder.PatchAsync($"{house.Circle.Path}/members/{house.IdFor("/members/{id}", "id")}", new { accessUntil = shared.App.Clock.GetUtcNow().AddHours(30) });
        await house.StateAsync();
        var mails = shared.App.Mailbox.To("@example.org").Select(raw => (Raw: raw, Mail: MimeReader.Read(Encoding.UTF8.GetBytes(raw)))).ToList();
        var named = 0;
        foreach (var (raw, mail) in mails)
        {
            var html = await new HtmlParser().ParseDocumentAsync(mail.Html);
            IsText(html, mail.Header("Subject"));
            Assert.All(html.QuerySelectorAll("a[href]"), a => Assert.StartsWith("http://localhost:5080/", a.GetAttribute("href"), StringComparison.Ordinal));
            Assert.Equal(("", ""), (mail.Header("Cc"), mail.Header("Bcc")));
            Assert.Contains("kinvite@localhost", mail.Header("From"), StringComparison.Ordinal);
            Assert.All(raw.ReplaceLineEndings("\n").Split("\n\n")[0].Split('\n'), line => Assert.Matches("^([A-Za-z-]+: |[ \t])", line));
            named += html.DocumentElement.TextContent.Contains("{{913*907}}", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(named, 5, mails.Count);
    }

    private static void IsText(AngleSharp.Dom.IDocument html, string where)
    {
        Assert.All(html.All, e => Assert.DoesNotContain(e.Attributes, a => a.Name.StartsWith("on", StringComparison.Ordinal)));
        Assert.True(html.QuerySelector("img[src=x], script:not([src]), a[href^='javascript:']") is null, $"{where} has {html.QuerySelector("img[src=x], script:not([src]), a[href^='javascript:']")?.OuterHtml}");
        Assert.DoesNotContain(html.QuerySelectorAll("style"), s => s.TextContent.Contains("*{display:none}", StringComparison.Ordinal));
        // A template that was run would have left its result; no code of six digits looks like it.
        Assert.DoesNotContain("828091", html.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }
}
