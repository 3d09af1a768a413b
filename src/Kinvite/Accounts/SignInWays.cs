using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The ways into an account. Removing one must leave another, or its person is locked out for good.</summary>
/// <param name="ProvenAddresses">A code sent there signs in.</param>
/// <param name="UnprovenAddresses">Good for a password only.</param>
/// <param name="Password">Whether there is one; it is typed together with an address.</param>
/// <param name="Passkeys">Sign in by themselves.</param>
/// <param name="ExternalLogins">Sign in by themselves.</param>
internal sealed record SignInWays(int ProvenAddresses, int UnprovenAddresses, bool Password, int Passkeys, int ExternalLogins)
{
    /// <summary>Whether at least one of them signs in.</summary>
    public bool Any => ProvenAddresses > 0 || Passkeys > 0 || ExternalLogins > 0 || (Password && UnprovenAddresses > 0);

    public SignInWays WithoutAddress(bool proven) => proven ? this with { ProvenAddresses = ProvenAddresses - 1 } : this with { UnprovenAddresses = UnprovenAddresses - 1 };

    public SignInWays WithoutPasskey() => this with { Passkeys = Passkeys - 1 };

    public SignInWays WithoutExternalLogin() => this with { ExternalLogins = ExternalLogins - 1 };

    public SignInWays WithoutPassword() => this with { Password = false };

    /// <summary>As they are now; only under the account's lock do they stay so.</summary>
    public static Task<SignInWays> OfAsync(KinviteDbContext db, Guid accountId, CancellationToken ct) => db.Accounts.Where(a => a.Id == accountId).Select(a => new SignInWays(
        db.Addresses.Count(x => x.AccountId == a.Id && x.RemovedAt == null && x.ProvenAt != null),
        db.Addresses.Count(x => x.AccountId == a.Id && x.RemovedAt == null && x.ProvenAt == null),
        a.PasswordHash != null,
        db.UserPasskeys.Count(p => p.UserId == a.Id),
        db.UserLogins.Count(l => l.UserId == a.Id))).SingleAsync(ct);
}
