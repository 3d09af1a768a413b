using Kinvite.Kinds;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>The children of a family, where what is given depends on who they are.</summary>
internal static class FamilyChildren
{
    /// <summary>
    /// The whole family as its children, one by one, for a member who may do more for one of them than a grant for the whole family has: none is
    /// lowered, and those not yet seen are added. Any other grant as it is.
    /// </summary>
    public static async Task<GrantedRole> OpenedToAsync(
        this KinviteDbContext db, Member? existing, Guid familyId, GrantedRole given, FamilyKind kind, DateTimeOffset now, CancellationToken ct)
    {
        if (existing is null || existing.HasEnded(now) || !existing.HoldsMoreThan(given))
        {
            return given;
        }

        var children = await db.ChildrenOfAsync(familyId, kind, ct);
        return given with { WholeFamily = false, Children = children.ToDictionary(c => c, _ => given.Permission) };
    }

    /// <summary>Their ids, all of them.</summary>
    public static async Task<IReadOnlyCollection<Guid>> ChildrenOfAsync(this KinviteDbContext db, Guid familyId, FamilyKind kind, CancellationToken ct)
    {
        var roles = kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        return await db.Members.Where(m => m.FamilyId == familyId && m.AccountId == null && roles.Contains(m.Role)).Select(m => m.Id).ToListAsync(ct);
    }
}
