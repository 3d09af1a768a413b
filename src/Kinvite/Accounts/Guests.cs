using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>How a guest becomes somebody who can sign in: the first proven address, passkey or provider, and every place in a family stays theirs.</summary>
internal static class Guests
{
    /// <summary>
    /// Under the locks of <see cref="AccountTransaction.RunWithFamiliesAsync"/>; saved by the caller. What was only a look at a family until now becomes
    /// somebody's account: the session that asks gets another secret, and every other one ends, so that nobody who knew of the guest stays in it
    /// (OWASP ASVS 5.0, 7.2.4).
    /// </summary>
    /// <returns>The browser's new secret, for <see cref="CurrentAccount.Renewed"/> once all is saved; null for a program, and where it was no guest.</returns>
    public static async Task<SessionTokens?> SettleAsync(this KinviteDbContext db, Account account, Guid? session, DateTimeOffset now, CancellationToken ct)
    {
        if (!account.IsGuest)
        {
            return null;
        }

        account.IsGuest = false;
        foreach (var place in await db.Members.Where(m => m.AccountId == account.Id && m.IsGuest).ToListAsync(ct))
        {
            place.IsGuest = false;
        }

        await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && s.Id != session).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        return (await db.Sessions.SingleOrDefaultAsync(s => s.Id == session && s.EndedAt == null, ct))?.Confirm(now);
    }
}
