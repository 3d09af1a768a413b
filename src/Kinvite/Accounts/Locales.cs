using Microsoft.Net.Http.Headers;

namespace Kinvite.Accounts;

/// <summary>The languages that Kinvite speaks.</summary>
internal static class Locales
{
    public const string Default = "en";

    private static readonly string[] All = [Default, "es"];

    public static bool Knows(string? locale) => All.Contains(locale, StringComparer.Ordinal);

    /// <summary>The best of ours for an <c>Accept-Language</c> field (RFC 9110 §12.5.4); null when it asks for none of them.</summary>
    public static string? Of(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .Where(l => l.Quality is not 0)
        .OrderByDescending(l => l, StringWithQualityHeaderValueComparer.QualityComparer)
        .Select(l => All.FirstOrDefault(ours => Speaks(l.Value.AsSpan(), ours)))
        .FirstOrDefault(found => found is not null);

    // The primary subtag decides: es-MX is es.
    private static bool Speaks(ReadOnlySpan<char> range, string ours) =>
        range.StartsWith(ours, StringComparison.OrdinalIgnoreCase) && (range.Length == ours.Length || range[ours.Length] == '-');
}
