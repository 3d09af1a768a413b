using System.Linq.Expressions;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Invitations;
using Kinvite.Members;

namespace Kinvite.Rights;

/// <summary>The rules of <see cref="Sees"/> as filters for queries within one family; a property test compares the two.</summary>
internal static class Visible
{
    /// <summary>The whole family; or oneself, one's children, those who see everything, and those who share a child.</summary>
    public static Expression<Func<Member, bool>> Members(Actor actor)
    {
        if (actor.WholeFamily)
        {
            return m => true;
        }

        var self = actor.MemberId;
        var children = actor.Children.Keys.ToList();
        // A child's profile has the whole family as its scope and yet is one of those that a scoped member may not see.
        return m => m.Id == self || children.Contains(m.Id) || (m.AccountId != null && (m.WholeFamily || m.Children.Any(c => children.Contains(c.ChildId))));
    }

    /// <summary>For those who may invite: all; or those that are about nothing but children whom one manages, the one whose profile is taken over among them.</summary>
    public static Expression<Func<Invitation, bool>> Invitations(Actor actor)
    {
        if (actor.WholeFamily)
        {
            var manages = RightsRule.Decide(actor, Capabilities.InvitesManage).Allowed;
            return i => manages;
        }

        var managed = ChildrenWith(actor, Capabilities.InvitesManage);
        return i => !i.WholeFamily && (i.MemberId == null ? i.Children.Any() : managed.Contains(i.MemberId.Value)) && i.Children.All(c => managed.Contains(c.ChildId));
    }

    /// <summary>For those who may answer them: all; or those about a child whom one manages, and those tied to an invitation that one sees.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="invitations">All there are; the filter asks for the one that a request is tied to.</param>
    public static Expression<Func<AccessRequest, bool>> AccessRequests(Actor actor, IQueryable<Invitation> invitations)
    {
        if (actor.WholeFamily)
        {
            var manages = RightsRule.Decide(actor, Capabilities.RequestsManage).Allowed;
            return r => manages;
        }

        var managed = ChildrenWith(actor, Capabilities.RequestsManage);
        var seen = invitations.Where(Invitations(actor));
        return r => (r.ChildId != null && managed.Contains(r.ChildId.Value)) || seen.Any(i => i.FamilyId == r.FamilyId && i.Id == r.InvitationId);
    }

    /// <summary>All; or what concerns nothing but one's own children, or oneself.</summary>
    public static Expression<Func<ActivityEntry, bool>> Activity(Actor actor)
    {
        if (actor.WholeFamily)
        {
            var sees = RightsRule.Decide(actor, Capabilities.ActivityView).Allowed;
            return a => sees;
        }

        var self = actor.MemberId;
        var children = ChildrenWith(actor, Capabilities.ActivityView);
        return a => a.SubjectId == self || (a.ChildIds.Length > 0 && a.ChildIds.All(c => children.Contains(c)));
    }

    // Lists: "in an array" is compiled to a span, which an expression cannot always be interpreted with.
    private static List<Guid> ChildrenWith(Actor actor, string capability) => [.. actor.Children.Keys.Append(actor.MemberId).Where(c => RightsRule.Decide(actor, capability, c).Allowed)];
}
