using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Members;

/// <summary>Marks the texts of <c>JoinedMailTexts.resx</c>.</summary>
internal sealed class JoinedMailTexts;

/// <summary>Tells the inviter that somebody joined.</summary>
internal sealed class JoinedMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<JoinedMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Joined;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        // By way of the inviter's own membership: who has left hears nothing more, and the member is found by its key.
        var found = await (
            from me in db.Members
            join joined in db.Members on me.FamilyId equals joined.FamilyId
            join family in db.Families on me.FamilyId equals family.Id
            where me.AccountId == row.RecipientId && (me.AccessUntil == null || me.AccessUntil > now) && joined.Id == row.SubjectId
            select new { family.Id, Family = family.Name, joined.Name }).SingleOrDefaultAsync(ct);
        if (found is null || await AccountMailbox.FindAsync(db, row.RecipientId, ct, MutedMails.Joined) is not { } mailbox)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject", Shorten.To(found.Name, Shorten.InSubject), Shorten.To(found.Family, Shorten.InSubject)],
            Heading = texts["Subject", found.Name, found.Family],
            Paragraphs = [texts["Intro", found.Name, found.Family]],
            Button = new(texts["Button"], links.To($"/families/{found.Id}")),
            Why = texts["Why", found.Family, links.Host],
        }));
    }
}
