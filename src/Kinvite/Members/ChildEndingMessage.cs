using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Members;

/// <summary>Marks the texts of <c>ChildEndingMailTexts.resx</c>.</summary>
internal sealed class ChildEndingMailTexts;

/// <summary>
/// Tells a member that what they see of a child ends tomorrow, while they go on seeing others; or somebody who may extend it, with the way to do so.
/// Each reader hears of the children whom they see themselves, and of no other.
/// </summary>
internal sealed class ChildEndingMessage(
    LetterRenderer renderer, PublicLinks links, FamilyKinds kinds, IStringLocalizer<ChildEndingMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.ChildEnding;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        // By way of the reader's own membership: who has left hears nothing more, and the member is found by its key.
        var found = await (
            from me in db.Members.AsNoTracking().Include(m => m.Children)
            join watcher in db.Members.AsNoTracking().Include(m => m.Children) on me.FamilyId equals watcher.FamilyId
            join family in db.Families on me.FamilyId equals family.Id
            where me.AccountId == row.RecipientId && watcher.Id == row.SubjectId && watcher.AccountId != null
            select new { Me = me, Watcher = watcher, Family = family }).SingleOrDefaultAsync(ct);
        if (found is null || kinds.TryFind(found.Family.Kind) is not { } kind || found.Me.AsActor(kind, now) is not { } actor)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        var own = found.Me.Id == found.Watcher.Id;
        // Extended, or over already: there is nothing to warn of.
        var ending = found.Watcher.Children.Where(c => c.Until > now && c.WarnedOf == c.Until && (own || found.Watcher.MayBeExtendedBy(actor, kind, c.ChildId)))
            .OrderBy(c => c.Until).ToList();
        if (ending.Count == 0)
        {
            return new Prepared.Drop("The end has changed, or its reader may not move it any more");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct, MutedMails.Endings) is not { } mailbox)
        {
            return new Prepared.Drop("Its reader wants no such mails");
        }

        var end = ending[0].Until!.Value;
        // By night it waits for the morning, unless the end comes first.
        var zone = QuietHours.Zone(mailbox.TimeZone == Account.DefaultTimeZone ? found.Family.TimeZone : mailbox.TimeZone);
        if (QuietHours.After(now, zone) is var morning && morning > now && morning < end)
        {
            return new Prepared.Wait(morning, "It is night where this goes");
        }

        var ids = ending.Select(c => c.ChildId).ToList();
        var children = await db.Members.AsNoTracking().Where(m => m.FamilyId == found.Family.Id && ids.Contains(m.Id)).Where(Visible.Members(actor))
            .OrderBy(m => m.Id).Select(m => m.Name).ToListAsync(ct);
        var culture = LetterCulture.Use(mailbox.Locale);
        var (name, title, seen, when) = (found.Watcher.Name, found.Family.Name, string.Join(", ", children), LetterTime.Write(end, mailbox.TimeZone, culture));
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, own
            ? new()
            {
                Locale = mailbox.Locale,
                Subject = texts["OwnSubject", Shorten.To(seen, Shorten.InSubject)],
                Heading = texts["OwnSubject", seen],
                Paragraphs = [texts["OwnIntro", seen, title, when], texts["OwnNext"]],
                Button = new(texts["OwnButton"], links.To($"/families/{found.Family.Id}")),
                Why = texts["OwnWhy", seen, title, links.Host],
            }
            : new()
            {
                Locale = mailbox.Locale,
                Subject = texts["Subject", Shorten.To(name, Shorten.InSubject), Shorten.To(seen, Shorten.InSubject)],
                Heading = texts["Subject", name, seen],
                Paragraphs = [texts["Intro", name, seen, when], texts["Next"]],
                Button = new(texts["Button"], links.To($"/families/{found.Family.Id}/children/{ids[0]}")),
                Why = texts["Why", seen, title, links.Host],
            }));
    }
}
