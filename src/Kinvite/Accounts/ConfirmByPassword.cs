using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The signed-in person types their password: the session counts as signed in just now. Wrong ones count as when signing in.</summary>
internal sealed class ConfirmByPassword(
    KinviteDbContext db, AccountTransaction transaction, PasswordAttempts attempts, PasswordHashes hashes, RateLimits limits, CurrentAccount current, TimeProvider clock)
{
    /// <returns>The browser's new secret; null for a program, whose tokens stay.</returns>
    public async Task<Result<SessionTokens?>> HandleAsync(string? typed, Caller caller, CancellationToken ct)
    {
        if (PasswordRule.Normal(typed) is not { } password)
        {
            return AccountProblems.PasswordWrong;
        }

        // One count for the account, whichever of its addresses stands first; without an address there is no other door to guess at.
        var key = await db.Addresses.Where(a => a.AccountId == current.Id && a.RemovedAt == null)
            .OrderByDescending(a => a.Primary).ThenBy(a => a.Id).Select(a => a.Key).FirstOrDefaultAsync(ct) ?? current.Id.ToString("D");
        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, key, ct)
            ?? await attempts.CountAsync(key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var hash = await db.Accounts.Where(a => a.Id == current.Id).Select(a => a.PasswordHash).SingleOrDefaultAsync(ct);
        return hashes.Match(hash, password) ? await transaction.RunAsync(current.Id, account => ConfirmAsync(account, hash, key, ct), ct) : AccountProblems.PasswordWrong;
    }

    private async Task<Result<SessionTokens?>> ConfirmAsync(Account account, string? hash, string key, CancellationToken ct)
    {
        // Compared before the lock: it may have changed meanwhile.
        if (account.PasswordHash != hash || await db.Sessions.SingleOrDefaultAsync(s => s.Id == current.SessionId && s.EndedAt == null, ct) is not { } session)
        {
            return AccountProblems.PasswordWrong;
        }

        // Takes back its own try only: the address may be proven by somebody else.
        await db.PasswordTries.Where(t => t.AddressKey == key && t.Failures > 0)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.Failures, x => x.Failures - 1).SetProperty(x => x.LockedUntil, (DateTimeOffset?)null), ct);
        var tokens = session.Confirm(clock.Now());
        await db.SaveChangesAsync(ct);
        return tokens;
    }
}
