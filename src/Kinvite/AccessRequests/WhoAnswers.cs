using Kinvite.Families;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Whose mail a request goes to: the inviter, as long as they may answer it, else the owner.</summary>
internal static class WhoAnswers
{
    public static async Task<Guid?> WhoAnswersAsync(
        this KinviteDbContext db, Family family, FamilyKind kind, Member? inviter, DateTimeOffset now, CancellationToken ct) =>
        inviter is { AccountId: { } account } && RightsRule.Decide(inviter.AsActor(kind, now), Capabilities.RequestsManage).Allowed
            ? account
            : await db.Members.Where(m => m.FamilyId == family.Id && m.Id == family.OwnerId).Select(m => m.AccountId).SingleOrDefaultAsync(ct);
}
