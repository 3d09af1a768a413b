using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>An invitation in the hands of somebody who may manage it, under the family's lock.</summary>
internal sealed record Managed(Insider Me, Invitation Invitation);

/// <summary>Finds it: what every change of an invitation starts with. Unseen answers as unknown.</summary>
internal sealed class InvitationDesk(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Managed>> TakeAsync(Family locked, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(locked, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var invitation = await db.Invitations.Include(i => i.Children).Where(i => i.FamilyId == locked.Id && i.Id == id)
            .Where(Visible.Invitations(me.Actor)).SingleOrDefaultAsync(ct);
        return invitation is null ? Problem.NotFound : new Managed(me, invitation);
    }
}
