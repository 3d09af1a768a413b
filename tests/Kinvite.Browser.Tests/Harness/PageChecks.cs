using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Kinvite.Harness;

/// <summary>What every page promises, whatever is on it.</summary>
internal static class PageChecks
{
    private const int MostHtml = 60_000;
    private const int MostCss = 25_000;
    private const int MostJs = 15_000;

    /// <summary>axe finds nothing in light and in dark, nothing is wider than the phone, targets fit a thumb, sizes are kept, no other host is asked.</summary>
    public static async Task AssertGoodAsync(this Visitor visitor)
    {
        var page = visitor.Page;
        await page.WaitForLoadStateAsync(LoadState.Load);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            // What is dark differs in its colours alone.
            var found = scheme == ColorScheme.Light ? await page.RunAxe() : await page.RunAxe(new AxeRunOptions { RunOnly = new() { Type = "rule", Values = ["color-contrast"] } });
            Assert.True(
                found.Violations.Length == 0,
                $"axe on {visitor.Path} in {scheme}:\n" + string.Join('\n', found.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}")));
        }

        await visitor.AssertSmallAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{visitor.Path} is wider than a phone.");
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea")]
              .filter(e => e.checkVisibility() && !(e.closest("p, dd") && e.matches("a")) && !e.matches(".skip"))
              .map(e => e.closest("label.choice, label.check") ?? e)
              .filter(e => e.getBoundingClientRect().height < 44)
              .map(e => e.outerHTML.slice(0, 120))
            """);
        Assert.True(small.Length == 0, $"Too small for a thumb on {visitor.Path}: {string.Join(" | ", small)}");
    }

    /// <summary>Sizes, inline code and foreign hosts; for browsers without scripts too.</summary>
    public static async Task AssertSmallAsync(this Visitor visitor)
    {
        var page = visitor.Page;
        var html = await page.ContentAsync();
        Assert.True(html.Length < MostHtml, $"{visitor.Path} has {html.Length} characters.");
        var styles = await page.Locator("link[rel=stylesheet]").EvaluateAllAsync<string[]>("all => all.map(e => e.href)");
        var scripts = await page.Locator("script").EvaluateAllAsync<string[]>("all => all.map(e => e.src)");
        Assert.DoesNotContain("", scripts);
        Assert.Equal(0, await page.Locator("style, [style]").CountAsync());
        Assert.True(await SumAsync(visitor, styles) < MostCss, "The style sheets are too big.");
        Assert.True(await SumAsync(visitor, scripts) < MostJs, "The scripts are too big.");
        Assert.Empty(visitor.ForeignRequests);
        Assert.Empty(visitor.Complaints);
    }

    private static async Task<int> SumAsync(Visitor visitor, IEnumerable<string> addresses)
    {
        var sum = 0;
        foreach (var address in addresses)
        {
            sum += await visitor.SizeOfAsync(address);
        }

        return sum;
    }
}
