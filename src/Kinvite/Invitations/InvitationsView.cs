using Kinvite.Delivery;

namespace Kinvite.Invitations;

/// <summary>A family's invitations, for those who may invite.</summary>
public sealed record InvitationsView
{
    /// <summary>The family's id.</summary>
    public required Guid FamilyId { get; init; }

    /// <summary>Its name.</summary>
    public required string FamilyName { get; init; }

    /// <summary>Whether this server sends mail; without it nothing can be invited by mail.</summary>
    public bool MailIsOn { get; init; } = true;

    /// <summary>Roles that the reader may give; the default one first.</summary>
    public required IReadOnlyList<RoleChoice> Roles { get; init; }

    /// <summary>Children to choose from; empty where the kind opens the whole family.</summary>
    public IReadOnlyList<ChildChoice> Children { get; init; } = [];

    /// <summary>At least one child has to be chosen.</summary>
    public bool ChildrenRequired { get; init; }

    /// <summary>Invitations of this kind work for so many days.</summary>
    public required int LifetimeDays { get; init; }

    /// <summary>Pending ones, newest first.</summary>
    public IReadOnlyList<InvitationCard> Waiting { get; init; } = [];

    /// <summary>What has ended, newest first.</summary>
    public IReadOnlyList<InvitationCard> Earlier { get; init; } = [];
}

/// <summary>A role to invite somebody as.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="Description">What it can and cannot do, one sentence.</param>
public sealed record RoleChoice(string Key, string Name, string Description);

/// <summary>A child that an invitation can open.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="Name">As the family calls it.</param>
public sealed record ChildChoice(Guid Id, string Name);

/// <summary>What was typed into the invite card, kept when something in it is wrong.</summary>
public sealed record InviteForm
{
    /// <summary>The address.</summary>
    public string? Email { get; init; }

    /// <summary>What the inviter calls the person.</summary>
    public string? Name { get; init; }

    /// <summary>The chosen role's key.</summary>
    public string? Role { get; init; }

    /// <summary>The chosen children.</summary>
    public IReadOnlyList<Guid> Children { get; init; } = [];

    /// <summary>The invited person's language; left out, the reader's.</summary>
    public string? Locale { get; init; }

    /// <summary>The personal message.</summary>
    public string? Message { get; init; }
}

/// <summary>One invitation on the page.</summary>
public sealed record InvitationCard
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>As the clock says.</summary>
    public required InvitationStatus Status { get; init; }

    /// <summary>What the inviter calls the person.</summary>
    public string? Name { get; init; }

    /// <summary>The invited address, until it is erased.</summary>
    public string? Address { get; init; }

    /// <summary>In the reader's language.</summary>
    public required string RoleName { get; init; }

    /// <summary>The children it opens; empty = the whole family.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>Who answers for it.</summary>
    public required string InvitedBy { get; init; }

    /// <summary>Until when it can be accepted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was accepted, declined or withdrawn.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When a person first touched its page.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Where its newest message stands.</summary>
    public DeliveryState Delivery { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? DeliveryAt { get; init; }

    /// <summary>What the other side's mail server said.</summary>
    public string? DeliveryDetail { get; init; }
}
