using Kinvite.Http;

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

    /// <summary>Days of rest after a refusal before the same person may ask again.</summary>
    public const int CoolDownDays = 7;

    public required Guid Id { get; init; }

    /// <summary>What was asked for, whether or not there is such a thing: a family's or a child's id.</summary>
    public required Guid TargetId { get; init; }

    /// <summary>The family that sees it; null when there is none that takes requests, and only its asker sees it.</summary>
    public Guid? FamilyId { get; init; }
    public Guid? ChildId { get; init; }

    /// <summary>The invitation that it is tied to: approving uses it up.</summary>
    public Guid? InvitationId { get; init; }

    /// <summary>The open link that it came by.</summary>
    public Guid? LinkId { get; init; }
    public required Guid AccountId { get; init; }
    public string? Name { get; init; }
    public string? Message { get; init; }
    public string? Role { get; init; }
    public required AccessRequestStatus Status { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>The member who answered; null when nobody did.</summary>
    public Guid? ResolvedBy { get; set; }

    /// <summary>After a refusal, the instant from which the same person may ask again.</summary>
    public DateTimeOffset? RestsUntil => Status == AccessRequestStatus.Denied ? ResolvedAt?.AddDays(CoolDownDays) : null;

    /// <summary>
    /// Asks, given the asker's last request to the same family: one that still waits is answered with again, and after a refusal there is a time of rest.
    /// </summary>
    public static Result<AccessRequest> Ask(AccessRequest? last, Asking asking, DateTimeOffset now)
    {
        if (last is { Status: AccessRequestStatus.Pending })
        {
            return last;
        }

        if (last?.RestsUntil is { } end && end > now)
        {
            return AccessRequestProblems.CoolDown(end - now);
        }

        return new AccessRequest
        {
            Id = Guid.CreateVersion7(now),
            TargetId = asking.TargetId,
            FamilyId = asking.FamilyId,
            ChildId = asking.FamilyId is null ? null : asking.ChildId,
            InvitationId = asking.InvitationId,
            LinkId = asking.LinkId,
            AccountId = asking.AccountId,
            Name = asking.Name,
            Message = asking.Message,
            Role = asking.Role,
            Status = AccessRequestStatus.Pending,
            CreatedAt = now,
        };
    }

    /// <summary>Taken back by its asker; once more changes nothing, and an answered one stays answered.</summary>
    public Problem? Withdraw(DateTimeOffset now)
    {
        if (Status == AccessRequestStatus.Pending)
        {
            (Status, ResolvedAt) = (AccessRequestStatus.Withdrawn, now);
        }

        return Status == AccessRequestStatus.Withdrawn ? null : AccessRequestProblems.Resolved;
    }

    /// <summary>Overtaken by an acceptance.</summary>
    public void Close(DateTimeOffset now) => (Status, ResolvedAt) = (AccessRequestStatus.Closed, now);

    /// <summary>A member's answer; the second of two is refused.</summary>
    public Problem? Resolve(AccessRequestStatus answer, Guid memberId, DateTimeOffset now)
    {
        if (Status != AccessRequestStatus.Pending)
        {
            return AccessRequestProblems.Resolved;
        }

        (Status, ResolvedBy, ResolvedAt) = (answer, memberId, now);
        return null;
    }
}

/// <summary>Who asks for what.</summary>
/// <param name="TargetId">The family or child that was asked for.</param>
/// <param name="FamilyId">The family that gets to see it; null when none does.</param>
/// <param name="InvitationId">The invitation it came by.</param>
/// <param name="AccountId">Who asks.</param>
/// <param name="Name">What they call themselves.</param>
/// <param name="Message">What they say.</param>
/// <param name="ChildId">The child they want to see, where it is not the whole family.</param>
/// <param name="Role">What they would like to be: a wish, never what an answer gives by itself.</param>
/// <param name="LinkId">The open link it came by.</param>
internal sealed record Asking(
    Guid TargetId, Guid? FamilyId, Guid? InvitationId, Guid AccountId, string? Name, string? Message, Guid? ChildId = null, string? Role = null, Guid? LinkId = null);
