using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Which mails one does not want; the feature that would send one looks when it is sent.</summary>
internal sealed class MuteMails(KinviteDbContext db, CurrentAccount account)
{
    /// <summary>Those that can be chosen, in the order of the page.</summary>
    public static readonly IReadOnlyList<MutedMails> Kinds = [MutedMails.Joined, MutedMails.Requests, MutedMails.Invitations, MutedMails.Endings, MutedMails.Watchers];

    public Task HandleAsync(MutedMails muted, CancellationToken ct) =>
        db.Accounts.Where(a => a.Id == account.Id).ExecuteUpdateAsync(a => a.SetProperty(x => x.MutedMails, muted), ct);
}
