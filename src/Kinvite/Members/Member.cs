using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>A person in a family, with or without account. Removing one deletes the row: history keeps names of its own.</summary>
internal sealed class Member
{
    public const int NameLength = 80;

    public required Guid FamilyId { get; init; }
    public required Guid Id { get; init; }

    /// <summary>Null for a profile: a child, a baby or an elder without account.</summary>
    public Guid? AccountId { get; set; }
    public required string Name { get; set; }
    public required string Role { get; set; }
    public required Permission Permission { get; set; }

    /// <summary>False: only <see cref="Children"/>.</summary>
    public required bool WholeFamily { get; set; }

    /// <summary>The children that this member sees, each with a permission; empty for the whole family.</summary>
    public List<MemberChild> Children { get; init; } = [];

    public bool IsGuest { get; init; }
    public int Points { get; set; }
    public int? BirthYear { get; set; }

    /// <summary>A name of the built-in set, never an upload.</summary>
    public string? Avatar { get; set; }

    /// <summary>Slow hash of the four digits a child types on a shared tablet.</summary>
    public string? PinHash { get; set; }

    /// <summary>The instant at which all rights end; null = until removed.</summary>
    public DateTimeOffset? AccessUntil { get; set; }
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>Who invited or added them; a member id that may be gone.</summary>
    public Guid? InvitedBy { get; init; }

    /// <summary>What the rules see, or null when there is nothing to see: temporary access has ended, or the kind no longer knows the role.</summary>
    public Actor? AsActor(FamilyKind kind, DateTimeOffset now)
    {
        if ((AccessUntil is { } end && end <= now) || kind.FindRole(Role) is not { } role)
        {
            return null;
        }

        return new(Id, Permission, WholeFamily, Children.ToDictionary(c => c.ChildId, c => c.Permission), role.CapabilitySet, role.Guardian, IsGuest);
    }
}

/// <summary>One child that a scoped member sees.</summary>
internal sealed class MemberChild
{
    public required Guid FamilyId { get; init; }
    public required Guid MemberId { get; init; }
    public required Guid ChildId { get; init; }
    public required Permission Permission { get; set; }
}
