namespace Kinvite.Rights;

/// <summary>
/// A member as the rules see them: what they hold at this moment. Made from a loaded row by <c>Member.AsActor</c>;
/// a member whose temporary access has ended is no actor at all.
/// </summary>
/// <param name="MemberId">Who.</param>
/// <param name="Permission">What they may do in the whole family; for a member scoped to children it counts nowhere, <paramref name="Children"/> does.</param>
/// <param name="WholeFamily">True: everything in the family. False: only <paramref name="Children"/>.</param>
/// <param name="Children">Child id → permission, for members scoped to children; empty otherwise.</param>
/// <param name="RoleCapabilities">What the role adds to the permission (kind's own and built-in names).</param>
/// <param name="IsGuardian">The role says so.</param>
/// <param name="IsGuest">An account without address: sees, and never invites.</param>
internal sealed record Actor(
    Guid MemberId,
    Permission Permission,
    bool WholeFamily,
    IReadOnlyDictionary<Guid, Permission> Children,
    IReadOnlySet<string> RoleCapabilities,
    bool IsGuardian,
    bool IsGuest);
