namespace Kinvite.Rights;

/// <summary>What an invitation, a link, a change of a member or an approval would give.</summary>
/// <param name="Permission">The permission given.</param>
/// <param name="WholeFamily">For the whole family, or only for <paramref name="Children"/>.</param>
/// <param name="Children">Child id → permission; empty for the whole family.</param>
/// <param name="RoleCapabilities">What the role adds to the permission.</param>
/// <param name="Profile">The profile that somebody takes over with it; then there may be no child in it.</param>
internal sealed record Grant(
    Permission Permission,
    bool WholeFamily,
    IReadOnlyDictionary<Guid, Permission> Children,
    IReadOnlySet<string> RoleCapabilities,
    Guid? Profile = null);
