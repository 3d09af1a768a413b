using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>FailedMailTexts.resx</c>.</summary>
internal sealed class FailedMailTexts;

/// <summary>Tells the inviter that an invitation's mail was refused for good or came back, and the way out: its link still works.</summary>
internal sealed class FailedMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<FailedMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Failed;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var found = await (
            from i in db.Invitations.AsNoTracking()
            join f in db.Families on i.FamilyId equals f.Id
            where i.Id == row.SubjectId && db.Members.Any(m => m.FamilyId == i.FamilyId && m.AccountId == row.RecipientId)
            select new { Invitation = i, f.Name, Muted = db.Accounts.Any(a => a.Id == row.RecipientId && (a.MutedMails & MutedMails.Invitations) != MutedMails.None) }).SingleOrDefaultAsync(ct);
        if (found is null || found.Invitation.Generation != row.Generation || found.Invitation.Address is not { } address
            || found.Invitation.StatusAt(clock.Now()) is not (InvitationStatus.Pending or InvitationStatus.Bounced))
        {
            return new Prepared.Drop("The invitation is not waiting any more");
        }

        if (found.Muted)
        {
            return new Prepared.Drop("The inviter wants no such mails");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct, MutedMails.Invitations) is not { } mailbox)
        {
            return new Prepared.Drop("The inviter has no mail address");
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject", Shorten.To(found.Name, Shorten.InSubject)],
            Heading = texts["Subject", found.Name],
            Paragraphs = [texts["Refused", address], texts["WayOut"]],
            Button = new(texts["Button"], links.To($"/families/{found.Invitation.FamilyId}/invitations")),
            Why = texts["Why", links.Host],
        }));
    }
}
