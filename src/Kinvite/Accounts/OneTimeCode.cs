namespace Kinvite.Accounts;

/// <summary>A six-digit code that was asked for. The digits are derived from the id (<c>Links/KeyRing.cs</c>) and stored nowhere.</summary>
internal sealed class OneTimeCode
{
    /// <summary>Minutes that a code is good for (NIST SP 800-63B: at most 10).</summary>
    public const int LifetimeMinutes = 10;

    /// <summary>Wrong tries that one code survives.</summary>
    public const int Tries = 5;

    public required Guid Id { get; init; }
    public required Addresses.AddressType AddressType { get; init; }
    public required string Address { get; init; }
    public required string AddressKey { get; init; }
    public required string Locale { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The account that asked for it while signed in, or that was registered with it: its password and sessions outlive the proof.</summary>
    public Guid? AccountId { get; init; }
    public int TriesUsed { get; set; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>A code to queue together with its message.</summary>
    public static OneTimeCode For(Addresses.ContactAddress address, string locale, Guid? accountId, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        AddressType = address.Type,
        Address = address.Value,
        AddressKey = address.Key,
        Locale = locale,
        CreatedAt = now,
        ExpiresAt = now.AddMinutes(LifetimeMinutes),
        AccountId = accountId,
    };
}
