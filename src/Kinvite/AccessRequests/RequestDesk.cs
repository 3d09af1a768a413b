using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>A request in the hands of somebody who may answer it, under the family's lock.</summary>
internal sealed record Answerable(Insider Me, AccessRequest Request);

/// <summary>Finds it; unseen answers as unknown.</summary>
internal sealed class RequestDesk(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Answerable>> TakeAsync(Family locked, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(locked, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.RequestsManage)) is not null)
        {
            return problem;
        }

        var request = await db.AccessRequests.Where(r => r.FamilyId == locked.Id && r.Id == id)
            .Where(Visible.AccessRequests(entered.Value.Actor, db.Invitations)).SingleOrDefaultAsync(ct);
        return request is null ? Problem.NotFound : new Answerable(entered.Value, request);
    }
}
