using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Invitations;

/// <summary>Who has to do with a family's open links.</summary>
internal static class InviteLinkRights
{
    extension(Insider me)
    {
        /// <summary>Why this member may not make, see or withdraw them, or null: they open the whole family, so it takes inviting to all of it.</summary>
        public Problem? LacksForLinks => me.Lacks(Capabilities.InvitesManage) ?? (!me.Actor.WholeFamily
            ? Problem.RightsMissing with { Detail = "You see some of the children; somebody who sees the whole family makes links." }
            : null);

        /// <summary>Why this member may not be shown its address, or null: whoever has it can let people in, so it takes holding as much.</summary>
        public Problem? LacksForShowing(InviteLink link) =>
            link.AsGiven(me.Kind) is not { } given ? Problem.NotFound : InviteDecision.Beyond(me, given.AsGrant, profile: null);
    }
}
