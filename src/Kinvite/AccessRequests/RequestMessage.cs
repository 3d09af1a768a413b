using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
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
            select new { FamilyId = family.Id, Family = family.Name, family.Kind, Name = request.Name ?? asker.DisplayName, request.Message, request.ChildId })
            .SingleOrDefaultAsync(ct);
        if (found is null || !await MayAnswerAsync(db, row.RecipientId, found.FamilyId, found.Kind, found.ChildId, ct)
            || await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return new Prepared.Drop("The request is answered, or nobody to tell any more");
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            // The asker is a stranger: their name is for the inside, where it stands as what it is.
            Subject = texts["Subject", Shorten.To(found.Family, Shorten.InSubject)],
            Heading = texts["Subject", found.Family],
            Paragraphs = [texts["Intro", found.Name, found.Family]],
            Quote = string.IsNullOrWhiteSpace(found.Message) ? null : new(texts["Writes", found.Name], found.Message),
            Button = new(texts["Button"], links.To($"/families/{found.FamilyId}/requests")),
            Why = texts["Why", found.Family, links.Host],
        }));
    }

    // Asked again when it is sent: the right may have gone since it was queued.
    private async Task<bool> MayAnswerAsync(KinviteDbContext db, Guid? accountId, Guid familyId, string kind, Guid? childId, CancellationToken ct)
    {
        var member = await db.Members.AsNoTracking().Include(m => m.Children).SingleOrDefaultAsync(m => m.FamilyId == familyId && m.AccountId == accountId, ct);
        return kinds.TryFind(kind) is { } rules && RightsRule.Decide(member?.AsActor(rules, clock.Now()), Capabilities.RequestsManage, childId).Allowed;
    }
}
