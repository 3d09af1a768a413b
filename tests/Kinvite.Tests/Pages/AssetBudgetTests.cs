using System.Text.RegularExpressions;

namespace Kinvite.Tests.Pages;

public sealed partial class AssetBudgetTests
{
    private static readonly DirectoryInfo Root = new(Path.Combine(SourceTree.Product, "wwwroot"));

    [Fact]
    public void The_style_of_all_pages_stays_under_25_kB() => Assert.InRange(Root.GetFiles("*.css").Sum(f => f.Length), 1, 25_000);

    [Fact]
    public void All_scripts_together_stay_under_15_kB() => Assert.InRange(Root.GetFiles("*.js").Sum(f => f.Length), 1, 15_000);

    [Fact]
    public void Nothing_is_asked_of_another_host()
    {
        foreach (var file in Root.GetFiles())
        {
            var text = File.ReadAllText(file.FullName).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.DoesNotMatch("https?://|url\\(['\"]?//|@import", text);
        }
    }

    [Fact]
    public void No_page_has_an_inline_style_or_script() => Assert.All(
        SourceTree.Files(".razor").Where(f => Path.GetFileName(f) != "LetterHtml.razor"),
        file => Assert.DoesNotMatch(Inline(), File.ReadAllText(file)));

    [Fact]
    public void The_style_assumes_no_direction_of_reading() =>
        Assert.DoesNotMatch(Physical(), File.ReadAllText(Path.Combine(Root.FullName, "kinvite.css")));

    [GeneratedRegex(@"\sstyle=|\son\w+=""|<style|<script(?![^>]*\bsrc=)|javascript:", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    // Positions of the select's arrow are the exception: a background knows no logical side, so it is given for both.
    [GeneratedRegex(@"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|[;{]\s*(left|right):", RegexOptions.None, 1000)]
    private static partial Regex Physical();
}
