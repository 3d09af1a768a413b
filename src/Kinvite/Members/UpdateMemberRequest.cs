using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Rights;

namespace Kinvite.Members;

/// <summary>A JSON Merge Patch of a member: what is absent stays.</summary>
public sealed record UpdateMemberRequest
{
    /// <summary>1 to 80 characters, without links or phone numbers; cannot be cleared. A person may rename themselves.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>A role that the kind invites to; cannot be cleared. The permission becomes the new role's, where the kind lets roles decide it.</summary>
    public Optional<string> Role { get; init; }

    /// <summary>As far as the kind leaves a choice; null = the role's.</summary>
    public Optional<Permission?> Permission { get; init; }

    /// <summary>A name of the built-in set; null = initials.</summary>
    public Optional<string> Avatar { get; init; }

    /// <summary>From 1900 to this year; null = not said.</summary>
    public Optional<int?> BirthYear { get; init; }

    /// <summary>An instant in the future at which access ends; null = no end.</summary>
    public Optional<DateTimeOffset?> AccessUntil { get; init; }

    /// <summary>The children that they see, each with a permission; null or none = the whole family.</summary>
    public Optional<IReadOnlyList<ChildGrantEntry?>> Children { get; init; }

    /// <summary>From a child's page: one child alone.</summary>
    internal ChildStep? Step { get; init; }

    internal bool ChangesProfile => Name.IsSet || Avatar.IsSet || BirthYear.IsSet;

    internal bool ChangesAccess => Role.IsSet || Permission.IsSet || Children.IsSet;
}

/// <summary>What one child is to be for somebody: opened, or changed. What is absent stays.</summary>
/// <param name="ChildId">The child.</param>
/// <param name="Permission">What they may do for it; the role's when it is new to them.</param>
/// <param name="Until">When it ends; null = with the membership.</param>
internal sealed record ChildStep(Guid ChildId, Optional<Permission> Permission, Optional<DateTimeOffset?> Until);
