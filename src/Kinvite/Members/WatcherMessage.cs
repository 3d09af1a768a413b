using System.Globalization;
using Kinvite.Accounts;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Kinvite.Members;

/// <summary>Marks the texts of <c>WatcherMailTexts.resx</c>.</summary>
internal sealed class WatcherMailTexts;

/// <summary>Tells a guardian who sees a child of theirs now, who let them, and where to change it. What the invitation said stays between its two.</summary>
internal sealed class WatcherMessage(LetterRenderer renderer, PublicLinks links, FamilyKinds kinds, IStringLocalizer<WatcherMailTexts> texts, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Watcher;

    public async Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        // By way of the guardian's own membership: who has left hears nothing more, and the member is found by its key.
        var found = await (
            from me in db.Members.AsNoTracking().Include(m => m.Children)
            join watcher in db.Members.AsNoTracking().Include(m => m.Children) on me.FamilyId equals watcher.FamilyId
            join family in db.Families on me.FamilyId equals family.Id
            where me.AccountId == row.RecipientId && watcher.Id == row.SubjectId && watcher.AccountId != null
            select new { Me = me, Watcher = watcher, Family = family }).SingleOrDefaultAsync(ct);
        if (found is null || kinds.TryFind(found.Family.Kind) is not { } kind || found.Me.AsActor(kind, now) is not { IsGuardian: true } actor
            || await AccountMailbox.FindAsync(db, row.RecipientId, ct, MutedMails.Watchers) is not { } mailbox)
        {
            return new Prepared.Drop("Nobody to tell any more");
        }

        var roles = kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        var (given, watched) = (found.Watcher.Children.OrderByDescending(c => c.Since).FirstOrDefault()?.GivenBy ?? found.Watcher.InvitedBy, found.Family.Id);
        // As the guardian sees the family: one whom they do not see is not named.
        var people = await db.Members.AsNoTracking().Where(m => m.FamilyId == watched && (m.Id == given || (m.AccountId == null && roles.Contains(m.Role))))
            .Where(Visible.Members(actor)).OrderBy(m => m.Id).ToListAsync(ct);
        var children = people.Where(m => m.AccountId is null && found.Watcher.Sees(m.Id, now)).Select(m => m.Name).ToList();
        if (children.Count == 0)
        {
            return new Prepared.Drop("They see none of the children any more");
        }

        var culture = LetterCulture.Use(mailbox.Locale);
        var (name, title, seen) = (found.Watcher.Name, found.Family.Name, string.Join(", ", children));
        var role = kind.FindRole(found.Watcher.Role)?.Name.ToString() ?? found.Watcher.Role;
        return new Prepared.Send(await renderer.RenderAsync(row, mailbox.To, new()
        {
            Locale = mailbox.Locale,
            Subject = texts["Subject", Shorten.To(name, Shorten.InSubject), Shorten.To(title, Shorten.InSubject)],
            Heading = texts["Subject", name, title],
            Paragraphs =
            [
                people.Find(m => m.Id == given) is { } by ? texts["IntroBy", name, role.ToLower(culture), seen, by.Name] : texts["Intro", name, role.ToLower(culture), seen],
                texts["Next"],
            ],
            Button = new(texts["Button"], links.To($"/families/{found.Family.Id}/members/{found.Watcher.Id}")),
            Why = texts["Why", seen, title, links.Host],
        }));
    }
}
