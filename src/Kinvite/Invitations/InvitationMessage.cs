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
            ActivityTypes.InviteSent, invitation.FamilyId, null, clock.Now(), (invitation.Id, invitation.Name), invitation.Children.Select(c => c.ChildId)));
    }

    public Task LockAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => InvitationReports.LockAsync(row, db, ct);

    public Task ReportedAsync(OutboxMessage row, ReportKind kind, KinviteDbContext db, CancellationToken ct) =>
        InvitationReports.TakeAsync(row, kind, db, clock.Now(), ct);
}
