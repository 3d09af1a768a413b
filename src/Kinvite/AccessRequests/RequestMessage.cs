using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.AccessRequests;

/// <summary>Marks the texts of <c>RequestMailTexts.resx</c>.</summary>
internal sealed class RequestMailTexts;

/// <summary>Tells one of those who decide that somebody waits.</summary>
internal sealed class RequestMessage(FamilyKinds kinds, LetterRenderer renderer, PublicLinks links, IStringLocalizer<RequestMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Request;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var found = await (
            from request in db.AccessRequests
            join family in db.Families on request.FamilyId equals family.Id
            join asker in db.Accounts on request.AccountId equals asker.Id
            where request.Id == row.SubjectId && request.Status == AccessRequestStatus.Pending
            select new
            {
                FamilyId = family.Id,
                Family = family.Name,
                family.Kind,
                Name = request.Name ?? asker.DisplayName,
                request.Message,
                Child = db.Members.Where(m => m.FamilyId == family.Id && m.Id == request.ChildId).Select(m => m.Name).FirstOrDefault(),
            }).SingleOrDefaultAsync(ct);
        if (found is null || !await MayAnswerAsync(db, row, found.FamilyId, found.Kind, ct))
        {
            return new Prepared.Drop("The request is answered, or nobody to tell any more");
        }

        var page = links.To($"/families/{found.FamilyId}/requests");
        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct, MutedMails.Requests) is not { } mailbox)
        {
            return AccountPhone.News(row, await AccountPhone.FindAsync(db, row.RecipientId, ct, MutedMails.Requests), TextWords.Asked(found.Family, page));
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            // The asker is a stranger: their name is for the inside, where it stands as what it is.
            Subject = texts["Subject", Shorten.To(found.Family, Shorten.InSubject)],
            Heading = texts["Subject", found.Family],
            Paragraphs = [found.Child is null ? texts["Intro", found.Name, found.Family] : texts["IntroChild", found.Name, found.Family, found.Child]],
            Quote = string.IsNullOrWhiteSpace(found.Message) ? null : new(texts["Writes", found.Name], found.Message),
            Button = new(texts["Button"], page),
            Why = texts["Why", found.Family, links.Host],
        }));
    }

    // Asked again when it is sent: the right may have gone since it was queued.
    private async Task<bool> MayAnswerAsync(KinviteDbContext db, OutboxMessage row, Guid familyId, string kind, CancellationToken ct)
    {
        var member = await db.Members.AsNoTracking().Include(m => m.Children).SingleOrDefaultAsync(m => m.FamilyId == familyId && m.AccountId == row.RecipientId, ct);
        if (kinds.TryFind(kind) is not { } rules || member?.AsActor(rules, clock.Now()) is not { } actor
            || !RightsRule.Decide(actor, Capabilities.RequestsManage).Allowed)
        {
            return false;
        }

        return await db.AccessRequests.Where(r => r.Id == row.SubjectId && r.FamilyId == familyId).Where(Visible.AccessRequests(actor, db.Invitations))
            .AnyAsync(_ => db.Accounts.Any(a => a.Id == row.RecipientId && (a.MutedMails & MutedMails.Requests) == MutedMails.None), ct);
    }
}
