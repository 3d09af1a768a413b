using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Reports;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>The mail to the invited person.</summary>
internal sealed class InvitationMessage(InvitationLetter letter, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Invitation;

    public Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => letter.PrepareAsync(row, reminds: false, db, ct);

    public async Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        if (row.State == DeliveryState.Failed)
        {
            await InvitationReports.TellInviterAsync(row, db, clock.Now(), ct);
            return;
        }

        if (row.State != DeliveryState.Sent
            || await db.Invitations.AsNoTracking().Include(i => i.Children).SingleOrDefaultAsync(i => i.Id == row.SubjectId, ct) is not { } invitation)
        {
            return;
        }

        db.Activity.Add(ActivityEntry.Of(
            ActivityTypes.InviteSent, invitation.FamilyId, null, clock.Now(), (invitation.Id, invitation.Name), invitation.Concerns));
    }

    public Task LockAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => InvitationReports.LockAsync(row, db, ct);

    public Task ReportedAsync(OutboxMessage row, ReportKind kind, KinviteDbContext db, CancellationToken ct) =>
        InvitationReports.TakeAsync(row, kind, db, clock.Now(), ct);

    /// <summary>Where the mail of an open invitation stands is on the family's page for as long as it is open.</summary>
    public async Task<IReadOnlyCollection<Guid>> ShownAsync(IReadOnlyList<OutboxMessage> done, KinviteDbContext db, CancellationToken ct)
    {
        var (now, ids) = (clock.Now(), done.Select(o => o.SubjectId).ToList());
        var open = await db.Invitations.AsNoTracking()
            .Where(i => ids.Contains(i.Id) && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now)
            .ToDictionaryAsync(i => i.Id, i => i.Generation, ct);
        return [.. done.Where(o => open.TryGetValue(o.SubjectId, out var generation) && generation == o.Generation).Select(o => o.Id)];
    }
}
