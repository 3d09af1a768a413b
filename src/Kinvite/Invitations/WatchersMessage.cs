using Kinvite.Delivery;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// An invitation was used: whoever else looks after a child that it opened gets a message of their own. Accepting waits for none of this; the messages
/// are queued in the commit that marks this one, so each is told once.
/// </summary>
internal sealed class WatchersMessage(FamilyKinds kinds, TimeProvider clock) : IMessageType
{
    public string Type => MessageTypes.Watchers;

    public Task<Prepared> PrepareAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct) =>
        Task.FromResult<Prepared>(new Prepared.Drop("Each guardian is told with a message of their own"));

    public async Task AfterAsync(OutboxMessage row, KinviteDbContext db, CancellationToken ct)
    {
        var found = await (
            from i in db.Invitations.AsNoTracking()
            join f in db.Families on i.FamilyId equals f.Id
            where i.Id == row.SubjectId && i.Status == InvitationStatus.Accepted
            select new { Invitation = i, f.Kind }).SingleOrDefaultAsync(ct);
        if (found is null || kinds.TryFind(found.Kind) is not { } kind)
        {
            return;
        }

        var invitation = found.Invitation;
        var everybody = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == invitation.FamilyId).ToListAsync(ct);
        if (everybody.Find(m => m.Id == invitation.AcceptedBy) is { } watcher)
        {
            var now = clock.Now();
            var fresh = watcher.WholeFamily ? null : watcher.Children.Where(c => c.Since >= invitation.EndedAt).Select(c => c.ChildId).ToList();
            db.AddRange(Guardians.Told(everybody, watcher, fresh, invitation.InviterId, kind, now)
                .Select(account => OutboxMessage.Of(MessageTypes.Watcher, watcher.Id, now, recipientId: account)));
        }
    }
}
