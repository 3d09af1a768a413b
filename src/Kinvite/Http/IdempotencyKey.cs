namespace Kinvite.Http;

/// <summary>
/// A creating POST that was answered under a key of the caller's (draft-ietf-httpapi-idempotency-key-header): what the body was and what
/// came of it, never the body. It commits with the effect; a repeat renders that thing again.
/// </summary>
internal sealed class IdempotencyKey
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The longest key that a caller may give.</summary>
    public const int KeyLength = 128;

    /// <summary>SHA-256 of who calls (account, or the invitation of the token), method, path and the caller's key.</summary>
    public required byte[] Id { get; init; }

    /// <summary>A keyed hash of the body.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>The status that was answered; null while it is still running.</summary>
    public short? Status { get; set; }

    /// <summary>What was made: one id, or one for each entry of a bulk call (null entry = none).</summary>
    public List<Guid> Made { get; set; } = [];

    /// <summary>What cannot be read from the things that were made: outcomes and problem codes of a bulk call, without personal data.</summary>
    public string? Outcomes { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}
