namespace Kinvite.Invitations;

/// <summary>What <c>/join</c> shows.</summary>
public enum JoinState
{
    /// <summary>No link, a broken or a forged one.</summary>
    Unknown,

    /// <summary>Can be accepted.</summary>
    Offer,

    /// <summary>Signed in, but the invitation is for another address, and only for that.</summary>
    WrongAccount,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Somebody joined with it.</summary>
    Used,

    /// <summary>The family took it back.</summary>
    Revoked,

    /// <summary>It was declined before.</summary>
    Declined,

    /// <summary>A newer one was sent.</summary>
    Replaced,

    /// <summary>The family has no room.</summary>
    Full,

    /// <summary>Accepted; somebody in the family has to agree.</summary>
    Waiting,

    /// <summary>Joined this moment.</summary>
    Joined,

    /// <summary>Was inside already.</summary>
    AlreadyMember,

    /// <summary>Declined this moment.</summary>
    JustDeclined,
}

/// <summary>Everything on the consent screen; what the link may not tell is left out by whoever fills this in.</summary>
public sealed record JoinView
{
    /// <summary>Which screen.</summary>
    public required JoinState State { get; init; }

    /// <summary>The short id of <c>?i=</c>; forms carry it, never the token.</summary>
    public string Id { get; init; } = "";

    /// <summary>Null only where nothing is known about the invitation.</summary>
    public JoinFamily? Family { get; init; }

    /// <summary>What is offered; for <see cref="JoinState.Offer"/> and <see cref="JoinState.WrongAccount"/>.</summary>
    public JoinOffer? Offer { get; init; }

    /// <summary>Who is signed in, masked (<c>o•••@example.org</c>); null when nobody is.</summary>
    public string? SignedInAs { get; init; }

    /// <summary>The invited address, masked; for <see cref="JoinState.WrongAccount"/>.</summary>
    public string? InvitedMasked { get; init; }

    /// <summary>An open link: for whoever has it, with nobody's address.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Signed in as a guest, whom no mail reaches.</summary>
    public bool IsGuest { get; init; }

    /// <summary>A guest, where one has to be able to sign in.</summary>
    public bool NeedsAddress { get; init; }

    /// <summary>Nobody is signed in, and a name is enough.</summary>
    public bool CanJoinAsGuest { get; init; }

    /// <summary>Mail domains that an open link is for, where the account has proven no address of any; for <see cref="JoinState.WrongAccount"/>.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Whether the inviter can be asked: somebody is signed in, and somebody answers for the invitation.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Whether the invited address can be proven here: it is one that gets codes, and the server sends mail.</summary>
    public bool CanProve { get; init; }

    /// <summary>Whether a "no more invitations" counts: the link was mailed, or the address is proven.</summary>
    public bool CanBlock { get; init; }

    /// <summary>The name typed before, the account's, or the one the inviter wrote.</summary>
    public string? Name { get; init; }

    /// <summary>Where the "seen" of the first touch goes; null when it was seen before.</summary>
    public string? SeenUrl { get; init; }
}

/// <summary>Whose invitation it is.</summary>
/// <param name="Name">The family.</param>
/// <param name="InviterName">Who invites; the first name where the link was copied.</param>
/// <param name="FamilyId">Only for those inside.</param>
public sealed record JoinFamily(string Name, string InviterName, Guid? FamilyId = null);

/// <summary>What joining means.</summary>
public sealed record JoinOffer
{
    /// <summary>In the reader's language.</summary>
    public required string RoleName { get; init; }

    /// <summary>What this role can and cannot do.</summary>
    public required string RoleDescription { get; init; }

    /// <summary>The children that one would see; empty for the whole family, or where the link may not say.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>False: only chosen children.</summary>
    public bool WholeFamily { get; init; } = true;

    /// <summary>How many are inside, as far as one would see them.</summary>
    public int MemberCount { get; init; }

    /// <summary>First names of adults; empty where the link may not say.</summary>
    public IReadOnlyList<string> MemberNames { get; init; } = [];

    /// <summary>When what it gives would end; null = until removed.</summary>
    public DateTimeOffset? AccessUntil { get; init; }

    /// <summary>The invited address in full, only when the link was mailed to it.</summary>
    public string? InvitedAddress { get; init; }

    /// <summary>Until when the link works.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The personal message, plain text.</summary>
    public string? Message { get; init; }

    /// <summary>Joining only asks; somebody in the family has to agree.</summary>
    public bool NeedsApproval { get; init; }
}
