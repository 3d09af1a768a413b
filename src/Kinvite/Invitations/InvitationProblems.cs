using System.Globalization;
using Kinvite.Http;

namespace Kinvite.Invitations;

/// <summary>Why an invitation cannot be made, sent or used (api.md, Invitations). Each says what to do next.</summary>
internal static class InvitationProblems
{
    public static readonly Problem Unknown = new(404, "invite.unknown", "This link does not work", "Check that the whole link was copied, or ask for a new one.");
    public static readonly Problem Expired = new(410, "invite.expired", "This invitation has run out", "Ask the person who invited you to send it again.");
    public static readonly Problem Declined = new(410, "invite.declined", "This invitation was declined", "If that was a mistake, ask the person who invited you for a new one.");
    public static readonly Problem Revoked = new(410, "invite.revoked", "This invitation was withdrawn", "Ask the person who invited you whether it was meant so.");
    public static readonly Problem Used = new(410, "invite.used", "This invitation was used already", "If it was you, sign in; else ask for an invitation of your own.");
    public static readonly Problem Replaced = new(410, "invite.replaced", "A newer invitation was sent", "Open the newest message: its link works.");
    public static readonly Problem AlreadyAccepted = new(409, "invite.already_accepted", "This invitation was used already", "If it was you, sign in with the account that joined; else ask for an invitation of your own.");
    public static readonly Problem NotPending = new(409, "invite.not_pending", "This invitation is over", "Invite the person anew.");
    public static readonly Problem TooManyResends = new(409, "invite.too_many_resends", "This was sent too often", "Withdraw this invitation and invite the person anew, or hand the link over yourself.");
    public static readonly Problem WrongAccount = new(403, "invite.wrong_account", "This invitation is for another address", "Sign in with the invited address, prove that it is yours by a code, or ask the person who invited you.");
    public static readonly Problem NotForGuests = Problem.RightsMissing with { Detail = "A guest has no way of signing in, which this invitation asks for: add an address to your account first." };
    public static readonly Problem AlreadyPending = new(409, "invite.already_pending", "This person is invited already", "Send the invitation again, or withdraw it first.");
    public static readonly Problem MemberAlready = new(409, "invite.already_member", "This person is in the family already", "There is nothing to invite them to; withdraw this invitation.");
    public static readonly Problem HereAlready = new(409, "member.already", "You are in this family already", "This invitation is for somebody who is not: sign in with another account, or ask the person who invited you.");
    public static readonly Problem Disposable = new(409, "invite.disposable", "This mailbox does not last", "Ask the person for their usual address, or hand the link over yourself.");
    public static readonly Problem RecipientDeclined = new(409, "invite.recipient_declined", "This person does not want an invitation now", "Talk to the person first; they can also ask to join themselves.");
    public static readonly Problem ChannelUnavailable = new(409, "channel.unavailable", "Invitations cannot go this way here", "Choose another way, or hand the link over yourself.");

    /// <summary>Told to somebody who has the link in hand: what to prove, and whom to ask else.</summary>
    public static Problem OtherDomain(IEnumerable<string> domains) => new(
        403, WrongAccount.Code, "This link is for other addresses", $"Sign in with an address at {string.Join(" or ", domains)}, prove one in your account, or ask the person who gave you the link.");

    public static Problem TooManyPending(int most) => new(
        409, "invite.limit", "Too many invitations are waiting", string.Create(CultureInfo.InvariantCulture, $"At most {most} can wait at once: withdraw one, or wait for an answer."));

    /// <summary>Why a preview or an acceptance by somebody new is refused, or null while it is open.</summary>
    public static Problem? WhenClosed(InvitationStatus status) => status switch
    {
        InvitationStatus.Pending or InvitationStatus.Bounced => null,
        InvitationStatus.Accepted => Used,
        InvitationStatus.Declined => Declined,
        InvitationStatus.Revoked => Revoked,
        InvitationStatus.Expired => Expired,
    };

    /// <summary>The same for an open link.</summary>
    public static Problem? WhenClosed(InviteLinkStatus status) => status switch
    {
        InviteLinkStatus.Active => null,
        InviteLinkStatus.Revoked => Revoked,
        InviteLinkStatus.Replaced => Replaced,
        InviteLinkStatus.Expired => Expired,
        InviteLinkStatus.Used => Used,
    };

    /// <summary>Why declining is refused; saying no twice is no fault.</summary>
    public static Problem? WhenDeclining(InvitationStatus status) => status switch
    {
        InvitationStatus.Pending or InvitationStatus.Bounced or InvitationStatus.Declined => null,
        InvitationStatus.Accepted => AlreadyAccepted,
        InvitationStatus.Revoked => Revoked,
        InvitationStatus.Expired => Expired,
    };
}
