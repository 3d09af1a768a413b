using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.AccessRequests;

/// <summary>Marks the texts of <c>AnswerMailTexts.resx</c>.</summary>
internal sealed class AnswerMailTexts;

/// <summary>Tells somebody who asked that they were let in.</summary>
internal sealed class ApprovedMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<AnswerMailTexts> texts) : IMessageType
{
    public string Type => MessageTypes.Approved;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var family = await (
            from request in db.AccessRequests
            join f in db.Families on request.FamilyId equals f.Id
            where request.Id == row.SubjectId && request.Status == AccessRequestStatus.Approved
                && db.Members.Any(m => m.FamilyId == f.Id && m.AccountId == row.RecipientId)
            select new { f.Id, f.Name }).SingleOrDefaultAsync(ct);
        if (family is null)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return AccountPhone.News(row, await AccountPhone.FindAsync(db, row.RecipientId, ct), TextWords.LetIn(family.Name, links.To($"/families/{family.Id}")));
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["ApprovedSubject", Shorten.To(family.Name, Shorten.InSubject)],
            Heading = texts["ApprovedSubject", family.Name],
            Paragraphs = [texts["ApprovedIntro", family.Name]],
            Button = new(texts["ApprovedButton"], links.To($"/families/{family.Id}")),
            Why = texts["Why", links.Host],
        }));
    }
}

/// <summary>Tells somebody who asked that they were not let in. Names nobody: who asks by an id learns nothing of what is behind it.</summary>
internal sealed class DeniedMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<AnswerMailTexts> texts) : IMessageType
{
    public string Type => MessageTypes.Denied;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var denied = await db.AccessRequests.AnyAsync(r => r.Id == row.SubjectId && r.Status == AccessRequestStatus.Denied, ct);
        if (!denied)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return AccountPhone.News(row, await AccountPhone.FindAsync(db, row.RecipientId, ct), TextWords.Answered(links.To("/request-access")));
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["DeniedSubject"],
            Heading = texts["DeniedSubject"],
            Paragraphs = [texts["DeniedIntro"], texts["DeniedNext"]],
            Why = texts["Why", links.Host],
        }));
    }
}
