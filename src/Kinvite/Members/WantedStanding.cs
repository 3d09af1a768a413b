using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>What a change asks for, after the kind has filled in what follows from it; 400 at the field where it does not fit.</summary>
internal static class WantedStanding
{
    public static Result<Standing> Of(UpdateMemberRequest request, Member target, bool isOwner, FamilyKind kind, DateTimeOffset now)
    {
        var before = target.Held(kind);
        var errors = new FieldErrors();
        var until = request.AccessUntil.Or(before.AccessUntil);
        if (until <= now && until != before.AccessUntil)
        {
            errors.Add("accessUntil", "Give an instant in the future.");
        }

        if (request.Role is { IsSet: true, Value: null })
        {
            errors.Add("role", "It cannot be cleared.");
        }

        if (request.Children.Value?.Any(c => c is null) == true)
        {
            errors.Add("children", "Give each child's id.");
        }

        if (target.AccountId is null)
        {
            KeepProfile(request, target, until, errors);
        }

        if (errors.Problem is { } problem)
        {
            return problem;
        }

        if (!request.ChangesAccess || target.AccountId is null)
        {
            return before with { AccessUntil = until };
        }

        if (isOwner)
        {
            return KeepsOwner(request, target) ? before with { AccessUntil = until } : MemberProblems.LastOwner;
        }

        var given = Resolve(request, target, before.Given.Role, kind);
        return given.Refused(out problem) ? problem : new Standing(given.Value, until);
    }

    // A profile is what others look after: it can do nothing, and nothing of it ends.
    private static void KeepProfile(UpdateMemberRequest request, Member target, DateTimeOffset? until, FieldErrors errors)
    {
        if (request.Role.Or(target.Role) != target.Role)
        {
            errors.Add("role", "Whoever has no account keeps their role.");
        }

        if (request.Permission.Or(target.Permission) != target.Permission)
        {
            errors.Add("permission", "Whoever has no account can do nothing by themselves.");
        }

        if (request.Children.Value is { Count: > 0 })
        {
            errors.Add("children", "Whoever has no account sees nothing by themselves.");
        }

        if (until is not null)
        {
            errors.Add("accessUntil", "Whoever has no account has no access that could end.");
        }
    }

    private static bool KeepsOwner(UpdateMemberRequest request, Member owner) =>
        request.Role.Or(owner.Role) == owner.Role && request.Permission.Or(owner.Permission) == owner.Permission && request.Children.Value is not { Count: > 0 };

    private static Result<GrantedRole> Resolve(UpdateMemberRequest request, Member target, KindRole held, FamilyKind kind)
    {
        var newRole = request.Role.IsSet && request.Role.Value != target.Role;
        var newLevel = newRole || request.Permission.IsSet;
        // Where the inviter chooses, the role is a label and says nothing about what is allowed; elsewhere the new role does.
        var stays = kind.Invitations.Permission == PermissionMode.Choose ? !request.Permission.IsSet : !newLevel && kind.Invitations.Permission != PermissionMode.Role;
        var children = Children(request, target, newLevel);
        var permission = stays && children.Count == 0 ? target.Permission : request.Permission.Value;
        var given = newRole ? kind.Resolve(request.Role.Value, permission, children) : kind.Resolve(held, permission, children, forProfile: !target.WholeFamily && !request.Children.IsSet, Most);
        // Whose children are gone sees nobody, and not everybody, until somebody says so.
        return given is { Problem: null, Value: { WholeFamily: true } opened } && !target.WholeFamily && !request.Children.IsSet ? opened with { WholeFamily = false } : given;

        Permission? Most(Guid child) => kind.Invitations.Permission == PermissionMode.PerChild ? Permission.Admin : target.Children.Find(c => c.ChildId == child)?.Permission;
    }

    // A child that is named without a permission keeps its own, unless the whole level changes.
    private static List<(Guid, Permission?)> Children(UpdateMemberRequest request, Member target, bool newLevel)
    {
        IEnumerable<ChildGrantEntry> wanted = request.Children.IsSet
            ? request.Children.Value?.OfType<ChildGrantEntry>() ?? []
            : target.WholeFamily ? [] : target.Children.Select(c => new ChildGrantEntry(c.ChildId));
        return [.. wanted.Select(c => (c.ChildId, c.Permission ?? (newLevel ? null : Now(c.ChildId))))];

        Permission? Now(Guid child) => target.Children.Find(c => c.ChildId == child)?.Permission ?? target.Permission;
    }
}
