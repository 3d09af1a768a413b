using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>How a guest becomes somebody who can sign in: the first proven address, passkey or provider, and every place in a family stays theirs.</summary>
internal static class Guests
{
    /// <summary>Under the locks of <see cref="AccountTransaction.RunWithFamiliesAsync"/>; saved by the caller.</summary>
    public static async Task SettleAsync(this KinviteDbContext db, Account account, CancellationToken ct)
    {
        if (!account.IsGuest)
        {
            return;
        }

        account.IsGuest = false;
        foreach (var place in await db.Members.Where(m => m.AccountId == account.Id && m.IsGuest).ToListAsync(ct))
        {
            place.IsGuest = false;
        }
    }
}
