using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Members;

/// <summary>Marks the texts of <c>EndingMailTexts.resx</c>.</summary>
internal sealed class EndingMailTexts;

/// <summary>Tells a member that their time in a family ends tomorrow; or somebody who may extend it, with the way to do so.</summary>
internal sealed class EndingMessage(LetterRenderer renderer, PublicLinks links, FamilyKinds kinds, IStringLocalizer<EndingMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Ending;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        // By way of the reader's own membership: who has left hears nothing more, and the member is found by its key.
        var found = await (
            from me in db.Members.AsNoTracking().Include(m => m.Children)
            join ending in db.Members.AsNoTracking().Include(m => m.Children) on me.FamilyId equals ending.FamilyId
            join family in db.Families on me.FamilyId equals family.Id
            where me.AccountId == row.RecipientId && ending.Id == row.SubjectId
            select new
            {
                Me = me,
                Ending = ending,
                Family = family,
                Muted = db.Accounts.Any(a => a.Id == row.RecipientId && (a.MutedMails & MutedMails.Endings) != MutedMails.None),
            }).SingleOrDefaultAsync(ct);
        // Extended, or over already: there is nothing to warn of.
        if (found is not { Ending.AccessUntil: { } end } || end <= now || found.Ending.WarnedOf != end)
        {
            return new Prepared.Drop("The end has changed");
        }

        var own = found.Me.Id == found.Ending.Id;
        if (found.Muted || (!own && !MayExtend(found.Me, found.Ending, found.Family.Kind, now)))
        {
            return new Prepared.Drop("Its reader wants no such mails, or may not extend it any more");
        }

        if (await AccountMailbox.FindAsync(db, row.RecipientId, ct) is not { } mailbox)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        // By night it waits for the morning, unless the end comes first.
        var zone = QuietHours.Zone(mailbox.TimeZone == Account.DefaultTimeZone ? found.Family.TimeZone : mailbox.TimeZone);
        if (QuietHours.After(now, zone) is var morning && morning > now && morning < end)
        {
            return new Prepared.Wait(morning, "It is night where this goes");
        }

        var culture = LetterCulture.Use(mailbox.Locale);
        var (name, title, when) = (found.Ending.Name, found.Family.Name, LetterTime.Write(end, mailbox.TimeZone, culture));
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, own
            ? new()
            {
                Locale = mailbox.Locale,
                Subject = texts["OwnSubject", Shorten.To(title, Shorten.InSubject)],
                Heading = texts["OwnSubject", title],
                Paragraphs = [texts["OwnIntro", title, when], texts["OwnNext"]],
                Button = new(texts["OwnButton"], links.To($"/families/{found.Family.Id}")),
                Why = texts["OwnWhy", title, links.Host],
            }
            : new()
            {
                Locale = mailbox.Locale,
                Subject = texts["Subject", Shorten.To(name, Shorten.InSubject), Shorten.To(title, Shorten.InSubject)],
                Heading = texts["Subject", name, title],
                Paragraphs = [texts["Intro", name, title, when], texts["Next"]],
                Button = new(texts["Button"], links.To($"/families/{found.Family.Id}/members/{found.Ending.Id}")),
                Why = texts["Why", title, links.Host],
            }));
    }

    private bool MayExtend(Member me, Member ending, string kind, DateTimeOffset now) =>
        kinds.TryFind(kind) is { } rules && me.AsActor(rules, now) is { } actor && ending.MayBeExtendedBy(actor, rules);
}
