using Kinvite.Delivery;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>A family's invitations, for those who may invite.</summary>
public sealed record InvitationsView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>What the reader can choose from when inviting.</summary>
    public required InviteChoices Choices { get; init; }

    /// <summary>How many wait altogether.</summary>
    public int WaitingCount { get; init; }

    /// <summary>Pending ones, newest first, as many as a page shows.</summary>
    public IReadOnlyList<InvitationCard> Waiting { get; init; } = [];

    /// <summary>Where the waiting ones go on; null at their end.</summary>
    public string? WaitingNext { get; init; }

    /// <summary>Whether the reader may make an open link here.</summary>
    public bool HasOpenLinks { get; init; }

    /// <summary>The open link that works now.</summary>
    public OpenLinkSummary? OpenLink { get; init; }

    /// <summary>What has ended, newest first.</summary>
    public IReadOnlyList<InvitationCard> Earlier { get; init; } = [];

    /// <summary>Where the ended ones go on; null at their end.</summary>
    public string? EarlierNext { get; init; }
}

/// <summary>One invitation on the page.</summary>
public sealed record InvitationCard
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>How it reaches its person.</summary>
    public required InvitationChannel Channel { get; init; }

    /// <summary>As the clock says.</summary>
    public required InvitationStatus Status { get; init; }

    /// <summary>What the inviter calls the person.</summary>
    public string? Name { get; init; }

    /// <summary>The invited address, until it is erased.</summary>
    public string? Address { get; init; }

    /// <summary>In the reader's language.</summary>
    public required string RoleName { get; init; }

    /// <summary>What it allows, where the inviter chose it; null where the role decides.</summary>
    public Permission? Permission { get; init; }

    /// <summary>The children it opens; empty = the whole family.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>Whose profile the person takes over; null where they come as somebody new.</summary>
    public string? Profile { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string InvitedBy { get; init; }

    /// <summary>That is the reader.</summary>
    public bool IsYours { get; init; }

    /// <summary>When what it gives will end.</summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>Until when it can be accepted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was accepted, declined or withdrawn.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When a person first touched its page.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Where its newest message stands.</summary>
    public DeliveryState Delivery { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? DeliveryAt { get; init; }

    /// <summary>What the other side's mail server said.</summary>
    public string? DeliveryDetail { get; init; }
}

/// <summary>What became of one address of several.</summary>
/// <param name="Address">As typed; empty for an invitation without one.</param>
/// <param name="Outcome"><c>created</c>, <c>alreadyInvited</c>, <c>alreadyMember</c> or <c>refused</c>.</param>
/// <param name="Refusal">Why it was refused, in the reader's language.</param>
public sealed record AddressOutcome(string Address, string Outcome, string? Refusal);

/// <summary>A link to hand over.</summary>
public sealed record InvitationLinkView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>The invitation's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>For whom; null when neither name nor address is known.</summary>
    public string? Who { get; init; }

    /// <summary>The link in full.</summary>
    public required string Url { get; init; }

    /// <summary>Until when it works.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Somebody has to agree, or the address has to be proven, when it is used.</summary>
    public bool IsBound { get; init; }

    /// <summary>The link to scan.</summary>
    public required QrPath Code { get; init; }
}
