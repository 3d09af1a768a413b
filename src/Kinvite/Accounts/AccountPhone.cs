using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Who has no mailbox is told by text what cannot wait until they look: in fixed words, and counted as news for their number.</summary>
internal static class AccountPhone
{
    /// <summary>The account's proven number, primary first; null when it has a proven mailbox, or none of both, or wants no messages of that sort.</summary>
    /// <param name="db">Where.</param>
    /// <param name="accountId">Whose.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="sort">What the message is about, as for mails.</param>
    public static async Task<PhoneNumber?> FindAsync(KinviteDbContext db, Guid? accountId, CancellationToken ct, MutedMails sort = MutedMails.None) => PhoneNumber.TryParse(await (
        from account in db.Accounts
        join address in db.Addresses on account.Id equals address.AccountId
        where account.Id == accountId && account.DeletedAt == null && (account.MutedMails & sort) == MutedMails.None && address.Type == AddressType.Phone && address.ProvenAt != null
            && !db.Addresses.Any(a => a.AccountId == account.Id && a.Type == AddressType.Email && a.ProvenAt != null)
        orderby address.Primary descending, address.Id
        select address.Key).FirstOrDefaultAsync(ct));

    /// <summary>The text, or why there is none.</summary>
    public static Prepared News(OutboxMessage row, PhoneNumber? number, string words) => number is null
        ? new Prepared.Drop("Nobody to tell any more")
        : new Prepared.SendText(new OutgoingText(row.Id, number, words) { Takes = TextLimits.OfNews(number) });
}
