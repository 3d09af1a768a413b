namespace Kinvite.Limits;

/// <summary>One limited thing: a key and the theoretical arrival time of GCRA. One row, one upsert that also decides.</summary>
internal sealed class RateCounter
{
    /// <summary>Limit name and a keyed hash of whom it counts: never an address in the clear.</summary>
    public required string Key { get; init; }

    /// <summary>When the bucket is full again.</summary>
    public required DateTimeOffset ArrivalAt { get; set; }

    /// <summary>How many of a bulk call's wishes the last take granted: an upsert can return only what it wrote.</summary>
    public int Granted { get; set; }
}
