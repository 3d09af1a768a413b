using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Kinvite.Harness;
using Kinvite.Http;

namespace Kinvite.Server.Tests.Http;

/// <summary>The codes are for programs, so all of them are written down: <c>docs/problems.md</c> is made from the code and compared here.</summary>
public sealed partial class ProblemListTests
{
    private const string Head = """
        # Problem codes

        Every refusal is an RFC 9457 problem (`application/problem+json`) with `type` (`urn:kinvite:problem:{code}`), `title`, `status`, `detail` and `code`.
        A code never changes once released, and a program compares nothing else; title and detail are for people and may be worded better at any time.
        A code that stands here twice is told apart by its detail alone. `validation` also has `errors`: what is wrong with which field.

        | code | status | title | what to do |
        |---|---|---|---|

        """;

    [Fact]
    public async Task The_committed_list_is_what_the_code_says()
    {
        var text = new StringBuilder(Head);
        foreach (var problem in All().OrderBy(p => p.Code, StringComparer.Ordinal).ThenBy(p => p.Detail, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{problem.Code}` | {problem.Status} | {problem.Title} | {problem.Detail} |\n");
        }

        var fresh = Repository.Below("artifacts", "problems.md");
        Directory.CreateDirectory(Path.GetDirectoryName(fresh)!);
        await File.WriteAllTextAsync(fresh, text.ToString());
        var committed = Repository.Below("docs", "problems.md");
        Assert.True(
            File.Exists(committed) && await File.ReadAllTextAsync(committed) == text.ToString(),
            "docs/problems.md is not current. Look at what changed, and when it is meant: cp artifacts/problems.md docs/problems.md");
    }

    [Fact]
    public void No_problem_hides_inside_a_method()
    {
        var known = All().Select(p => p.Code).ToHashSet(StringComparer.Ordinal);
        var written = Directory.EnumerateFiles(Repository.Below("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => Written().Matches(File.ReadAllText(f))).Select(m => m.Groups["code"].Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(written.Count > 30, "The pattern finds the codes no more.");
        Assert.Empty(written.Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public void A_code_has_one_status_and_is_written_alike()
    {
        Assert.All(All().GroupBy(p => p.Code, StringComparer.Ordinal), c => Assert.Single(c.Select(p => p.Status).Distinct()));
        Assert.All(All(), p => Assert.Matches("^[a-z][a-z_]*(\\.[a-z_]+)?$", p.Code));
        Assert.All(All(), p => Assert.False(string.IsNullOrWhiteSpace(p.Title) || p.Title.EndsWith('.')));
        Assert.All(All(), p => Assert.EndsWith(".", p.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_title_and_every_detail_is_there_in_every_language()
    {
        var said = All().SelectMany(p => new[] { p.Title, p.Detail })
            .Concat(Directory.EnumerateFiles(Repository.Below("src"), "*.cs", SearchOption.AllDirectories).SelectMany(f => Reworded().Matches(File.ReadAllText(f)).Select(m => m.Groups["text"].Value)))
            .Select(ProblemLanguage.KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var language in new[] { "", ".es" })
        {
            var texts = System.Xml.Linq.XDocument.Load(Repository.Below("src", "Kinvite", "Http", $"ProblemSentences{language}.resx")).Root!.Elements("data")
                .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);
            Assert.Empty(said.Except(texts.Keys, StringComparer.Ordinal));
            Assert.All(texts, t => Assert.Equal(language.Length == 0, t.Key == t.Value));
        }
    }

    // Fields, and what makes a problem from a number or a time.
    private static List<Problem> All()
    {
        const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var types = typeof(Problem).Assembly.GetTypes().Where(t => !t.IsGenericTypeDefinition).ToList();
        var fields = types.SelectMany(t => t.GetFields(Static)).Where(f => f.FieldType == typeof(Problem)).Select(f => (Problem?)f.GetValue(null));
        var made = types.SelectMany(t => t.GetMethods(Static))
            .Where(m => m.ReturnType == typeof(Problem) && !m.IsGenericMethod && m.GetParameters() is [{ ParameterType: var only }] && (only == typeof(int) || only == typeof(TimeSpan)))
            .Select(m => (Problem?)m.Invoke(null, [m.GetParameters()[0].ParameterType == typeof(int) ? 5 : TimeSpan.FromDays(7)]));
        return [.. fields.Concat(made).OfType<Problem>().Append(Problem.Invalid("field", "What is wrong.")).DistinctBy(p => (p.Code, p.Detail))];
    }

    [GeneratedRegex("""with \{ (?:Title = "[^"]*", )?Detail = "(?<text>[^"]*)" """, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reworded();

    [GeneratedRegex("""\b[45]\d\d,\s*"(?<code>[a-z][a-z_]*(?:\.[a-z_]+)?)",""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Written();
}
