using Kinvite.Delivery;
using Kinvite.Delivery.Reports;
using Kinvite.Persistence;

namespace Kinvite.Invitations;

/// <summary>The reminder to the invited person: the same link, never at night, and not after an answer, a block or a bounce.</summary>
internal sealed class ReminderMessage(InvitationLetter letter, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Reminder;

    public Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => letter.PrepareAsync(row, reminds: true, db, ct);

    public Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) =>
        row.State == DeliveryState.Failed ? InvitationReports.TellInviterAsync(row, db, clock.Now(), ct) : Task.CompletedTask;

    public Task LockAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => InvitationReports.LockAsync(row, db, ct);

    public Task ReportedAsync(OutboxMessage row, ReportKind kind, KinviteDbContext db, CancellationToken ct) =>
        InvitationReports.TakeAsync(row, kind, db, clock.Now(), ct);
}
