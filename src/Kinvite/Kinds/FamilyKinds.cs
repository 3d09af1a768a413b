using Kinvite.Hosting;

namespace Kinvite.Kinds;

/// <summary>Every kind of family that this server knows: the built-in ones, and the operator's.</summary>
internal sealed class FamilyKinds
{
    private readonly Dictionary<string, FamilyKind> byKey;

    /// <param name="directory">Holds the operator's kinds; null for none.</param>
    /// <exception cref="StartRefusedException">A kind's file is wrong; the message names file, place and remedy.</exception>
    public FamilyKinds(string? directory)
    {
        All = KindLoader.LoadAll(directory);
        byKey = All.ToDictionary(k => k.Key, StringComparer.Ordinal);
    }

    public IReadOnlyList<FamilyKind> All { get; }

    public FamilyKind? TryFind(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Kinds that families use and that are not here.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<string> used) => [.. used.Where(k => !byKey.ContainsKey(k)).Order(StringComparer.Ordinal)];
}
