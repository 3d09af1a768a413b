namespace Kinvite.Families;

/// <summary>The circle, as far as whoever looks may see it.</summary>
public sealed record FamilyView
{
    /// <summary>Whether the reader adds and removes shared tablets.</summary>
    public bool CanShareDevices { get; init; }

    /// <summary>The family's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind in the reader's language.</summary>
    public required string KindName { get; init; }

    /// <summary>Adults first, then children; within each by when they came.</summary>
    public required IReadOnlyList<PersonCard> People { get; init; }

    /// <summary>Whether the reader sees the whole family, and not some children only.</summary>
    public bool SeesAll { get; init; }

    /// <summary>Whether the reader may invite.</summary>
    public bool CanInvite { get; init; }

    /// <summary>Whether the reader may answer those who ask to come in.</summary>
    public bool CanAnswer { get; init; }

    /// <summary>Whether people may ask to join this family, and the reader answers them for the whole of it.</summary>
    public bool CanBeAsked { get; init; }

    /// <summary>Whether the reader may see what happened.</summary>
    public bool CanSeeActivity { get; init; }

    /// <summary>The roles of somebody without account whom the reader may add; empty where there are none.</summary>
    public IReadOnlyList<AddableRole> Addable { get; init; } = [];

    /// <summary>Whether a child who is added may get digits for a shared tablet.</summary>
    public bool TakesPin { get; init; }

    /// <summary>Invitations that wait for their people; 0 where the reader may not know.</summary>
    public int Invited { get; init; }

    /// <summary>Requests that wait for an answer; 0 where the reader may not answer.</summary>
    public int Requests { get; init; }

    /// <summary>Why the reader cannot leave now.</summary>
    public StayReason Stay { get; init; }
}

/// <summary>Why somebody cannot leave.</summary>
public enum StayReason
{
    /// <summary>They can.</summary>
    None,

    /// <summary>The family is theirs: it has to be handed over first.</summary>
    LastOwner,

    /// <summary>Without them a child would have no guardian.</summary>
    LastGuardian,
}

/// <summary>A person in the circle.</summary>
public sealed record PersonCard
{
    /// <summary>The member's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>As the family calls them.</summary>
    public required string Name { get; init; }

    /// <summary>What they are, in the reader's language.</summary>
    public required string RoleName { get; init; }

    /// <summary>A child or a baby.</summary>
    public bool IsChild { get; init; }

    /// <summary>Whoever looks.</summary>
    public bool IsYou { get; init; }

    /// <summary>False: a profile that somebody else looks after.</summary>
    public bool HasAccount { get; init; }

    /// <summary>A name of the built-in set.</summary>
    public string? Avatar { get; init; }

    /// <summary>Null where the kind has none.</summary>
    public int? Points { get; init; }

    /// <summary>When their access ends.</summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>A profile that the reader may give an account of its own.</summary>
    public bool CanHandOver { get; init; }

    /// <summary>A child for whom the reader may invite others, where the children are what one is invited for.</summary>
    public bool CanInviteFor { get; init; }

    /// <summary>Whether the reader may remove them.</summary>
    public bool CanRemove { get; init; }
}

/// <summary>What somebody without account may be.</summary>
/// <param name="Key">The role's key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="IsChild">A child or a baby.</param>
public sealed record AddableRole(string Key, string Name, bool IsChild);

/// <summary>What was typed into the form that adds somebody.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">The chosen role.</param>
/// <param name="BirthYear">The year of birth.</param>
public sealed record AddForm(string? Name = null, string? Role = null, string? BirthYear = null);

/// <summary>A kind of family to choose.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">What it is for, one sentence.</param>
public sealed record KindCard(string Key, string Name, string Description);
