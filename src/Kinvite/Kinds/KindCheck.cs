using System.Text.RegularExpressions;
using Kinvite.Rights;

namespace Kinvite.Kinds;

/// <summary>What the shape of a kind's file cannot say: whether its parts fit together.</summary>
internal static partial class KindCheck
{
    private const int LongestCapability = 60;
    private static readonly string[] Channels = ["email", "phone", "link"];

    /// <summary>"path: what is wrong and what to do", all of it.</summary>
    public static IEnumerable<string> Errors(FamilyKind kind)
    {
        if (!Key().IsMatch(kind.Key))
        {
            yield return "key: use 2 to 40 small letters, digits and dashes, beginning with a letter.";
        }

        if (kind.Roles.Count == 0)
        {
            yield return "roles: give at least one role.";
            yield break;
        }

        foreach (var duplicate in kind.Roles.GroupBy(r => r.Key, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"roles: the role \"{duplicate.Key}\" is there twice; remove one.";
        }

        foreach (var error in CapabilityErrors(kind))
        {
            yield return error;
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

    private static IEnumerable<string> CapabilityErrors(FamilyKind kind)
    {
        for (var i = 0; i < kind.Capabilities.Count; i++)
        {
            var capability = kind.Capabilities[i];
            if (!Capability().IsMatch(capability) || capability.Length > LongestCapability)
            {
                yield return $"capabilities[{i}]: write it like chores.complete, in small letters, 60 at most.";
            }

            if (Capabilities.Least.ContainsKey(capability))
            {
                yield return $"capabilities[{i}]: \"{capability}\" is built in; remove it here.";
            }

            if (kind.Capabilities.Take(i).Contains(capability))
            {
                yield return $"capabilities[{i}]: \"{capability}\" is there twice; remove one.";
            }
        }
    }

    private static IEnumerable<string> RoleErrors(FamilyKind kind, KindRole role, string path)
    {
        if (!Key().IsMatch(role.Key))
        {
            yield return $"{path}.key: use 2 to 40 small letters, digits and dashes, beginning with a letter.";
        }

        if (role.Permission >= Permission.Owner)
        {
            yield return $"{path}.permission: no role is owner; whoever starts the family owns it.";
        }

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
            yield return $"{path}.guardian: whoever looks after children needs an account; set one of the two to the other.";
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
        foreach (var channel in kind.Invitations.Channels.Where(c => !Channels.Contains(c)))
        {
            yield return $"invitations.channels: \"{channel}\" is none of email, phone, link.";
        }

        if (kind.Invitations.Channels.Count == 0)
        {
            yield return "invitations.channels: give at least one of email, phone, link.";
        }

        if (kind.Invitations.Channels.Distinct(StringComparer.Ordinal).Count() < kind.Invitations.Channels.Count)
        {
            yield return "invitations.channels: one is there twice; remove one.";
        }

        if (kind.Invitations.Binding == Binding.Verified && kind.Invitations.Channels.Contains("link"))
        {
            yield return "invitations.binding: a link without address proves nothing; remove link from channels, or set it to confirm.";
        }

        if (kind.Invitations is { Permission: PermissionMode.PerChild, Children: ChildrenMode.No })
        {
            yield return "invitations.permission: for each child needs children; set children to required or optional, or this to role.";
        }

        if (kind.Invitations.LifetimeDays is < 1 or > 90)
        {
            yield return "invitations.lifetimeDays: give 1 to 90 days.";
        }

        if (kind.Invitations.Children != ChildrenMode.No && !kind.Roles.Any(r => r.Child))
        {
            yield return "invitations.children: there is no role of a child; add one, or set it to no.";
        }

        if (kind.Links is { Allowed: true } && (kind.Links.MinDays < 1 || kind.Links.MaxDays > 90 || kind.Links.MinDays > kind.Links.MaxDays))
        {
            yield return "links: give minDays and maxDays between 1 and 90, the first not above the second.";
        }

        if (kind.Limits.Pending < 1 || kind.Limits.Members < 1 || kind.Limits.MembersWithoutAccount < 0)
        {
            yield return "limits: give numbers above 0, or null for no limit.";
        }

        if (kind.Limits.MembersWithoutAccount == 0 && kind.Roles.Any(r => !r.NeedsAccount))
        {
            yield return "limits.membersWithoutAccount: there are roles without account, and none may be added; give a number, or null for no limit.";
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Capability();

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,39}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Key();
}
