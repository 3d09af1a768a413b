namespace Kinvite.Accounts;

/// <summary>Zones by their IANA name, which every machine knows; Windows' own names and offsets are known on some only.</summary>
internal static class TimeZones
{
    public static bool Knows(string? zone) =>
        zone is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId;
}
