using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>A person in a family, as one of the others sees them.</summary>
public sealed record MemberView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>The member's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>As the family calls them.</summary>
    public required string Name { get; init; }

    /// <summary>A name of the built-in set.</summary>
    public string? Avatar { get; init; }

    /// <summary>Where given.</summary>
    public int? BirthYear { get; init; }

    /// <summary>The role's key.</summary>
    public required string Role { get; init; }

    /// <summary>The role in the reader's language.</summary>
    public required string RoleName { get; init; }

    /// <summary>What it can and cannot do, in a sentence.</summary>
    public required string RoleMeans { get; init; }

    /// <summary>Whoever looks.</summary>
    public bool IsYou { get; init; }

    /// <summary>The family is theirs.</summary>
    public bool IsOwner { get; init; }

    /// <summary>False: a profile that somebody else looks after.</summary>
    public bool HasAccount { get; init; }

    /// <summary>A child or a baby, which has a page of its own sort.</summary>
    public bool IsChild { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who invited or added them, while that person is here and seen.</summary>
    public string? InvitedBy { get; init; }

    /// <summary>When their access ends or ended; null = no end.</summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>Their time is over.</summary>
    public bool HasEnded { get; init; }

    /// <summary>What they may do.</summary>
    public required Permission Permission { get; init; }

    /// <summary>They may do less than their role has, or what was chosen for them: then it is said beside the role.</summary>
    public bool PermissionIsOwn { get; init; }

    /// <summary>They see the whole family.</summary>
    public bool SeesAll { get; init; }

    /// <summary>The children that they see, as far as the reader sees them.</summary>
    public IReadOnlyList<SeenChild> Sees { get; init; } = [];

    /// <summary>Whether the reader may change name and picture.</summary>
    public bool CanRename { get; init; }

    /// <summary>Whether the reader may change what they are and what they see.</summary>
    public bool CanChange { get; init; }

    /// <summary>Whether the reader may say until when they see what the reader manages.</summary>
    public bool CanLimit { get; init; }

    /// <summary>Whether the reader may remove them, or take away what they see of the reader's children.</summary>
    public bool CanRemove { get; init; }

    /// <summary>The roles that the reader could give, the present one among them.</summary>
    public IReadOnlyList<RoleChoice> Roles { get; init; } = [];

    /// <summary>What the reader could allow beside the role; empty where the role decides.</summary>
    public IReadOnlyList<Permission> Permissions { get; init; } = [];

    /// <summary>Whether "as the role has it" is one of the choices.</summary>
    public bool RoleMayDecide { get; init; }

    /// <summary>The children that the reader could open.</summary>
    public IReadOnlyList<SeenChild> Children { get; init; } = [];

    /// <summary>Whether at least one child has to be chosen.</summary>
    public bool ChildrenRequired { get; init; }

    /// <summary>Null where the kind has none.</summary>
    public int? Points { get; init; }

    /// <summary>Whether the reader may give and take points.</summary>
    public bool CanAdjustPoints { get; init; }

    /// <summary>How they came to their points; null where the reader may not see it.</summary>
    public PointsHistory? History { get; set; }

    /// <summary>The digits for a shared tablet; null where they are none of the reader's business.</summary>
    public PinView? Pin { get; init; }
}

/// <summary>Points that were given or taken, newest first.</summary>
/// <param name="Lines">One page of them.</param>
/// <param name="Next">Where older ones begin; null at the end.</param>
/// <param name="IsLater">Newer ones are on a page before.</param>
public sealed record PointsHistory(IReadOnlyList<PointsLine> Lines, string? Next, bool IsLater);

/// <summary>Points that were given or taken.</summary>
/// <param name="At">When.</param>
/// <param name="Delta">How many.</param>
/// <param name="Total">The points after it.</param>
/// <param name="Reason">What for.</param>
/// <param name="By">Who gave or took them.</param>
public sealed record PointsLine(DateTimeOffset At, int Delta, int Total, string? Reason, string By);

/// <summary>How a child comes in on a shared tablet.</summary>
/// <param name="IsSet">It types four digits; else the face is enough.</param>
/// <param name="WaitsUntil">Too many wrong ones: none is taken until then.</param>
/// <param name="IsLocked">Far too many: somebody who looks after it has to open it.</param>
public sealed record PinView(bool IsSet, DateTimeOffset? WaitsUntil, bool IsLocked);

/// <summary>A child that somebody sees.</summary>
/// <param name="Id">The child's member id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Permission">What they may do for it.</param>
/// <param name="Since">Since when.</param>
/// <param name="By">Who let them, where seen.</param>
/// <param name="Until">When it ends or ended; null = no end.</param>
public sealed record SeenChild(Guid Id, string Name, Permission Permission, DateTimeOffset? Since = null, string? By = null, DateTimeOffset? Until = null);

/// <summary>Somebody to choose.</summary>
/// <param name="Id">Their member id.</param>
/// <param name="Name">As the family calls them.</param>
public sealed record NamedPerson(Guid Id, string Name);

/// <summary>A role to choose.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Means">What it can and cannot do.</param>
public sealed record RoleChoice(string Key, string Name, string Means);

/// <summary>A child, with everybody who can see it.</summary>
public sealed record ChildView
{
    /// <summary>The child itself.</summary>
    public required MemberView Child { get; init; }

    /// <summary>Whether the reader may invite somebody for this child.</summary>
    public bool CanInvite { get; init; }

    /// <summary>What the reader may allow somebody for this child; empty where they may not.</summary>
    public IReadOnlyList<Permission> Levels { get; init; } = [];

    /// <summary>People of the family who do not see this child and could.</summary>
    public IReadOnlyList<NamedPerson> Addable { get; init; } = [];

    /// <summary>Those who see everything first, then by when they came.</summary>
    public required IReadOnlyList<Watcher> Watchers { get; init; }
}

/// <summary>Somebody who can see a child.</summary>
/// <param name="Id">Their member id.</param>
/// <param name="Name">As the family calls them.</param>
/// <param name="Avatar">A name of the built-in set.</param>
/// <param name="RoleName">In the reader's language.</param>
/// <param name="IsYou">Whoever looks.</param>
/// <param name="SeesAll">Because they see the whole family; else because the child was chosen for them.</param>
/// <param name="IsGuardian">Looks after the child.</param>
/// <param name="Permission">What they may do for it.</param>
/// <param name="Since">Since when.</param>
/// <param name="InvitedBy">Who let them in, where seen.</param>
/// <param name="AccessUntil">When it ends or ended.</param>
/// <param name="CanChange">Whether the reader may change them on their own page.</param>
/// <param name="CanLimit">Whether the reader may say here what they may do for this child, until when, and that they see it no more.</param>
public sealed record Watcher(
    Guid Id, string Name, string? Avatar, string RoleName, bool IsYou, bool SeesAll, bool IsGuardian, Permission Permission, DateTimeOffset Since,
    string? InvitedBy, DateTimeOffset? AccessUntil, bool CanChange, bool CanLimit);
