using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Families;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>
/// Looks after a family's invitations that are due: reminds, ends, erases. Under the family's lock, so that two servers, and a person who says
/// yes meanwhile, come one after the other; whoever comes second finds nothing due.
/// </summary>
internal sealed class InvitationCare(
    KinviteDbContext db, FamilyTransaction transaction, MailSetup mail, TextSetup texts, IOptions<KinviteOptions> options, OutboxSignal outbox, TimeProvider clock)
{
    /// <summary>A family's invitations in one transaction: it waits for nobody long.</summary>
    private const int MostAtOnce = 50;

    /// <summary>Families in which something is due, those that wait longest first, after the one given.</summary>
    public async Task<IReadOnlyList<(Guid FamilyId, DateTimeOffset DueAt, Guid InvitationId)>> DueAsync((DateTimeOffset DueAt, Guid Id)? after, int most, CancellationToken ct)
    {
        var now = clock.Now();
        var (dueAfter, idAfter) = after ?? (DateTimeOffset.MinValue, Guid.Empty);
        var due = await db.Invitations.Where(i => i.NextStepAt <= now && (i.NextStepAt > dueAfter || (i.NextStepAt == dueAfter && i.Id.CompareTo(idAfter) > 0)))
            .OrderBy(i => i.NextStepAt).ThenBy(i => i.Id).Take(most).Select(i => new { i.FamilyId, i.NextStepAt, i.Id }).ToListAsync(ct);
        return [.. due.Select(d => (d.FamilyId, d.NextStepAt!.Value, d.Id))];
    }

    /// <summary>How many were looked after; nothing when somebody else has the family now: the next round comes soon.</summary>
    public async Task<int> RunAsync(Guid familyId, CancellationToken ct)
    {
        var result = await transaction.RunIfFreeAsync(familyId, family => CareAsync(family, ct), ct);
        outbox.Wake();
        return result.Refused(out _) ? 0 : result.Value;
    }

    private async Task<Result<int>> CareAsync(Family family, CancellationToken ct)
    {
        var now = clock.Now();
        var due = await db.Invitations.Include(i => i.Children).Where(i => i.FamilyId == family.Id && i.NextStepAt <= now)
            .OrderBy(i => i.NextStepAt).Take(MostAtOnce).ToListAsync(ct);
        var ids = due.Select(i => i.Id).ToList();
        var asking = await db.AccessRequests.Where(r => r.FamilyId == family.Id && r.Status == AccessRequestStatus.Pending && ids.Contains(r.InvitationId!.Value))
            .Select(r => r.InvitationId!.Value).ToListAsync(ct);
        var (mailed, zones, inviters) = (await MailedAsync(due, ct), await ZonesAsync(due, ct), await InvitersAsync(family.Id, due, ct));
        foreach (var invitation in due)
        {
            var zone = QuietHours.Zone(zones.GetValueOrDefault(invitation.AddressKey ?? "") ?? family.TimeZone);
            // Who said yes and waits for the family has answered.
            DeliveryState? state = !asking.Contains(invitation.Id) && mailed.TryGetValue(invitation.Id, out var stands) ? stands : null;
            var step = InvitationSteps.Decide(invitation, state, zone, TimeSpan.FromDays(options.Value.Retention.Days), now);
            await ActAsync(invitation, step.Action, inviters, now, ct);
            (invitation.NextStepAt, invitation.Reminders) = (step.NextAt, step.Reminders);
        }

        await db.SaveChangesAsync(ct);
        return due.Count;
    }

    private async Task ActAsync(Invitation invitation, CareAction action, Dictionary<Guid, Guid> inviters, DateTimeOffset now, CancellationToken ct)
    {
        switch (action)
        {
            case CareAction.Remind:
                db.Add(OutboxMessage.Of(MessageTypes.Reminder, invitation.Id, now, invitation.Generation));
                break;
            case CareAction.Expire or CareAction.NoteExpiry:
                db.Add(ActivityEntry.Of(
                    ActivityTypes.InviteExpired, invitation.FamilyId, null, now, (invitation.Id, invitation.Name), invitation.Concerns));
                if (action == CareAction.Expire)
                {
                    (invitation.Status, invitation.EndedAt) = (InvitationStatus.Expired, invitation.ExpiresAt);
                    if (mail.IsOn && inviters.TryGetValue(invitation.InviterId, out var account))
                    {
                        db.Add(OutboxMessage.Of(MessageTypes.Expired, invitation.Id, now, invitation.Generation, account));
                    }
                }

                break;
            case CareAction.Erase:
                await EraseAsync(invitation, now, ct);
                break;
            case CareAction.None:
                break;
        }
    }

    /// <summary>
    /// Address, key, name and message go, and the name from what the family reads about the invitation. Who accepted it is a member: their
    /// name is the member's.
    /// </summary>
    private async Task EraseAsync(Invitation invitation, DateTimeOffset now, CancellationToken ct)
    {
        invitation.Erase(now);
        await db.Activity.Where(a => a.FamilyId == invitation.FamilyId && a.SubjectId == invitation.Id && a.Type != ActivityTypes.InviteAccepted)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.SubjectName, (string?)null), ct);
    }

    /// <summary>The newest mail of each present generation.</summary>
    private async Task<Dictionary<Guid, DeliveryState>> MailedAsync(List<Invitation> due, CancellationToken ct)
    {
        if (!mail.IsOn && !texts.IsOn)
        {
            return [];
        }

        var generations = due.ToDictionary(i => i.Id, i => i.Generation);
        var ids = generations.Keys.ToList();
        var rows = await db.Outbox.AsNoTracking().Where(o => ids.Contains(o.SubjectId) && o.Type == MessageTypes.Invitation)
            .OrderBy(o => o.Id).Select(o => new { o.SubjectId, o.Generation, o.State }).ToListAsync(ct);
        var newest = new Dictionary<Guid, DeliveryState>();
        foreach (var row in rows.Where(r => generations[r.SubjectId] == r.Generation))
        {
            newest[row.SubjectId] = row.State;
        }

        return newest;
    }

    /// <summary>The zones of those who have an account and said where they are.</summary>
    private async Task<Dictionary<string, string>> ZonesAsync(List<Invitation> due, CancellationToken ct)
    {
        var keys = due.Select(i => i.AddressKey).OfType<string>().ToList();
        var known = await (
            from address in db.Addresses
            join account in db.Accounts on address.AccountId equals account.Id
            where keys.Contains(address.Key) && address.ProvenAt != null && account.DeletedAt == null && account.TimeZone != Account.DefaultTimeZone
            select new { address.Key, account.TimeZone }).ToListAsync(ct);
        return known.GroupBy(k => k.Key, StringComparer.Ordinal).ToDictionary(k => k.Key, k => k.First().TimeZone, StringComparer.Ordinal);
    }

    private async Task<Dictionary<Guid, Guid>> InvitersAsync(Guid familyId, List<Invitation> due, CancellationToken ct)
    {
        var ids = due.Select(i => i.InviterId).Distinct().ToList();
        return await db.Members.Where(m => m.FamilyId == familyId && ids.Contains(m.Id) && m.AccountId != null).ToDictionaryAsync(m => m.Id, m => m.AccountId!.Value, ct);
    }
}
