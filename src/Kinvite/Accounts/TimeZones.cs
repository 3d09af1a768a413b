namespace Kinvite.Accounts;

/// <summary>Zones by their IANA name, which every machine knows; Windows' own names and offsets are known on some only.</summary>
internal static class TimeZones
{
    private static readonly string[] Regions = ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

    /// <summary>Every zone with a place in its name, and the one that is chosen: for a form.</summary>
    public static IReadOnlyList<string> Listed(string chosen) => [.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)
        .Where(id => id.IndexOf('/', StringComparison.Ordinal) is > 0 and var end && Regions.Contains(id[..end], StringComparer.Ordinal))
        .Append(chosen).Append(Account.DefaultTimeZone).Where(Knows).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static bool Knows(string? zone) =>
        zone is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId;
}
