using Kinvite.AccessRequests;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// A child's profile has a person of its own now. Whoever saw the child goes on seeing them, as one sees somebody in the family, and nobody scoped
/// manages them any more: what is more than seeing ends, with the invitations that would open them and the questions for them. Signing in as the child
/// on a shared tablet ends, too.
/// </summary>
internal static class GrownUp
{
    public static async Task EndChildhoodAsync(this KinviteDbContext db, Member grown, FamilyKind kind, DateTimeOffset now, CancellationToken ct)
    {
        var (familyId, id) = (grown.FamilyId, grown.Id);
        foreach (var open in await db.Invitations.Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.Children.Any(c => c.ChildId == id)).ToListAsync(ct))
        {
            open.Children.RemoveAll(c => c.ChildId == id);
            open.Tidy(now);
        }

        var managers = new List<Member>();
        foreach (var watcher in await db.Members.Include(m => m.Children).Where(m => m.FamilyId == familyId && m.Children.Any(c => c.ChildId == id)).ToListAsync(ct))
        {
            var row = watcher.Children.Find(c => c.ChildId == id)!;
            if (row.Permission > Permission.View)
            {
                row.Permission = Permission.View;
                managers.Add(watcher);
            }
        }

        foreach (var manager in managers)
        {
            await db.EndAboveAsync(familyId, manager.Id, manager.AsActor(kind, now), kind, now, ct);
        }

        foreach (var request in await db.AccessRequests.Where(r => r.FamilyId == familyId && r.ChildId == id && r.Status == AccessRequestStatus.Pending).ToListAsync(ct))
        {
            request.Close(now);
        }

        await db.Sessions.Where(s => s.FamilyId == familyId && s.MemberId == id && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
    }
}
