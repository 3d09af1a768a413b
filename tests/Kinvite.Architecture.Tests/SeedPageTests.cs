using System.Text.RegularExpressions;

namespace Kinvite.Architecture.Tests;

/// <summary>docs/seeds.md says for each promise where it lives and what defends it: it must not name what is not there, nor forget a test named after a document.</summary>
public sealed partial class SeedPageTests
{
    private static readonly IReadOnlyList<SourceFile> Files = [.. Repository.CSharp()];
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "seeds.md"));

    [Fact]
    public void Every_test_on_the_page_exists() => Assert.Empty(SeedPage.UnknownTests(Page, Files));

    [Fact]
    public void Every_test_named_after_a_document_is_on_the_page() => Assert.Empty(SeedPage.ForgottenTests(Page, Files));

    [Fact]
    public void Every_file_on_the_page_exists()
    {
        var product = Path.Combine(Repository.Root, "src", "Kinvite");
        var known = Directory.EnumerateFiles(product, "*", SearchOption.AllDirectories).Select(f => '/' + Path.GetRelativePath(product, f).Replace('\\', '/')).ToArray();

        Assert.Empty(SeedPage.Places(Page).Where(place => !known.Any(f => f.EndsWith('/' + place, StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_row_names_a_test() => Assert.Empty(SeedPage.RowsWithoutTest(Page));

    [Fact]
    public void What_is_wrong_on_a_page_is_caught()
    {
        IReadOnlyList<SourceFile> files = [new("tests/A.cs", "class PointsTests {\n public async Task Seed000_Vault_a_b() {}\n public Task Seed000_Vault_c() {}\n}")];
        const string page = "## 000\n| promise | where | tests |\n|---|---|---|\n| x | `A.cs` | `Seed000_Vault_a_b`, `PointsTests` |\n| y | `A.cs` | `Seed000_Vault_gone` |\n| z | `A.cs` | by hand |\n";

        Assert.Equal(["Seed000_Vault_gone"], SeedPage.UnknownTests(page, files));
        Assert.Equal(["Seed000_Vault_c"], SeedPage.ForgottenTests(page, files));
        Assert.Equal(["z"], SeedPage.RowsWithoutTest(page));
    }

    private static partial class SeedPage
    {
        public static IEnumerable<string> UnknownTests(string page, IReadOnlyList<SourceFile> files)
        {
            var known = files.Where(f => f.Name.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(f => Named().Matches(f.Text)).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
            return Rows(page).SelectMany(r => Tests(r[2])).Where(t => !known.Contains(t)).Distinct(StringComparer.Ordinal);
        }

        public static IEnumerable<string> ForgottenTests(string page, IReadOnlyList<SourceFile> files)
        {
            var named = Rows(page).SelectMany(r => Tests(r[2])).ToHashSet(StringComparer.Ordinal);
            return files.Where(f => !f.Name.EndsWith(nameof(SeedPageTests) + ".cs", StringComparison.Ordinal)).SelectMany(f => Named().Matches(f.Text)).Select(m => m.Groups[1].Value)
                .Where(t => OfDocument().IsMatch(t) && !named.Contains(t)).Distinct(StringComparer.Ordinal);
        }

        public static IEnumerable<string> RowsWithoutTest(string page) => Rows(page).Where(r => !Tests(r[2]).Any()).Select(r => r[0]);

        public static IEnumerable<string> Places(string page) => Rows(page).SelectMany(r => Ticked().Matches(r[1])).Select(m => m.Groups[1].Value)
            .Where(t => SourcePath().IsMatch(t)).Distinct(StringComparer.Ordinal);

        private static IEnumerable<string[]> Rows(string page) => page.Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| promise", StringComparison.Ordinal))
            .Select(l => l.Trim().Trim('|').Split(" | ", StringSplitOptions.TrimEntries));

        // Class.Method and Folder/Class name the last of them.
        private static IEnumerable<string> Tests(string cell) => Ticked().Matches(cell).Select(m => m.Groups[1].Value.Split('/', '.')[^1]);

        [GeneratedRegex("`([^`]+)`", RegexOptions.None, 1000)]
        private static partial Regex Ticked();

        [GeneratedRegex(@"(?:\b(?:Task|void)|\bclass)\s+(\w+)", RegexOptions.None, 1000)]
        private static partial Regex Named();

        [GeneratedRegex("^Seed00[0-9]_", RegexOptions.None, 1000)]
        private static partial Regex OfDocument();

        [GeneratedRegex(@"\.(cs|razor|json)$", RegexOptions.None, 1000)]
        private static partial Regex SourcePath();
    }
}
