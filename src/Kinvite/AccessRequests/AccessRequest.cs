namespace Kinvite.AccessRequests;

/// <summary>Where a request stands.</summary>
public enum AccessRequestStatus
{
    /// <summary>Waits for a family's answer.</summary>
    Pending = 1,

    /// <summary>Let in.</summary>
    Approved = 2,

    /// <summary>Not let in.</summary>
    Denied = 3,

    /// <summary>Taken back by its asker.</summary>
    Withdrawn = 4,

    /// <summary>Overtaken: its invitation was accepted.</summary>
    Closed = 5,
}

/// <summary>Somebody asks to get in, or to get more.</summary>
internal sealed class AccessRequest
{
    public const int MessageLength = 500;

    public required Guid Id { get; init; }

    /// <summary>What was asked for, whether or not there is such a thing: a family's or a child's id.</summary>
    public required Guid TargetId { get; init; }

    /// <summary>The family that sees it; null when there is none that takes requests, and only its asker sees it.</summary>
    public Guid? FamilyId { get; init; }
    public Guid? ChildId { get; init; }

    /// <summary>The invitation that it is tied to: approving uses it up.</summary>
    public Guid? InvitationId { get; init; }
    public required Guid AccountId { get; init; }
    public string? Name { get; init; }
    public string? Message { get; init; }
    public string? Role { get; init; }
    public required AccessRequestStatus Status { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public Guid? ResolvedBy { get; set; }
}
