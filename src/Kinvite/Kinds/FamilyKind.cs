using Kinvite.Rights;

namespace Kinvite.Kinds;

/// <summary>The rules of a sort of family, read from one JSON file (<c>Kinds/*.json</c>) and checked at start.</summary>
internal sealed record FamilyKind
{
    public required string Key { get; init; }
    public required LocalText Name { get; init; }
    public required LocalText Description { get; init; }

    /// <summary>The role of whoever starts the family; with permission owner.</summary>
    public required string FounderRole { get; init; }

    /// <summary>The role when an invitation names none.</summary>
    public required string DefaultRole { get; init; }

    public required IReadOnlyList<KindRole> Roles { get; init; }

    /// <summary>The kind's own capabilities, beside the built-in ones.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public required InvitationRules Invitations { get; init; }
    public required LinkRules Links { get; init; }
    public required RequestRules Requests { get; init; }
    public required KindLimits Limits { get; init; }

    /// <summary>The roles of people under age, with or without account.</summary>
    public IReadOnlyList<string> MinorRoles => [.. Roles.Where(r => r.Child || r.Minor).Select(r => r.Key)];

    public KindRole? FindRole(string key) => Roles.FirstOrDefault(r => r.Key == key);

    /// <summary>Whether a named right exists in this kind: built in, or its own.</summary>
    public bool KnowsCapability(string name) => Rights.Capabilities.Least.ContainsKey(name) || Capabilities.Contains(name);

    /// <summary>Whether there are children here, to be seen by some and not by others.</summary>
    public bool HasChildren => Roles.Any(r => r.Child);

    /// <summary>Whether members collect points here.</summary>
    public bool HasPoints => Capabilities.Contains("points.adjust");
}

/// <summary>What somebody is in a family of this kind.</summary>
internal sealed record KindRole
{
    public required string Key { get; init; }
    public required LocalText Name { get; init; }

    /// <summary>A plain sentence that says what this role can and cannot do; families see it instead of a permission.</summary>
    public required LocalText Description { get; init; }

    public required Permission Permission { get; init; }

    /// <summary>Added to what the permission has: the kind's own and built-in names.</summary>
    public IReadOnlyList<string> Capabilities
    {
        get;
        init => (field, CapabilitySet) = (value, value.ToHashSet(StringComparer.Ordinal));
    } = [];

    /// <summary>The same, for looking one up.</summary>
    public IReadOnlySet<string> CapabilitySet { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether an invitation may name it.</summary>
    public bool Invitable { get; init; }

    /// <summary>False: a profile without account (a child, a baby, an elder).</summary>
    public bool NeedsAccount { get; init; } = true;

    public bool Guardian { get; init; }

    /// <summary>Members of this role are children: they have guardians, and can be what a scope is made of.</summary>
    public bool Child { get; init; }

    /// <summary>Members of this role are under age and have an account all the same: strangers do not read their names.</summary>
    public bool Minor { get; init; }
}

internal enum PermissionMode { Role, Lower, Choose, PerChild }

internal enum WhilePending { Answer, Refuse }

internal enum ChildrenMode { No, Optional, Required }

/// <summary>Who may use an invitation; each is stricter than the one before.</summary>
public enum Binding
{
    /// <summary>Any signed-in account with the link.</summary>
    Bearer = 1,

    /// <summary>The invited address joins; any other account waits for approval.</summary>
    Confirm = 2,

    /// <summary>Only who controls the invited address.</summary>
    Verified = 3,
}

/// <param name="Channels">Of <c>email</c>, <c>phone</c>, <c>link</c>.</param>
/// <param name="LifetimeDays">How long an invitation can be accepted, in days.</param>
/// <param name="Binding">The loosest binding; an invitation may be stricter.</param>
/// <param name="Permission">Who decides the permission: the role, the role or lower, the inviter, or the inviter for each child.</param>
/// <param name="WhilePending">What happens when the same address is invited again.</param>
/// <param name="Children">Whether an invitation names children.</param>
internal sealed record InvitationRules(
    IReadOnlyList<string> Channels, int LifetimeDays, Binding Binding, PermissionMode Permission, WhilePending WhilePending, ChildrenMode Children);

internal sealed record LinkRules(bool Allowed, int MinDays, int MaxDays, bool RequireApproval);

/// <param name="Allowed">Whether somebody may ask to get in without an invitation.</param>
internal sealed record RequestRules(bool Allowed);

/// <summary>Null: no limit. <c>MembersWithoutAccount</c> 0: none at all.</summary>
internal sealed record KindLimits(int? Pending, int? MembersWithoutAccount, int? Members);
