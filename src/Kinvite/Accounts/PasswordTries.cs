namespace Kinvite.Accounts;

/// <summary>
/// Wrong passwords for one address, known here or not, so that both are locked alike (OWASP ASVS 5.0, 6.3.1 and 6.3.8).
/// Locks the password only: never codes, passkeys or sessions that are there.
/// </summary>
internal sealed class PasswordTries
{
    /// <summary>The canonical key of the address.</summary>
    public required string AddressKey { get; init; }

    /// <summary>Wrong ones since the last right one.</summary>
    public required int Failures { get; set; }

    /// <summary>Until then no password is compared.</summary>
    public DateTimeOffset? LockedUntil { get; set; }
    public required DateTimeOffset LastAt { get; set; }
}
