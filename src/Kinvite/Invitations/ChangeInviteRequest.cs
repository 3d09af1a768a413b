using Kinvite.Http;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>A JSON Merge Patch of a pending invitation: what is absent stays, null clears.</summary>
public sealed record ChangeInviteRequest
{
    /// <summary>A role of the kind that may be invited; null for the kind's default role.</summary>
    public Optional<string> Role { get; init; }

    /// <summary>What it gives, where the kind lets one choose; null for the role's own.</summary>
    public Optional<Permission?> Permission { get; init; }

    /// <summary>Only these children; null or empty for the whole family.</summary>
    public Optional<IReadOnlyList<ChildGrantEntry?>> Children { get; init; }

    /// <summary>An instant in the future at which access ends; null for no end.</summary>
    public Optional<DateTimeOffset?> AccessUntil { get; init; }

    /// <summary>Another mailbox: the link sent before is dead and a new one is mailed there; null to hand the link over instead.</summary>
    public Optional<string> Email { get; init; }

    /// <summary>A phone number with country, instead of a mailbox.</summary>
    public Optional<string> Phone { get; init; }

    /// <summary>What the inviter calls the person.</summary>
    public Optional<string> Name { get; init; }

    /// <summary>The personal message, at most 500 characters.</summary>
    public Optional<string> Message { get; init; }
}
