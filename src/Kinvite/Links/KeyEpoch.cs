namespace Kinvite.Links;

/// <summary>A time in which links are made with one derived key. Holds no key: only its number and its times (design.md §4).</summary>
internal sealed class KeyEpoch
{
    public required int Number { get; init; }

    /// <summary>Which master key it is derived from: a one-way fingerprint.</summary>
    public required string MasterFingerprint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From here on its links are refused; null for the newest epoch.</summary>
    public DateTimeOffset? EndsAt { get; set; }
}
