using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>What becomes of an entry, or of an invitation that gets another address.</summary>
internal enum InviteAnswer
{
    Refused,

    /// <summary>It may go out, as far as limits reach.</summary>
    Invites,

    /// <summary>One that is open already.</summary>
    AlreadyInvited,

    /// <summary>Somebody who would gain nothing by it.</summary>
    AlreadyMember,
}

/// <summary>Who may be invited: one pure function, for new invitations and for changed ones.</summary>
internal sealed record InviteDecision(InviteAnswer Answer, Problem? Problem = null)
{
    private static readonly InviteDecision Invites = new(InviteAnswer.Invites);

    /// <summary>In this order: what nobody may do, what the invited person does not want, what is there already, what is too much.</summary>
    /// <param name="draft">What is wanted.</param>
    /// <param name="me">Who wants it.</param>
    /// <param name="facts">What the family knows.</param>
    /// <param name="disposable">Mailboxes that do not last.</param>
    /// <param name="canSend">Whether what has to be sent can be.</param>
    /// <param name="now">The clock.</param>
    /// <param name="changed">The invitation that is changed; it does not stand in its own way.</param>
    public static InviteDecision Decide(
        InviteDraft draft, Insider me, InviteFacts facts, DisposableDomains disposable, bool canSend, DateTimeOffset now, Invitation? changed = null)
    {
        if (!me.Kind.Invitations.Channels.Contains(ChannelName(draft.Channel)) || !canSend)
        {
            return Refuse(InvitationProblems.ChannelUnavailable);
        }

        if ((Beyond(me, draft.AsGrant, draft.MemberId) ?? Unfit(draft.MemberId, facts)) is { } refusal)
        {
            return Refuse(refusal);
        }

        if (draft.To is { } address)
        {
            if (address is EmailAddress email && disposable.Has(email))
            {
                return Refuse(InvitationProblems.Disposable);
            }

            if (facts.Unwilling.Contains(address.Key))
            {
                return Refuse(InvitationProblems.RecipientDeclined);
            }

            if (facts.Members.TryGetValue(address.Key, out var member) && (draft.MemberId is null ? member.WouldGainNothing(draft.Given, now) : SeenBy(me, member)))
            {
                return new(InviteAnswer.AlreadyMember);
            }

            if (facts.InTheWay(address.Key, draft.AsGrant, me.Actor, changed?.Id) is not null)
            {
                return changed is null && me.Kind.Invitations.WhilePending == WhilePending.Answer
                    ? new(InviteAnswer.AlreadyInvited)
                    : Refuse(InvitationProblems.AlreadyPending);
            }
        }

        if (draft.MemberId is { } wanted && facts.OpenByProfile.TryGetValue(wanted, out var other) && other != changed?.Id)
        {
            return Refuse(InvitationProblems.AlreadyPending);
        }

        return changed is null && me.Kind.Limits.Pending is { } most && facts.Pending >= most ? Refuse(InvitationProblems.TooManyPending(most)) : Invites;
    }

    /// <summary>Why somebody cannot answer for an invitation that gives this: it is more than they hold, or a profile that they cannot hand over.</summary>
    public static Problem? Beyond(Insider me, Grant grant, Guid? profile) =>
        RightsRule.MayGrant(me.Actor, grant) is { Allowed: false } no ? Problem.RightsCeiling with { Detail = no.Because }
        : profile is { } id && RightsRule.MayHandOver(me.Actor, id) is { Allowed: false } notTheirs ? Problem.RightsMissing with { Detail = notTheirs.Because }
        : null;

    // Who would be two people at once: refused when they say yes, and told here as far as it may be known.
    private static bool SeenBy(Insider me, Member member) => Sees.Member(me.Actor, member.Id, hasAccount: true, member.WholeFamily, member.Children.Select(c => c.ChildId));

    private static Problem? Unfit(Guid? profile, InviteFacts facts) =>
        profile is not { } id ? null
        : !facts.Profiles.TryGetValue(id, out var account) ? Problem.NotFound
        : account is not null ? MemberProblems.HasAccount
        : null;

    private static InviteDecision Refuse(Problem problem) => new(InviteAnswer.Refused, problem);

    private static string ChannelName(InvitationChannel channel) => channel switch
    {
        InvitationChannel.None => "link",
        InvitationChannel.Email => "email",
        InvitationChannel.Phone => "phone",
    };
}
