using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Operator;

/// <summary>Marks the texts of <c>TextsOnMailTexts.resx</c>.</summary>
internal sealed class TextsOnMailTexts;

/// <summary>Tells somebody who wanted to invite by phone that it works now, in the family where they last wanted it.</summary>
internal sealed class TextsOnMessage(LetterRenderer renderer, PublicLinks links, IStringLocalizer<TextsOnMailTexts> texts, TimeProvider clock) : IMessageType
{
    private static readonly TimeSpan WhileOff = TimeSpan.FromHours(1);

    public string Type => MessageTypes.TextsOn;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        if (await db.TextOutages.AnyAsync(ct))
        {
            return new Prepared.Wait(clock.Now() + WhileOff, "Texts are off again");
        }

        var now = clock.Now();
        var family = await (
            from wanted in db.Demand
            join f in db.Families on wanted.FamilyId equals f.Id
            where wanted.AccountId == row.RecipientId && wanted.Feature == DemandEntry.SmsInvite
                && db.Members.Any(m => m.FamilyId == f.Id && m.AccountId == wanted.AccountId && (m.AccessUntil == null || m.AccessUntil > now))
            orderby wanted.At descending
            select new { f.Id, f.Name }).FirstOrDefaultAsync(ct);
        if (family is null)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        var page = links.To($"/families/{family.Id}/invitations");
        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return AccountPhone.News(row, await AccountPhone.FindAsync(db, row.RecipientId, ct), TextWords.CanInvite(page));
        }

        LetterCulture.Use(mailbox.Locale);
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject"],
            Heading = texts["Subject"],
            Paragraphs = [texts["Intro", family.Name]],
            Button = new(texts["Button"], page),
            Why = texts["Why", links.Host],
        }));
    }

    /// <summary>It is what says that they were told.</summary>
    public async Task<IReadOnlyCollection<Guid>> ShownAsync(IReadOnlyList<OutboxMessage> done, KinviteDbContext db, CancellationToken ct)
    {
        var accounts = done.Select(o => o.SubjectId).ToList();
        var wanting = await db.Demand.Where(d => accounts.Contains(d.AccountId)).Select(d => d.AccountId).Distinct().ToListAsync(ct);
        return [.. done.Where(o => wanting.Contains(o.SubjectId)).Select(o => o.Id)];
    }
}
