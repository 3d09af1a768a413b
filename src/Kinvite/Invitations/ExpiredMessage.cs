using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Invitations;

/// <summary>Marks the texts of <c>ExpiredMailTexts.resx</c>.</summary>
internal sealed class ExpiredMailTexts;

/// <summary>Tells the inviter that an invitation ran out, and where to send it again.</summary>
internal sealed class ExpiredMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<ExpiredMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Expired;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await (
            from i in db.Invitations.AsNoTracking()
            join f in db.Families on i.FamilyId equals f.Id
            where i.Id == row.SubjectId
                && db.Members.Any(m => m.FamilyId == i.FamilyId && m.AccountId == row.RecipientId && (m.AccessUntil == null || m.AccessUntil > now))
            select new { Invitation = i, f.Name, Muted = db.Accounts.Any(a => a.Id == row.RecipientId && (a.MutedMails & MutedMails.Invitations) != MutedMails.None) }).SingleOrDefaultAsync(ct);
        if (found is null || found.Invitation.Generation != row.Generation || found.Invitation.Status != InvitationStatus.Expired)
        {
            return new Prepared.Drop("The invitation is not over any more");
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
        var who = found.Invitation.Name ?? found.Invitation.Address ?? texts["Somebody"];
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject", Shorten.To(found.Name, Shorten.InSubject)],
            Heading = texts["Subject", found.Name],
            Paragraphs = [texts["Over", who], texts["Again"]],
            Button = new(texts["Button"], links.To($"/families/{found.Invitation.FamilyId}/invitations")),
            Why = texts["Why", links.Host],
        }));
    }
}
