using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>What a member may do and until when, as it is or as it is to be.</summary>
/// <param name="Given">Role, permission, scope and children.</param>
/// <param name="AccessUntil">When it ends; null = no end.</param>
internal sealed record Standing(GrantedRole Given, DateTimeOffset? AccessUntil)
{
    public bool SameAs(Standing other) => AccessUntil == other.AccessUntil && SameAccess(other);

    public bool SameAccess(Standing other) => Given.Role.Key == other.Given.Role.Key && Given.Permission == other.Given.Permission
        && Given.WholeFamily == other.Given.WholeFamily && Given.Children.Count == other.Given.Children.Count
        && Given.Children.All(c => other.Given.Children.TryGetValue(c.Key, out var permission) && permission == c.Value);
}

/// <summary>Who may change what somebody may do (design.md §3 rules 2, 14 and 16). Pure.</summary>
internal static class StandingDecision
{
    /// <summary>Why <paramref name="after"/> is refused, or null. Nothing changed is refused to nobody.</summary>
    public static Problem? Refuses(Actor actor, Member target, bool isOwner, Standing before, Standing after, IReadOnlyCollection<Member> everybody, FamilyKind kind)
    {
        if (before.SameAs(after))
        {
            return null;
        }

        if (RightsRule.Decide(actor, Capabilities.MembersManage) is { Allowed: false } lacks)
        {
            return Problem.RightsMissing with { Detail = lacks.Because };
        }

        if (isOwner)
        {
            return MemberProblems.LastOwner;
        }

        if (RightsRule.MayRemove(actor, target.AsTarget(kind)) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        if (RightsRule.MayGrant(actor, after.Given.AsGrant) is { Allowed: false } above)
        {
            return Problem.RightsCeiling with { Detail = above.Because };
        }

        if (target.IsGuest && after.Given.IsMoreThanLooking)
        {
            return MemberProblems.OnlyGuest;
        }

        if (actor.MemberId == target.Id && Raises(before, after))
        {
            return Problem.RightsCeiling with { Detail = "Nobody gives themselves more, or longer; ask somebody else who manages the family." };
        }

        return Guardians.Remain(everybody, target.Id, kind, after) ? null : Guardians.LastGuardian;
    }

    // Permission, children and the role's rights are the ceiling's; what is left is looking after children, and time.
    private static bool Raises(Standing before, Standing after) =>
        (after.Given.Role.Guardian && !before.Given.Role.Guardian) || (before.AccessUntil is { } end && !(after.AccessUntil <= end));
}
