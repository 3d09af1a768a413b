using System.Text.RegularExpressions;

namespace Kinvite.Architecture.Tests;

/// <summary>How files and names look; each answers with what breaks it.</summary>
internal static partial class SourceRules
{
    public const int MostLines = 300;

    public static IEnumerable<string> FilesAreShort(IEnumerable<SourceFile> files) =>
        from file in files
        let lines = file.Text.AsSpan().Count('\n')
        where lines >= MostLines
        select $"{file.Name} has {lines} lines: a file is one thing, and fits in {MostLines}";

    public static IEnumerable<string> NamesSayWhatThingsAre(IEnumerable<ProductType> types) =>
        from type in types where EmptyWord().IsMatch(type.Name) select $"{type.FullName}: name it after what it is or does in the field";

    public static IEnumerable<string> NamespacesFollowFolders(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Name.StartsWith("src/Kinvite/", StringComparison.Ordinal)
        let declared = NamespaceLine().Match(file.Text).Groups[1].Value
        let expected = Path.GetDirectoryName(file.Name)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
        where declared.Length > 0 && declared != expected
        select $"{file.Name} is in namespace {declared}, its folder says {expected}";

    public static IEnumerable<string> NothingIsLeftForLater(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Name.StartsWith("src/", StringComparison.Ordinal)
        from Match match in Unfinished().Matches(file.Text)
        select $"{file.Name}: {match.Value}";

    public static IEnumerable<string> LogEventsHaveTheirOwnNumbers(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Name.StartsWith("src/", StringComparison.Ordinal)
        from Match match in LogEvent().Matches(file.Text)
        group file.Name by match.Groups[1].Value into told
        where told.Count() > 1
        select $"{told.Key} is the number of events in {string.Join(" and ", told)}: who reads logs tells events apart by it";

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex LogEvent();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Utilities|Service|Impl|Misc|Common)$", RegexOptions.CultureInvariant)]
    private static partial Regex EmptyWord();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
