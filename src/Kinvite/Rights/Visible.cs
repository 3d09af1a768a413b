using System.Linq.Expressions;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Invitations;
using Kinvite.Members;

namespace Kinvite.Rights;

/// <summary>The rules of <see cref="RightsRule"/> as filters for queries within one family; a property test compares the two.</summary>
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
        var children = actor.Children.Keys.ToArray();
        // A child's profile has the whole family as its scope and yet is one of those that a scoped member may not see.
        return m => m.Id == self || children.Contains(m.Id) || (m.AccountId != null && (m.WholeFamily || m.Children.Any(c => children.Contains(c.ChildId))));
    }

    /// <summary>All; or those that open nothing but children whom one manages.</summary>
    public static Expression<Func<Invitation, bool>> Invitations(Actor actor)
    {
        if (actor.WholeFamily)
        {
            return i => true;
        }

        var managed = Managed(actor);
        return i => !i.WholeFamily && i.Children.Any() && i.Children.All(c => managed.Contains(c.ChildId));
    }

    /// <summary>All; or those about a child whom one manages.</summary>
    public static Expression<Func<AccessRequest, bool>> AccessRequests(Actor actor)
    {
        if (actor.WholeFamily)
        {
            return r => true;
        }

        var managed = Managed(actor);
        return r => r.ChildId != null && managed.Contains(r.ChildId.Value);
    }

    /// <summary>All; or what concerns nothing but one's own children, or oneself.</summary>
    public static Expression<Func<ActivityEntry, bool>> Activity(Actor actor)
    {
        if (actor.WholeFamily)
        {
            return a => true;
        }

        var self = actor.MemberId;
        var children = actor.Children.Keys.ToArray();
        return a => a.SubjectId == self || (a.ChildIds.Length > 0 && a.ChildIds.All(c => children.Contains(c)));
    }

    private static Guid[] Managed(Actor actor) => [.. actor.Children.Where(c => c.Value >= Permission.Admin).Select(c => c.Key)];
}
