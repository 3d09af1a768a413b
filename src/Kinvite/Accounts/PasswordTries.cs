namespace Kinvite.Accounts;

/// <summary>
/// Wrong passwords for one address, known here or not, so that both are locked alike (OWASP ASVS 5.0, 6.3.1 and 6.3.8).
/// Locks the password only: never codes, passkeys or sessions that are there.
/// </summary>
internal sealed class PasswordTries
{
    /// <summary>Wrong ones in a row before the first wait.</summary>
    public const int Free = 5;

    /// <summary>From so many on the wait grows no more.</summary>
    public const int Longest = 11;

    /// <summary>After so long without a try they are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    /// <summary>The canonical key of the address.</summary>
    public required string AddressKey { get; init; }

    /// <summary>Wrong ones since the last right one.</summary>
    public required int Failures { get; set; }

    /// <summary>Until then no password is compared.</summary>
    public DateTimeOffset? LockedUntil { get; set; }
    public required DateTimeOffset LastAt { get; set; }

    /// <summary>How long nothing is compared after so many wrong ones: nothing, then a minute, doubled each time up to an hour.</summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures < Free ? TimeSpan.Zero : failures >= Longest ? Most : First * (1 << (failures - Free));
}
