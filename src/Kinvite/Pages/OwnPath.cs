namespace Kinvite.Pages;

/// <summary>Where a page may send somebody back to: a path on this server and nothing else.</summary>
internal static class OwnPath
{
    private static readonly Uri Here = new("http://own.invalid/");

    /// <summary>The path and query as given, or null.</summary>
    public static string? OrNone(string? path) => Or(path, "") is { Length: > 0 } own ? own : null;

    /// <summary>The path and query as given, or <paramref name="fallback"/> when it would lead anywhere else.</summary>
    public static string Or(string? path, string fallback)
    {
        if (string.IsNullOrEmpty(path) || path[0] != '/' || path.AsSpan().ContainsAny('\\', '\r', '\n') || path.Any(char.IsControl))
        {
            return fallback;
        }

        // Resolved as a browser would, then compared: "//elsewhere" starts with a slash too.
        return Uri.TryCreate(Here, path, out var resolved) && resolved.Host == Here.Host && resolved.Scheme == Here.Scheme && resolved.IsDefaultPort && resolved.UserInfo.Length == 0
            ? resolved.PathAndQuery
            : fallback;
    }
}
