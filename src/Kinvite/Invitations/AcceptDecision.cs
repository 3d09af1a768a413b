using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;

namespace Kinvite.Invitations;

/// <summary>What accepting comes to.</summary>
internal enum AcceptOutcome
{
    Refused,

    /// <summary>The same account again: the first answer again.</summary>
    Repeat,
    Joins,

    /// <summary>In already: what is new is added, and the invitation is used up.</summary>
    AlreadyMember,
    WaitsForApproval,
}

/// <summary>The profile that an invitation lets somebody take over.</summary>
internal enum TakenProfile
{
    /// <summary>It is for nobody who is here.</summary>
    None,
    Free,

    /// <summary>Somebody signs in with it already.</summary>
    HasAccount,

    /// <summary>Removed meanwhile.</summary>
    Gone,
}

/// <summary>Everything that decides who may accept (design.md §3 rule 4).</summary>
/// <param name="Status">As the clock says.</param>
/// <param name="Replaced">The link is of an older generation.</param>
/// <param name="Binding">The effective one: bearer never makes a manager.</param>
/// <param name="HasAddress">It was sent to somebody, not handed over.</param>
/// <param name="ById">Without a link: only the proven address counts.</param>
/// <param name="HasProvenAddress">The account controls the invited address.</param>
/// <param name="HoldsDeliveredLink">The account claims exactly the invited address, and came by the link that was delivered to it.</param>
/// <param name="InviterMayGive">Whoever answers for it still holds as much.</param>
/// <param name="Profile">Where the profile stands that it is for.</param>
/// <param name="IsMember">The account is in the family.</param>
/// <param name="WouldGain">A member who would see more by it than now.</param>
/// <param name="AcceptedBySameAccount">It was this account that used it.</param>
internal sealed record AcceptSituation(
    InvitationStatus Status, bool Replaced, Binding Binding, bool HasAddress, bool ById, bool HasProvenAddress, bool HoldsDeliveredLink, bool InviterMayGive,
    TakenProfile Profile, bool IsMember, bool WouldGain, bool AcceptedBySameAccount)
{
    /// <summary>It is for whoever has it; its approval is the binding <c>confirm</c>.</summary>
    public bool IsOpenLink { get; init; }

    /// <summary>As many came in by the open link as were meant to.</summary>
    public bool IsUsedUp { get; init; }

    /// <summary>Mail domains of the open link, when the account has proven no address of any of them.</summary>
    public IReadOnlyList<string> LackedDomains { get; init; } = [];

    /// <summary>It takes an account that somebody can sign in to.</summary>
    public bool RequireLogin { get; init; } = true;

    /// <summary>The account has no address, or is being made from a name.</summary>
    public bool IsGuest { get; init; }
}

/// <summary>Who may accept: one pure function, with a decision table in its tests.</summary>
internal sealed record AcceptDecision(AcceptOutcome Outcome, Problem? Problem = null)
{
    public static AcceptDecision Decide(AcceptSituation s)
    {
        if (s.ById && !s.HasProvenAddress)
        {
            return new(AcceptOutcome.Refused, Problem.NotFound);
        }

        // A removed member's used link stays used.
        if (s is { Status: InvitationStatus.Accepted, AcceptedBySameAccount: true, IsMember: true })
        {
            return new(AcceptOutcome.Repeat);
        }

        if (s.Replaced)
        {
            return new(AcceptOutcome.Refused, InvitationProblems.Replaced);
        }

        if (s.Status == InvitationStatus.Accepted)
        {
            return new(AcceptOutcome.Refused, InvitationProblems.AlreadyAccepted);
        }

        if (InvitationProblems.WhenClosed(s.Status) is { } closed)
        {
            return new(AcceptOutcome.Refused, closed);
        }

        // Who is inside already uses nothing.
        if (s is { IsOpenLink: true, IsMember: true, WouldGain: false })
        {
            return new(AcceptOutcome.AlreadyMember);
        }

        if (s.IsUsedUp)
        {
            return new(AcceptOutcome.Refused, InvitationProblems.Used);
        }

        if (!s.InviterMayGive || s.Profile == TakenProfile.Gone)
        {
            return new(AcceptOutcome.Refused, InvitationProblems.Revoked);
        }

        if (s.Profile == TakenProfile.HasAccount)
        {
            return new(AcceptOutcome.Refused, MemberProblems.HasAccount);
        }

        // Two memberships of one account cannot become one: it waits for somebody who is not here yet.
        if (s is { Profile: TakenProfile.Free, IsMember: true })
        {
            return new(AcceptOutcome.Refused, InvitationProblems.HereAlready);
        }

        if (s is { RequireLogin: true, IsGuest: true })
        {
            return new(AcceptOutcome.Refused, InvitationProblems.NotForGuests);
        }

        if (s.LackedDomains.Count > 0)
        {
            return new(AcceptOutcome.Refused, InvitationProblems.OtherDomain(s.LackedDomains));
        }

        var isInvited = s.HasProvenAddress || s.HoldsDeliveredLink;
        var joins = s.IsMember ? AcceptOutcome.AlreadyMember : AcceptOutcome.Joins;
        return s.Binding switch
        {
            Binding.Bearer => new(joins),
            // Handed over, it may have come to anybody; a member who gains nothing by it needs nobody's approval.
            Binding.Confirm when isInvited || s is { IsMember: true, WouldGain: false, HasAddress: false } => new(joins),
            Binding.Confirm => new(AcceptOutcome.WaitsForApproval),
            Binding.Verified when isInvited || !s.HasAddress => new(isInvited ? joins : AcceptOutcome.WaitsForApproval),
            Binding.Verified => new(AcceptOutcome.Refused, InvitationProblems.WrongAccount),
        };
    }
}
