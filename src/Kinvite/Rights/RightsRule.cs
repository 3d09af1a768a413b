namespace Kinvite.Rights;

/// <summary>Who may do what: the one place that decides (design.md §3 rules 1 and 2). Pure; lists use <see cref="Visible"/>, the same rule as a filter.</summary>
internal static class RightsRule
{
    /// <summary>May this member do this, for the family or for one child?</summary>
    public static Decision Decide(Actor? actor, string capability, Guid? childId = null)
    {
        if (actor is null)
        {
            return new(false, "Only a member of the family can do this.");
        }

        if (actor.IsGuest && capability is not (Capabilities.FamilyView or Capabilities.ActivityView))
        {
            return new(false, "A guest can only look; add an address to the account first.");
        }

        if (actor.WholeFamily)
        {
            return Answer(Has(actor, actor.Permission, capability));
        }

        if (childId is { } child && !actor.Children.ContainsKey(child))
        {
            return new(false, "There is no such child that you can see.");
        }

        if (!Capabilities.Least.TryGetValue(capability, out var least))
        {
            return Answer(actor.RoleCapabilities.Contains(capability));
        }

        // What reaches beyond single children is out of the reach of whoever sees only those, whatever their role adds.
        return Answer(Capabilities.PerChild.Contains(capability) && (childId is { } one
            ? Has(actor, actor.Children[one], capability)
            : least == Permission.View || actor.Children.Values.Any(p => Has(actor, p, capability))));
    }

    /// <summary>Every named right that is held, for the family or for at least one child.</summary>
    public static IReadOnlyList<string> CapabilitiesOf(Actor actor) =>
        [.. Capabilities.Least.Keys.Concat(actor.RoleCapabilities).Distinct(StringComparer.Ordinal).Where(c => Decide(actor, c).Allowed)];

    /// <summary>The ceiling: nobody gives more than they hold, and nobody gives ownership.</summary>
    public static Decision MayGrant(Actor? actor, Grant grant)
    {
        if (actor is null || actor.IsGuest)
        {
            return new(false, "Only a member who may invite can give access.");
        }

        if (grant.Permission >= Permission.Owner)
        {
            return new(false, "Ownership is handed over, never given with an invitation.");
        }

        if (actor.WholeFamily)
        {
            var within = grant.Permission <= actor.Permission && grant.Children.Values.All(p => p <= actor.Permission && p < Permission.Owner);
            return within && grant.RoleCapabilities.All(c => Decide(actor, c).Allowed)
                ? new(true, "You hold all of this yourself.")
                : new(false, "You can only give what you can do yourself.");
        }

        if (grant.WholeFamily)
        {
            return new(false, "You see some of the children, so you can only give access to those.");
        }

        return grant.Children.Count > 0
            && grant.Children.All(c => actor.Children.TryGetValue(c.Key, out var own) && c.Value <= own
                && (Decide(actor, Capabilities.InvitesManage, c.Key).Allowed || Decide(actor, Capabilities.RequestsManage, c.Key).Allowed))
            && grant.RoleCapabilities.All(capability => grant.Children.Keys.All(c => Decide(actor, capability, c).Allowed))
            ? new(true, "You hold all of this yourself for these children.")
            : new(false, "You can only give what you can do yourself for each of these children.");
    }

    /// <summary>May this member remove or change that one? The owner and those above are out of reach; a scoped member reaches only those within their own children.</summary>
    public static Decision MayRemove(Actor actor, Actor target)
    {
        if (Decide(actor, Capabilities.MembersManage) is { Allowed: false } no)
        {
            return no;
        }

        if (target.Permission >= Permission.Owner || (actor.WholeFamily && target.Children.Values.Append(target.Permission).Max() > actor.Permission))
        {
            return new(false, "This person can do more than you.");
        }

        return actor.WholeFamily
            || (!target.WholeFamily && target.Children.Count > 0
                && target.Children.All(c => actor.Children.TryGetValue(c.Key, out var own) && c.Value <= own
                    && Decide(actor, Capabilities.MembersManage, c.Key).Allowed))
            ? new(true, "You may manage this person.")
            : new(false, "This person also sees what you do not manage.");
    }

    /// <summary>Whether somebody sees a member; the twin of <see cref="Visible.Members"/>.</summary>
    public static bool Sees(Actor actor, Guid memberId, bool hasAccount, bool wholeFamily, IEnumerable<Guid> children) =>
        actor.WholeFamily || memberId == actor.MemberId || actor.Children.ContainsKey(memberId)
        || (hasAccount && (wholeFamily || children.Any(actor.Children.ContainsKey)));

    /// <summary>Whether somebody who may manage invitations sees this one; the twin of <see cref="Visible.Invitations"/>.</summary>
    public static bool SeesInvitation(Actor actor, bool wholeFamily, IReadOnlyCollection<Guid> children) =>
        actor.WholeFamily || IsAbout(actor, Capabilities.InvitesManage, wholeFamily, children);

    /// <summary>
    /// Whether somebody who may answer requests sees this one: about a child, or by an invitation for children; the twin of
    /// <see cref="Visible.AccessRequests"/>.
    /// </summary>
    public static bool SeesRequest(Actor actor, Guid? childId, (bool WholeFamily, IReadOnlyCollection<Guid> Children)? invitation) =>
        actor.WholeFamily
        || (childId is { } child && IsAbout(actor, Capabilities.RequestsManage, wholeFamily: false, [child]))
        || (invitation is { } by && IsAbout(actor, Capabilities.RequestsManage, by.WholeFamily, by.Children));

    /// <summary>Whether somebody sees what happened; the twin of <see cref="Visible.Activity"/>.</summary>
    public static bool SeesActivity(Actor actor, Guid? subjectId, IReadOnlyCollection<Guid> children) =>
        actor.WholeFamily || subjectId == actor.MemberId || (children.Count > 0 && children.All(actor.Children.ContainsKey));

    /// <summary>The children for whom a member scoped to children holds a right.</summary>
    public static IReadOnlyList<Guid> ChildrenWith(Actor actor, string capability) =>
        [.. actor.Children.Keys.Where(c => Decide(actor, capability, c).Allowed)];

    private static bool IsAbout(Actor actor, string capability, bool wholeFamily, IReadOnlyCollection<Guid> children) =>
        !wholeFamily && children.Count > 0 && children.All(ChildrenWith(actor, capability).Contains);

    private static bool Has(Actor actor, Permission permission, string capability) =>
        actor.RoleCapabilities.Contains(capability) || (Capabilities.Least.TryGetValue(capability, out var least) && permission >= least);

    private static Decision Answer(bool allowed) =>
        allowed ? new(true, "Your role allows this.") : new(false, "Your role does not allow this; ask somebody who manages the family.");
}
