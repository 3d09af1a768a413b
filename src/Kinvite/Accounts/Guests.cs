using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>How a guest becomes somebody who can sign in: the first proven address, passkey or provider, and every place in a family stays theirs.</summary>
internal static class Guests
{
    /// <summary>
    /// Under the locks of <see cref="AccountTransaction.RunWithFamiliesAsync"/>; saved by the caller. Every session but the one that asks ends: what was only
    /// a look at a family until now becomes somebody's account, and nobody else who had come in as that guest stays in it (OWASP ASVS 5.0, 7.2.4).
    /// </summary>
    public static async Task SettleAsync(this KinviteDbContext db, Account account, Guid? session, DateTimeOffset now, CancellationToken ct)
    {
        if (!account.IsGuest)
        {
            return;
        }

        account.IsGuest = false;
        await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && s.Id != session).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        foreach (var place in await db.Members.Where(m => m.AccountId == account.Id && m.IsGuest).ToListAsync(ct))
        {
            place.IsGuest = false;
        }
    }
}
