using Kinvite.Families;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Whose mail a request goes to.</summary>
internal static class WhoAnswers
{
    /// <summary>More would not answer sooner, and a stranger's question is not worth a crowd's mail.</summary>
    public const int Most = 10;

    /// <summary>By an invitation, or (null) by an open link: whoever made it, as long as they may answer it, else the owner.</summary>
    public static async Task<Guid?> WhoAnswersAsync(
        this KinviteDbContext db, Family family, FamilyKind kind, Member? inviter, Invitation? invitation, DateTimeOffset now, CancellationToken ct) =>
        inviter is { AccountId: { } account } && inviter.AsActor(kind, now) is { } actor && RightsRule.Decide(actor, Capabilities.RequestsManage).Allowed
            && Sees.AccessRequest(
                actor, childId: null, invitation is null ? actor.WholeFamily : Sees.Invitation(actor, invitation.WholeFamily, [.. invitation.Children.Select(c => c.ChildId)], invitation.MemberId))
            ? account
            : await db.Members.Where(m => m.FamilyId == family.Id && m.Id == family.OwnerId).Select(m => m.AccountId).SingleOrDefaultAsync(ct);

    /// <summary>
    /// Without one: those who may answer for the whole family, or for the child that is asked for; the owner first, then who has been there longest.
    /// One statement, for a family that is not there as well.
    /// </summary>
    public static async Task<IReadOnlyList<Guid>> WhoAnswersAsync(
        this KinviteDbContext db, Family? family, FamilyKind? kind, Guid? childId, DateTimeOffset now, CancellationToken ct)
    {
        var familyId = family?.Id;
        var roles = kind?.Roles.Where(r => r.CapabilitySet.Contains(Capabilities.RequestsManage)).Select(r => r.Key).ToList() ?? [];
        var candidates = await db.Members.AsNoTracking().Include(m => m.Children)
            .Where(m => m.FamilyId == familyId && m.AccountId != null)
            .Where(m => m.Permission >= Permission.Admin || roles.Contains(m.Role) || m.Children.Any(c => c.ChildId == childId && c.Permission >= Permission.Admin))
            .ToListAsync(ct);
        return kind is null ? [] : [.. candidates
            .Where(m => m.AsActor(kind, now) is { } actor && Sees.AccessRequest(actor, childId, seesInvitation: false))
            .OrderByDescending(m => m.Id == family!.OwnerId).ThenBy(m => m.Id).Take(Most).Select(m => m.AccountId!.Value)];
    }
}
