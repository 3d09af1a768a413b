using Kinvite.AccessRequests;
using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What an open link means for the person who looks at it now; changes nothing. One statement, and one for one's own address.</summary>
internal sealed class ShowJoinByLink(KinviteDbContext db, FamilyKinds kinds, CurrentAccount account, TimeProvider clock)
{
    /// <param name="id">The short id that stands in the page's address.</param>
    /// <param name="link">What its token says.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<JoinView> HandleAsync(string? id, LinkToken link, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInviteLink.LoadAsync(db, link, account.AccountId, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(found.FamilyKind) is not { } kind)
        {
            return new() { State = JoinState.Unknown };
        }

        var decision = AcceptDecision.Decide(found.Situation(kind, now));
        var state = StateOf(decision, found);
        var (open, role) = (found.Link, kind.FindRole(found.Link.Role));
        return new JoinView
        {
            State = state,
            Id = id ?? "",
            IsOpen = true,
            // Anybody may have it: the first name, as with a copied link.
            Family = new(found.FamilyName, found.CreatorName.Split(' ', 2)[0], state == JoinState.AlreadyMember ? open.FamilyId : null),
            SignedInAs = account.IsSignedIn ? await OwnAddressAsync(ct) : null,
            CanAsk = account is { IsSignedIn: true, IsGuest: false } && found.Me is null,
            IsGuest = account.IsGuest,
            NeedsAddress = account.IsGuest && open.RequireLogin,
            CanJoinAsGuest = !account.IsSignedIn && !open.RequireLogin,
            Domains = state == JoinState.WrongAccount ? open.AllowedDomains : [],
            Name = account.DisplayName,
            Offer = state != JoinState.Offer ? null : new JoinOffer
            {
                RoleName = role!.Name.ToString(),
                RoleDescription = role.Description.ToString(),
                MemberCount = found.Members,
                ExpiresAt = open.ExpiresAt,
                NeedsApproval = open.RequireApproval,
            },
        };
    }

    private JoinState StateOf(AcceptDecision decision, LinkedInviteLink found) => decision.Outcome switch
    {
        AcceptOutcome.AlreadyMember when !found.Me!.HasEnded(clock.Now()) => JoinState.AlreadyMember,
        _ when found is { Me: null, MyRequest.Status: AccessRequestStatus.Pending } => JoinState.Waiting,
        AcceptOutcome.Refused when account.IsSignedIn || decision.Problem!.Code != InvitationProblems.WrongAccount.Code => ShowJoin.StateOf(decision.Problem!),
        // Who is not signed in has no wrong account yet: what the link says comes first.
        _ => JoinState.Offer,
    };

    private async Task<string?> OwnAddressAsync(CancellationToken ct)
    {
        var own = await db.Addresses.Where(a => a.AccountId == account.AccountId).OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefaultAsync(ct);
        return own is null ? account.DisplayName : EmailAddress.Mask(own);
    }
}
