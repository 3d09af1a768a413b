using Kinvite.Http;

namespace Kinvite.SeedPaths;

/// <summary>Faults in the names that the callers of these addresses use.</summary>
internal static class SeedErrors
{
    /// <summary>The same problem with other field names; each pair replaces the end of a path, and the longest that fits counts.</summary>
    public static Problem Renamed(this Problem problem, params (string Ours, string Theirs)[] names) => problem.Errors is not { } errors
        ? problem
        : problem with
        {
            Errors = errors.GroupBy(e => Rename(e.Key, names), StringComparer.Ordinal)
                .ToDictionary(e => e.Key, e => e.SelectMany(x => x.Value).ToArray(), StringComparer.Ordinal),
        };

    private static string Rename(string path, (string Ours, string Theirs)[] names)
    {
        foreach (var (ours, theirs) in names.Where(n => path.EndsWith(n.Ours, StringComparison.Ordinal)).OrderByDescending(n => n.Ours.Length))
        {
            return path[..^ours.Length] + theirs;
        }

        return path;
    }
}
