using Kinvite.Http;
using Kinvite.Rights;

namespace Kinvite.Kinds;

/// <summary>What an invitation or approval gives, after the kind has filled in what was left out.</summary>
internal sealed record GrantedRole(KindRole Role, Permission Permission, bool WholeFamily, IReadOnlyDictionary<Guid, Permission> Children)
{
    /// <summary>The same for the ceiling.</summary>
    public Grant AsGrant => new(Permission, WholeFamily, Children, Role.CapabilitySet);

    /// <summary>Whether it is more than a guest may hold, who has no way of signing in.</summary>
    public bool IsMoreThanLooking => Role.Guardian || Permission > Permission.View || Children.Values.Any(p => p > Permission.View);
}

/// <summary>What a kind lets an invitation give.</summary>
internal static class KindGrants
{
    /// <summary>Role, permission and children as given, each left out where the kind knows better; 400 at the field where they do not fit.</summary>
    /// <param name="kind">The family's.</param>
    /// <param name="roleKey">The role; the default one when left out.</param>
    /// <param name="permission">The role's when left out.</param>
    /// <param name="children">Those that it opens.</param>
    /// <param name="forProfile">For who takes over a profile: where a child has to be chosen, they may also see nobody but themselves.</param>
    public static Result<GrantedRole> Resolve(
        this FamilyKind kind, string? roleKey, Permission? permission, IReadOnlyList<(Guid ChildId, Permission? Permission)>? children, bool forProfile = false)
    {
        var errors = new FieldErrors();
        var role = kind.FindRole(roleKey ?? kind.DefaultRole);
        if (role is not { Invitable: true })
        {
            errors.Add("role", $"Give one of: {string.Join(", ", kind.Roles.Where(r => r.Invitable).Select(r => r.Key))}.");
            return errors.Problem!;
        }

        return kind.Resolve(role, permission, children, forProfile);
    }

    /// <summary>The same for a role that somebody has already, whether or not an invitation may name it.</summary>
    /// <param name="kind">The family's.</param>
    /// <param name="role">The role.</param>
    /// <param name="permission">The role's when left out.</param>
    /// <param name="children">Those that it opens.</param>
    /// <param name="forProfile">For who takes over a profile.</param>
    /// <param name="most">What somebody may have for a child although their role has less: what they hold already, or where levels are each child's own.</param>
    public static Result<GrantedRole> Resolve(
        this FamilyKind kind, KindRole role, Permission? permission, IReadOnlyList<(Guid ChildId, Permission? Permission)>? children, bool forProfile = false,
        Func<Guid, Permission?>? most = null)
    {
        var errors = new FieldErrors();
        var given = Choose(kind.Invitations.Permission, role.Permission, permission, "permission", errors);
        var opened = Open(kind, given, children ?? [], forProfile, most, errors);
        return errors.Problem is { } problem
            ? problem
            : new GrantedRole(role, opened.Count == 0 ? given : opened.Values.Max(), opened.Count == 0 && kind.Invitations.Children != ChildrenMode.Required, opened);
    }

    /// <summary>The most that somebody with this role may hold, ownership aside.</summary>
    public static Permission HighestOf(this FamilyKind kind, KindRole role) =>
        kind.Invitations.Permission == PermissionMode.Choose ? Permission.Admin : (Permission)Math.Min((int)role.Permission, (int)Permission.Admin);

    private static Permission Choose(PermissionMode mode, Permission roles, Permission? wanted, string field, FieldErrors errors)
    {
        if (wanted is not { } permission)
        {
            return roles;
        }

        if (permission >= Permission.Owner)
        {
            errors.Add(field, "Ownership is handed over, never given with an invitation.");
        }
        else if (mode is PermissionMode.Role && permission != roles)
        {
            errors.Add(field, "In this kind of family the role decides it; leave it out.");
        }
        else if (mode is PermissionMode.Lower or PermissionMode.PerChild && permission > roles)
        {
            errors.Add(field, "It can be less than the role has, not more.");
        }

        return permission;
    }

    private static Dictionary<Guid, Permission> Open(
        FamilyKind kind, Permission given, IReadOnlyList<(Guid ChildId, Permission? Permission)> children, bool forProfile,
        Func<Guid, Permission?>? most, FieldErrors errors)
    {
        var opened = new Dictionary<Guid, Permission>();
        if (kind.Invitations.Children == ChildrenMode.No && children.Count > 0)
        {
            errors.Add("children", "This kind of family shares everything with everybody; leave it out.");
            return opened;
        }

        if (kind.Invitations.Children == ChildrenMode.Required && children.Count == 0 && !forProfile)
        {
            errors.Add("children", "Choose at least one child.");
        }

        // What is said for the person holds for each child that has nothing of its own; only where the inviter chooses may a child have more.
        var mode = kind.Invitations.Permission == PermissionMode.Choose ? PermissionMode.Choose : PermissionMode.Lower;
        for (var i = 0; i < children.Count; i++)
        {
            var permission = children[i].Permission is { } wanted
                ? wanted <= most?.Invoke(children[i].ChildId) ? wanted : Choose(mode, given, wanted, $"children[{i}].permission", errors)
                : given;
            if (!opened.TryAdd(children[i].ChildId, permission))
            {
                errors.Add($"children[{i}].childId", "This child is named twice.");
            }
        }

        return opened;
    }
}
