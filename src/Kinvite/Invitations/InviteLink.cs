using System.Linq.Expressions;
using Kinvite.Kinds;
using Kinvite.Members;
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
    /// <summary>A link is never sent anew: another one takes its place, with another id.</summary>
    public const short Generation = 1;

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

    /// <summary>Whether as many came in by it as were meant to.</summary>
    public bool IsFull => Uses >= MaxUses;

    /// <summary>The status as the clock says: expiry is a comparison, not a job.</summary>
    public InviteLinkStatus StatusAt(DateTimeOffset now) =>
        Status != InviteLinkStatus.Active ? Status : ExpiresAt <= now ? InviteLinkStatus.Expired : IsFull ? InviteLinkStatus.Used : InviteLinkStatus.Active;

    /// <summary>Ends it; one that is over stays what it is, and one past its time has expired whatever else is wanted.</summary>
    public void End(InviteLinkStatus how, DateTimeOffset now)
    {
        if (Status == InviteLinkStatus.Active)
        {
            (Status, EndedAt) = StatusAt(now) == InviteLinkStatus.Expired ? (InviteLinkStatus.Expired, ExpiresAt) : (how, now);
        }
    }

    /// <summary>One more came in by it; never more than were meant to.</summary>
    public void Use(DateTimeOffset now)
    {
        if (IsFull)
        {
            return;
        }

        Uses++;
        if (IsFull)
        {
            End(InviteLinkStatus.Used, now);
        }
    }

    /// <summary>The same as a role that is given: an open link opens the whole family, or none.</summary>
    public GrantedRole? AsGiven(FamilyKind kind) =>
        kind.FindRole(Role) is { } role ? new(role, Permission, WholeFamily: true, new Dictionary<Guid, Permission>()) : null;

    /// <summary>Whether somebody still answers for it: a member who may invite and holds as much as it gives.</summary>
    public bool IsBackedBy(Member? creator, FamilyKind kind, DateTimeOffset now) => IsBackedBy(creator?.AsActor(kind, now), kind);

    /// <inheritdoc cref="IsBackedBy(Member?, FamilyKind, DateTimeOffset)"/>
    public bool IsBackedBy(Actor? creator, FamilyKind kind) =>
        AsGiven(kind) is { } given && RightsRule.MayGrant(creator, given.AsGrant).Allowed && RightsRule.Decide(creator, Capabilities.InvitesManage).Allowed;

    /// <summary>Whether one of these proven addresses is in a domain that it is for: the whole name after the @, nothing below it.</summary>
    public bool Admits(IEnumerable<string> provenKeys) =>
        AllowedDomains.Length == 0 || provenKeys.Any(key => AllowedDomains.Contains(key[(key.LastIndexOf('@') + 1)..], StringComparer.Ordinal));

    /// <summary>The working links that a member answers for: they end when that member goes.</summary>
    public static Expression<Func<InviteLink, bool>> ActiveBy(Guid familyId, Guid creatorId) => l =>
        l.FamilyId == familyId && l.CreatedBy == creatorId && l.Status == InviteLinkStatus.Active;
}
