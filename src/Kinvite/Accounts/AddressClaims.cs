using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>An account that has an address, proven or not.</summary>
/// <param name="Address">The row.</param>
/// <param name="Account">Whose.</param>
/// <param name="HasOtherOwner">Somebody can sign in to it without this address or anything that a take-over drops: it has another proven one, or an external login.</param>
internal sealed record AddressClaim(AccountAddress Address, Account Account, bool HasOtherOwner);

/// <summary>What a code that came back means for the accounts that claim its address.</summary>
internal enum ProofOutcome
{
    /// <summary>The address is an account's own already: signs in there.</summary>
    IsOwner,

    /// <summary>The account asked for the code itself: it keeps all that it has.</summary>
    Proves,

    /// <summary>An account that nobody has proven becomes the property of whoever reads the mail: what signed in to it before does so no more.</summary>
    TakesOver,

    /// <summary>Nobody's yet.</summary>
    IsNew,
}

/// <summary>Whose an address is once a code has come back: one decision, one place. Read under the locks of <see cref="AddressTransaction"/>.</summary>
/// <param name="All">Every account that has the address; at most one has proven it.</param>
internal sealed record AddressClaims(IReadOnlyList<AddressClaim> All)
{
    /// <summary>Whose it is now, and what that means.</summary>
    /// <param name="askedBy">The account within which the code was asked for, or that was registered with it.</param>
    public (ProofOutcome Outcome, AddressClaim? Claim) Decide(Guid? askedBy)
    {
        if (All.FirstOrDefault(c => c.Address.ProvenAt is not null) is { } owner)
        {
            return (ProofOutcome.IsOwner, owner);
        }

        // An account that somebody else can get into is never handed over, not even half: whoever proves the address gets one of their own.
        var free = All.Where(c => !c.HasOtherOwner).ToList();
        if (free.Find(c => c.Account.Id == askedBy) is { } own)
        {
            return (ProofOutcome.Proves, own);
        }

        // The one that came by the mailed link, else the newest: the likeliest to be of the same person.
        return free.OrderByDescending(c => c.Address.InvitationId is not null).ThenByDescending(c => c.Address.Id).FirstOrDefault() is { } claim
            ? (ProofOutcome.TakesOver, claim)
            : (ProofOutcome.IsNew, null);
    }

    /// <summary>
    /// The address is <paramref name="accountId"/>'s from now on: it is proven, all others that claim it lose it, and what signed in before a take-over is dropped.
    /// Saved by the caller.
    /// </summary>
    public async Task SettleAsync(KinviteDbContext db, ProofOutcome outcome, Guid accountId, DateTimeOffset now, CancellationToken ct)
    {
        if (outcome == ProofOutcome.TakesOver)
        {
            await DropCredentialsAsync(db, All.First(c => c.Account.Id == accountId), now, ct);
        }

        foreach (var claim in All)
        {
            if (claim.Account.Id != accountId)
            {
                db.Remove(claim.Address);
            }
            else if (claim.Address.ProvenAt is null)
            {
                claim.Address.Prove([], now);
            }
        }
    }

    /// <param name="db">Where.</param>
    /// <param name="addressKey">Of which address.</param>
    /// <param name="locked">The accounts that nobody else changes meanwhile; one that came a moment ago is not looked at.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<AddressClaims> LoadAsync(KinviteDbContext db, string addressKey, IReadOnlyList<Guid> locked, CancellationToken ct) => new(await (
        from address in db.Addresses
        where address.Key == addressKey && address.RemovedAt == null && locked.Contains(address.AccountId)
        join account in db.Accounts on address.AccountId equals account.Id
        select new AddressClaim(
            address,
            account,
            db.Addresses.Any(a => a.AccountId == account.Id && a.Id != address.Id && a.ProvenAt != null) || db.UserLogins.Any(l => l.UserId == account.Id))).ToListAsync(ct));

    private static async Task DropCredentialsAsync(KinviteDbContext db, AddressClaim claim, DateTimeOffset now, CancellationToken ct)
    {
        var id = claim.Account.Id;
        claim.Account.PasswordHash = null;
        await db.UserPasskeys.Where(p => p.UserId == id).ExecuteDeleteAsync(ct);
        await db.Sessions.Where(s => s.AccountId == id && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        await db.Codes.Where(c => c.AccountId == id && c.UsedAt == null).ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now), ct);
    }
}
