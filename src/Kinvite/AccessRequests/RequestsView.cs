using Kinvite.Rights;

namespace Kinvite.AccessRequests;

/// <summary>Who asks to come in, for those who may answer.</summary>
public sealed record RequestsView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Roles that the reader may give; the default one first.</summary>
    public required IReadOnlyList<RequestRole> Roles { get; init; }

    /// <summary>What may be allowed, where the kind lets one choose; the least first, empty where the role decides.</summary>
    public IReadOnlyList<Permission> Permissions { get; init; } = [];

    /// <summary>Children to choose from; empty where the kind opens the whole family.</summary>
    public IReadOnlyList<RequestChild> Children { get; init; } = [];

    /// <summary>At least one child has to be chosen.</summary>
    public bool ChildrenRequired { get; init; }

    /// <summary>Whether the reader may shut somebody out for the whole family.</summary>
    public bool CanBlock { get; init; }

    /// <summary>Unanswered ones, oldest first, as many as a page shows.</summary>
    public required IReadOnlyList<RequestCard> Waiting { get; init; }

    /// <summary>How many more wait behind them.</summary>
    public bool MoreWait { get; init; }

    /// <summary>Who cannot ask any more, the last first; empty for those who may not change that.</summary>
    public IReadOnlyList<BlockedAsker> Blocked { get; init; } = [];
}

/// <summary>A role to let somebody in as.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Means">What it can and cannot do, one sentence.</param>
public sealed record RequestRole(string Key, string Name, string Means);

/// <summary>A child that somebody can be let in to.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Name">As the family calls it.</param>
public sealed record RequestChild(Guid Id, string Name);

/// <summary>Somebody whose requests the family does not see.</summary>
/// <param name="AccountId">Their account.</param>
/// <param name="Name">As they call themselves.</param>
/// <param name="Address">A proven address of theirs.</param>
/// <param name="Since">When they were blocked.</param>
public sealed record BlockedAsker(Guid AccountId, string Name, string? Address, DateTimeOffset Since);

/// <summary>One person who asks.</summary>
public sealed record RequestCard
{
    /// <summary>The request's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>As they call themselves.</summary>
    public required string Name { get; init; }

    /// <summary>A proven address of theirs; null for a guest.</summary>
    public string? Address { get; init; }

    /// <summary>What they say.</summary>
    public string? Message { get; init; }

    /// <summary>When they asked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The address that their invitation was sent to, where there is one and it is another.</summary>
    public string? InvitedAddress { get; init; }

    /// <summary>The child they would like to see.</summary>
    public string? Child { get; init; }

    /// <summary>What they would like to be, in the reader's language.</summary>
    public string? Wish { get; init; }

    /// <summary>What is chosen at first: as the invitation says, else as the kind has it.</summary>
    public required ApproveForm Offered { get; init; }

    /// <summary>When the invitation that they came by would end their access.</summary>
    public DateTimeOffset? EndsAsInvited { get; init; }
}
