using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kinvite.Http;
using Kinvite.Pages;

namespace Kinvite.Tests.Pages;

public sealed partial class TextsTests
{
    private static readonly string[] Translations = ["es"];

    public static TheoryData<string> Sets => [.. Texts.Keys];

    private static readonly Dictionary<string, Dictionary<string, string>> Texts = SourceTree.Files(".resx")
        .Where(f => !Path.GetFileNameWithoutExtension(f).Contains('.', StringComparison.Ordinal))
        .ToDictionary(f => Path.GetRelativePath(SourceTree.Product, f), Read, StringComparer.Ordinal);

    private static readonly ILookup<string, string> Uses = FindUses().ToLookup(u => u.Set, u => u.Key, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_language_has_the_same_texts(string set)
    {
        foreach (var language in Translations)
        {
            var translated = Translated(set, language);
            Assert.Empty(Texts[set].Keys.Except(translated.Keys, StringComparer.Ordinal));
            Assert.Empty(translated.Keys.Except(Texts[set].Keys, StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_translation_fills_in_what_the_original_does(string set)
    {
        foreach (var language in Translations)
        {
            var translated = Translated(set, language);
            Assert.All(Texts[set], text => Assert.Equal(Placeholders(text.Value), Placeholders(translated[text.Key])));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_text_is_never_empty(string set) => Assert.All(
        Texts[set].Concat(Translations.SelectMany(l => Translated(set, l))), text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));

    [Theory]
    [MemberData(nameof(Sets))]
    public void What_pages_and_mails_say_is_there(string set) =>
        Assert.Empty(Uses[NameOf(set)].Where(use => !Texts[set].Keys.Any(key => Is(use, key))));

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_text_is_left_over(string set)
    {
        // Found by a code at run time, so no source names them: the two tests below hold them to what can happen.
        if (NameOf(set) is not (nameof(NoticeTexts) or nameof(ProblemTexts) or nameof(ProblemSentences)))
        {
            Assert.Empty(Texts[set].Keys.Where(key => !Uses[NameOf(set)].Any(use => Is(use, key)) && !Literals.Contains(key)));
        }
    }

    [Fact]
    public void Every_notice_has_its_text_and_every_text_its_notice()
    {
        var texts = Texts.Single(t => NameOf(t.Key) == nameof(NoticeTexts)).Value.Keys;
        Assert.Equal(texts.Order(StringComparer.Ordinal), Notices.All.Select(n => n.Key).Order(StringComparer.Ordinal));
        var fields = typeof(Notices).GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.FieldType == typeof(NoticeKey));
        Assert.Equal(fields.Count(), Notices.All.Count);
    }

    [Fact]
    public void Every_refusal_can_be_said_to_people()
    {
        var known = Texts.Single(t => NameOf(t.Key) == nameof(ProblemTexts)).Value.Keys;
        var codes = SourceTree.Files(".cs").SelectMany(f => ProblemCode().Matches(File.ReadAllText(f)).Select(m => m.Groups["code"].Value)).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(Problem.NotFound.Code, codes);
        Assert.Empty(codes.Except(known, StringComparer.Ordinal).Except(ForProgramsOnly, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_sort_of_activity_can_be_said()
    {
        var types = typeof(Kinvite.Activity.ActivityTypes).GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        Assert.Empty(types.Except(Texts.Single(t => NameOf(t.Key) == "ActivityTexts").Value.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void A_use_of_a_text_that_is_not_there_would_be_found() =>
        Assert.Contains(("SomeTexts", "Missing"), UsesIn("@inject IStringLocalizer<SomeTexts> T\n<p>@T[\"Missing\", 1]</p>"));

    [Fact]
    public void A_text_named_by_its_beginning_is_one_of_those_that_begin_so()
    {
        Assert.Contains(("SomeTexts", "May*"), UsesIn("@inject IStringLocalizer<SomeTexts> T\n<p>@T[\"May\" + permission]</p>"));
        Assert.True(Is("May*", "MayView"));
        Assert.False(Is("May*", "MustView"));
        Assert.False(Is("May", "MayView"));
    }

    // Texts may be kept under a code of the product, as activity is: then the code stands in the sources.
    private static readonly HashSet<string> Literals = SourceTree.Files(".cs", ".razor")
        .SelectMany(f => Quoted().Matches(File.ReadAllText(f)).Select(m => m.Groups["key"].Value)).ToHashSet(StringComparer.Ordinal);

    // Answers to calls and commands that no page makes.
    private static readonly string[] ForProgramsOnly =
        ["method", "media_type", "request.header_missing", "request.cross_site", "request.invalid", "hook.unsigned", "idempotency.mismatch", "idempotency.in_progress", "keys.too_many"];

    private static IEnumerable<(string Set, string Key)> FindUses() => SourceTree.Files(".cs", ".razor").SelectMany(f => UsesIn(File.ReadAllText(f)));

    private static IEnumerable<(string Set, string Key)> UsesIn(string source)
    {
        foreach (Match localizer in Localizer().Matches(source))
        {
            var use = new Regex($@"\b{localizer.Groups["name"].Value}\[(?<keys>""[^""]+""(?<more>\s*\+)?|[^\]""]*\?[^\]]*)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            foreach (Match match in use.Matches(source))
            {
                foreach (Match key in Quoted().Matches(match.Groups["keys"].Value))
                {
                    yield return (localizer.Groups["set"].Value, key.Groups["key"].Value + (match.Groups["more"].Success ? "*" : ""));
                }
            }
        }
    }

    private static bool Is(string use, string key) =>
        use.EndsWith('*') ? key.StartsWith(use[..^1], StringComparison.Ordinal) : string.Equals(use, key, StringComparison.Ordinal);

    private static string NameOf(string set) => Path.GetFileNameWithoutExtension(set);

    private static Dictionary<string, string> Translated(string set, string language) =>
        Read(Path.ChangeExtension(Path.Combine(SourceTree.Product, set), $"{language}.resx"));

    private static Dictionary<string, string> Read(string file) => XDocument.Load(file).Root!.Elements("data")
        .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static string Placeholders(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\d+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"IStringLocalizer<(?<set>\w+)>\s+(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Localizer();

    [GeneratedRegex(@"""(?<key>[\w.]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"new(?: Problem)?\(\s*[45]\d\d, ""(?<code>[a-z_.]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProblemCode();
}
