using Kinvite.Rights;

namespace Kinvite.Kinds;

/// <summary>What the shape of a kind's file cannot say: whether its parts fit together.</summary>
internal static class KindCheck
{
    /// <summary>"path: what is wrong and what to do", all of it.</summary>
    public static IEnumerable<string> Errors(FamilyKind kind)
    {
        foreach (var duplicate in kind.Roles.GroupBy(r => r.Key, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"roles: the role \"{duplicate.Key}\" is there twice; remove one.";
        }

        foreach (var error in kind.Roles.SelectMany((role, i) => RoleErrors(kind, role, $"roles[{i}]")))
        {
            yield return error;
        }

        if (kind.FindRole(kind.FounderRole) is not { NeedsAccount: true })
        {
            yield return $"founderRole: \"{kind.FounderRole}\" must be one of roles, with needsAccount true.";
        }

        if (kind.FindRole(kind.DefaultRole) is not { Invitable: true })
        {
            yield return $"defaultRole: \"{kind.DefaultRole}\" must be one of roles, with invitable true.";
        }

        if (kind.Roles.Any(r => r.Child) && kind.FindRole(kind.FounderRole) is { Guardian: false })
        {
            yield return "founderRole: in a kind with children the founder must be a guardian: every child has one from the first day.";
        }

        foreach (var error in RuleErrors(kind))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> RoleErrors(FamilyKind kind, KindRole role, string path)
    {
        if (role is { Invitable: true, NeedsAccount: false })
        {
            yield return $"{path}.invitable: somebody without account cannot be invited; set one of the two to false.";
        }

        if (role is { Child: true, NeedsAccount: true })
        {
            yield return $"{path}.needsAccount: a child's profile has no account; set it to false.";
        }

        if (role is { Guardian: true, NeedsAccount: false })
        {
            yield return $"{path}.guardian: somebody without account cannot look after children here; set one of the two otherwise.";
        }

        foreach (var capability in role.Capabilities.Where(c => c is Capabilities.FamilyTransfer or Capabilities.FamilyDelete))
        {
            yield return $"{path}.capabilities: \"{capability}\" is the owner's alone; remove it.";
        }

        foreach (var capability in role.Capabilities.Where(c => !kind.KnowsCapability(c)))
        {
            yield return $"{path}.capabilities: \"{capability}\" is neither built in nor listed in capabilities; add it there or remove it.";
        }
    }

    private static IEnumerable<string> RuleErrors(FamilyKind kind)
    {
        foreach (var capability in kind.Capabilities.Where(Capabilities.Least.ContainsKey))
        {
            yield return $"capabilities: \"{capability}\" is built in; remove it here.";
        }

        if (kind.Invitations.Binding == Binding.Verified && kind.Invitations.Channels.Contains("link"))
        {
            yield return "invitations.binding: a link without address proves nothing; remove link from channels, or set it to confirm.";
        }

        if (kind.Invitations.Children != ChildrenMode.No && !kind.Roles.Any(r => r.Child))
        {
            yield return "invitations.children: there is no role of a child; add one, or set it to no.";
        }

        if (kind.Invitations is { Permission: PermissionMode.PerChild, Children: ChildrenMode.No })
        {
            yield return "invitations.permission: it cannot be for each child where invitations name none; set invitations.children to required or optional.";
        }

        if (kind.Links.MinDays > kind.Links.MaxDays)
        {
            yield return "links.minDays: it is more than links.maxDays; exchange the two.";
        }

        if (kind.Limits.MembersWithoutAccount == 0 && kind.Roles.FirstOrDefault(r => !r.NeedsAccount) is { } profile)
        {
            yield return $"limits.membersWithoutAccount: 0 leaves nobody for the role \"{profile.Key}\"; give a number, or remove the role.";
        }
    }
}
