using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>How an open link ended; while it works it has no end.</summary>
public enum InviteLinkStatus
{
    /// <summary>Works, as long as the clock and its uses allow.</summary>
    Active = 1,

    /// <summary>Withdrawn by the family.</summary>
    Revoked = 2,

    /// <summary>A newer one took its place.</summary>
    Replaced = 3,

    /// <summary>Its time is over.</summary>
    Expired = 4,

    /// <summary>As many came in by it as were meant to.</summary>
    Used = 5,
}

/// <summary>Open: whoever has it, within limits. Holds no secret: its token is derived from the id (<c>Links/LinkToken.cs</c>).</summary>
internal sealed class InviteLink
{
    public required Guid Id { get; init; }
    public required Guid FamilyId { get; init; }

    /// <summary>As stored; past its end or its uses a reader sees that.</summary>
    public required InviteLinkStatus Status { get; set; }
    public required string Role { get; init; }
    public required Permission Permission { get; init; }
    public required bool RequireLogin { get; init; }
    public required bool RequireApproval { get; init; }
    public required int Uses { get; set; }

    /// <summary>1–1000; null = any number.</summary>
    public int? MaxUses { get; init; }

    /// <summary>Mail domains of which one has to have proven an address; empty = any.</summary>
    public string[] AllowedDomains { get; init; } = [];

    /// <summary>Who answers for it: a member id that may be gone.</summary>
    public required Guid CreatedBy { get; init; }
    public required string CreatedByName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
}
