using Kinvite.Members;

namespace Kinvite.Activity;

/// <summary>Something that happened in a family. Names are kept as they were; never addresses, codes or links.</summary>
internal sealed class ActivityEntry
{
    public required Guid Id { get; init; }
    public required Guid FamilyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>One of the types in <see cref="ActivityTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The member who did it; null for the system or a stranger.</summary>
    public Guid? ActorId { get; init; }
    public string? ActorName { get; init; }

    /// <summary>Whom or what it is about: a member, an invitation, a link, a request.</summary>
    public Guid? SubjectId { get; init; }
    public string? SubjectName { get; init; }

    /// <summary>The children it concerns: a member scoped to others never sees it. Empty = the whole family.</summary>
    public Guid[] ChildIds { get; init; } = [];

    /// <summary>Small facts by name: role, points. Never personal contact data.</summary>
    public Dictionary<string, string>? Data { get; init; }

    /// <summary>Something a member did, in the whole family or for some children.</summary>
    public static ActivityEntry Of(
        string type, Guid familyId, Member? actor, DateTimeOffset now, (Guid Id, string? Name)? subject = null, IEnumerable<Guid>? children = null,
        Dictionary<string, string>? data = null) => new()
        {
            Id = Guid.CreateVersion7(now),
            FamilyId = familyId,
            At = now,
            Type = type,
            ActorId = actor?.Id,
            ActorName = actor?.Name,
            SubjectId = subject?.Id,
            SubjectName = subject?.Name,
            ChildIds = [.. children ?? []],
            Data = data,
        };
}

/// <summary>The types of activity that clients may rely on (api.md, Watching).</summary>
internal static class ActivityTypes
{
    public const string FamilyCreated = "family.created";
    public const string MemberJoined = "member.joined";
    public const string MemberLeft = "member.left";
    public const string MemberRemoved = "member.removed";
    public const string MemberChanged = "member.changed";
    public const string ChildAdded = "child.added";
    public const string InviteCreated = "invite.created";
    public const string InviteSent = "invite.sent";
    public const string InviteResent = "invite.resent";
    public const string InviteSeen = "invite.seen";
    public const string InviteAccepted = "invite.accepted";
    public const string InviteDeclined = "invite.declined";
    public const string InviteRevoked = "invite.revoked";
    public const string InviteExpired = "invite.expired";
    public const string InviteBounced = "invite.bounced";
    public const string LinkCreated = "link.created";
    public const string LinkRevoked = "link.revoked";
    public const string RequestCreated = "request.created";
    public const string RequestApproved = "request.approved";
    public const string RequestDenied = "request.denied";
    public const string PointsAdjusted = "points.adjusted";
    public const string PinChanged = "pin.changed";
    public const string DemandRecorded = "demand.recorded";
}
