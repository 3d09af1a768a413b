using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Somebody who was blocked may ask again. What they asked meanwhile stays unseen; it is closed, so that they can.</summary>
internal sealed class UnblockAsker(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid accountId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => UnblockAsync(family, accountId, ct), ct);

    private async Task<Result<Guid>> UnblockAsync(Family family, Guid accountId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = RequestBlock.Lacks(entered.Value.Actor)) is not null)
        {
            return problem;
        }

        if (await db.RequestBlocks.SingleOrDefaultAsync(b => b.FamilyId == family.Id && b.AccountId == accountId, ct) is not { } block)
        {
            return Problem.NotFound;
        }

        db.Remove(block);
        var now = clock.Now();
        foreach (var kept in await db.AccessRequests
            .Where(r => r.AccountId == accountId && r.FamilyId == null && r.Status == AccessRequestStatus.Pending)
            .Where(r => r.TargetId == family.Id || db.Members.Any(m => m.FamilyId == family.Id && m.Id == r.TargetId)
                || db.Invitations.Any(i => i.FamilyId == family.Id && i.Id == r.TargetId)).ToListAsync(ct))
        {
            kept.Close(now);
        }

        await db.SaveChangesAsync(ct);
        return accountId;
    }
}
