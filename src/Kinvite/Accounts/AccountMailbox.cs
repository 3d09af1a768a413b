using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Where and how to write to an account: its proven mail address, primary first, its language and zone.</summary>
internal sealed record AccountMailbox(MailParty To, string Locale, string TimeZone)
{
    /// <summary>Null when the account is gone or has proven no mail address.</summary>
    /// <param name="db">Where.</param>
    /// <param name="accountId">Whose.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="sort">What the mail is about; null also when its person does not want mails of that sort. <see cref="MutedMails.None"/> for what they asked for themselves.</param>
    public static async Task<AccountMailbox?> FindAsync(KinviteDbContext db, Guid? accountId, CancellationToken ct, MutedMails sort = MutedMails.None)
    {
        var found = await (
            from account in db.Accounts
            join address in db.Addresses on account.Id equals address.AccountId
            where account.Id == accountId && account.DeletedAt == null && (account.MutedMails & sort) == MutedMails.None && address.Type == AddressType.Email && address.ProvenAt != null
            orderby address.Primary descending, address.Id
            select new { address.Value, account.DisplayName, account.Locale, account.TimeZone }).FirstOrDefaultAsync(ct);
        return found is null ? null : new(new(found.Value, found.DisplayName), found.Locale, found.TimeZone);
    }
}
