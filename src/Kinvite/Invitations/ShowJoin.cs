using Kinvite.AccessRequests;
using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What an opened link means for the person who looks at it now; changes nothing. Asks the same rule as accepting does.</summary>
internal sealed class ShowJoin(
    KinviteDbContext db, KeyRing keys, FamilyKinds kinds, PreviewInvite preview, ShowJoinByLink byLink, SendingWays sending, CurrentAccount account, TimeProvider clock)
{
    private static readonly JoinView Unknown = new() { State = JoinState.Unknown };

    /// <param name="id">The short id that stands in the page's address.</param>
    /// <param name="token">The link that this browser has in hand for it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<JoinView> HandleAsync(string? id, string? token, CancellationToken ct)
    {
        if (token is null || keys.Read(token) is not { } link)
        {
            return Unknown;
        }

        if (link.Kind == LinkKind.Open)
        {
            return await byLink.HandleAsync(id, link, ct);
        }

        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, link.Id, link, account.AccountId, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(found.FamilyKind) is not { } kind)
        {
            return Unknown;
        }

        var decision = AcceptDecision.Decide(found.Situation(link, kind, now));
        var state = StateOf(decision, found, kind, now);
        var sent = link.Kind is LinkKind.Mailed or LinkKind.Texted;
        var view = new JoinView
        {
            State = state,
            Id = id ?? "",
            Family = FamilyOf(found, sent, state),
            SignedInAs = account.IsSignedIn ? await OwnAddressAsync(ct) : null,
            InvitedMasked = found.Invitation.Address is { } invited && !found.HasProvenAddress ? ContactAddress.Mask(invited) : null,
            CanAsk = account.IsSignedIn && !account.IsGuest && found.Me is null,
            IsGuest = account.IsGuest,
            NeedsAddress = account.IsGuest && found.Invitation.RequireLogin,
            CanJoinAsGuest = !account.IsSignedIn && !found.Invitation.RequireLogin,
            CanProve = account is { IsSignedIn: true, IsGuest: false } && ContactAddress.TryParse(found.Invitation.AddressKey) is { } to && (await sending.WaysAsync([to], ct)).Serve(to),
            CanBlock = (sent || found.HasProvenAddress) && found.Invitation.AddressKey is not null,
            // What the inviter calls the invited person is no name for somebody else.
            Name = account.IsSignedIn && found is { HasProvenAddress: false, Invitation.AddressKey: not null } ? account.DisplayName : found.Invitation.Name ?? account.DisplayName,
        };
        if (state is not (JoinState.Offer or JoinState.WrongAccount))
        {
            return view;
        }

        // Who is inside already looks at it for somebody else.
        view = view with { SeenUrl = found.Invitation.SeenAt is null && found.Me is null ? $"/join/seen?i={Uri.EscapeDataString(id ?? "")}" : null };
        var described = await preview.HandleAsync(token, ct);
        return described.Refused(out var problem)
            ? view with { State = StateOf(problem) }
            : view with { Offer = OfferOf(described.Value, found, decision, account.IsSignedIn && !found.HasProvenAddress && !found.HasClaimedAddress) };
    }

    /// <summary>The screen for a refusal; <see cref="JoinState.Offer"/> where the form itself is at fault.</summary>
    public static JoinState StateOf(Problem problem) => problem.Code switch
    {
        "invite.expired" => JoinState.Expired,
        "invite.used" or "invite.already_accepted" or "member.has_account" => JoinState.Used,
        "invite.revoked" => JoinState.Revoked,
        "invite.declined" => JoinState.Declined,
        "invite.replaced" => JoinState.Replaced,
        "invite.unknown" or "not_found" => JoinState.Unknown,
        "invite.wrong_account" => JoinState.WrongAccount,
        "family.full" => JoinState.Full,
        "member.already" => JoinState.AlreadyMember,
        _ => JoinState.Offer,
    };

    /// <summary>For what is said after joining; null when the family was deleted a moment ago.</summary>
    public Task<string?> FamilyNameAsync(Guid familyId, CancellationToken ct) => db.Families.Where(f => f.Id == familyId).Select(f => (string?)f.Name).SingleOrDefaultAsync(ct);

    private JoinState StateOf(AcceptDecision decision, LinkedInvitation found, FamilyKind kind, DateTimeOffset now)
    {
        var waits = found is { Me: null, MyRequest.Status: AccessRequestStatus.Pending };
        return decision.Outcome switch
        {
            AcceptOutcome.Repeat => JoinState.Joined,
            AcceptOutcome.AlreadyMember when found.Me!.WouldGainNothing(found.Invitation.AsGiven(kind)!, now) => JoinState.AlreadyMember,
            AcceptOutcome.Joins or AcceptOutcome.AlreadyMember => JoinState.Offer,
            _ when waits => JoinState.Waiting,
            AcceptOutcome.WaitsForApproval => JoinState.Offer,
            // Who is not signed in has no wrong account yet: what the invitation says comes first.
            AcceptOutcome.Refused when !account.IsSignedIn && decision.Problem == InvitationProblems.WrongAccount => JoinState.Offer,
            // The used link of somebody who is inside leads them in.
            AcceptOutcome.Refused when found.Me?.AsActor(kind, now) is not null && decision.Problem == InvitationProblems.AlreadyAccepted => JoinState.AlreadyMember,
            _ => StateOf(decision.Problem!),
        };
    }

    private static JoinFamily FamilyOf(LinkedInvitation found, bool sent, JoinState state)
    {
        var inviter = found.Inviter?.Name ?? found.Invitation.InviterName;
        return new(
            found.FamilyName,
            sent ? inviter : inviter.Split(' ', 2)[0],
            state is JoinState.Joined or JoinState.AlreadyMember ? found.Invitation.FamilyId : null);
    }

    private static JoinOffer OfferOf(InvitePreview preview, LinkedInvitation found, AcceptDecision decision, bool isSomebodyElse) => new()
    {
        RoleName = preview.RoleName,
        RoleDescription = preview.RoleDescription,
        Children = preview.Children,
        WholeFamily = found.Invitation.WholeFamily,
        MemberCount = preview.Members.Count,
        MemberNames = preview.Members.Names,
        AccessUntil = preview.AccessUntil,
        InvitedAddress = isSomebodyElse ? null : preview.Email ?? preview.Phone,
        ExpiresAt = preview.ExpiresAt,
        Message = preview.Message,
        NeedsApproval = decision.Outcome == AcceptOutcome.WaitsForApproval || preview.RequireApproval,
    };

    private async Task<string?> OwnAddressAsync(CancellationToken ct)
    {
        var own = await db.Addresses.Where(a => a.AccountId == account.AccountId).OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefaultAsync(ct);
        return own is null ? account.DisplayName : ContactAddress.Mask(own);
    }
}
