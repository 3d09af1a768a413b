using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Delivery.Reports;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What an invitation makes of the reports on its mails.</summary>
internal static class InvitationReports
{
    /// <summary>The family first, as in every change to it.</summary>
    public static Task LockAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) => db.Families
        .FromSql($"SELECT * FROM families WHERE id = (SELECT family_id FROM invitations WHERE id = {row.SubjectId}) FOR NO KEY UPDATE").ToListAsync(ct);

    public static async Task TakeAsync(OutboxMessage row, ReportKind kind, KinviteDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        if (kind == ReportKind.Delivered || await db.Invitations.Include(i => i.Children).SingleOrDefaultAsync(i => i.Id == row.SubjectId, ct) is not { } invitation)
        {
            return;
        }

        if (kind == ReportKind.Complained)
        {
            // An older mail may have gone to another address.
            await (invitation.Generation == row.Generation ? StopAsync(invitation, db, now, ct) : Task.CompletedTask);
            return;
        }

        if (invitation.Bounce(row.Generation, now))
        {
            db.Activity.Add(ActivityEntry.Of(
                ActivityTypes.InviteBounced, invitation.FamilyId, null, now, (invitation.Id, invitation.Name), invitation.Concerns));
            await TellInviterAsync(row, db, now, ct);
        }
    }

    /// <summary>The mail did not arrive: whoever answers for the invitation learns it, with the way out.</summary>
    public static async Task TellInviterAsync(OutboxMessage row, KinviteDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        var inviter = await (
            from i in db.Invitations
            join m in db.Members on new { i.FamilyId, Id = i.InviterId } equals new { m.FamilyId, m.Id }
            where i.Id == row.SubjectId && i.Generation == row.Generation
            select m.AccountId).SingleOrDefaultAsync(ct);
        if (inviter is { } account)
        {
            db.Outbox.Add(OutboxMessage.Of(MessageTypes.Failed, row.SubjectId, now, row.Generation, account));
        }
    }

    // "This is spam" says the same as the mail's own "I don't know them", and like that it is told to nobody.
    private static Task<int> StopAsync(Invitation invitation, KinviteDbContext db, DateTimeOffset now, CancellationToken ct) => invitation.AddressKey is not { } key
        ? Task.FromResult(0)
        : db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO invitation_blocks (id, family_id, address_key, created_at) VALUES ({Guid.CreateVersion7(now)}, NULL, {key}, {now})
            ON CONFLICT (address_key, family_id) DO NOTHING
            """,
            ct);
}
