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

        var added = actor.RoleCapabilities.Contains(capability);
        var built = Capabilities.Least.TryGetValue(capability, out var least);
        if (actor.WholeFamily)
        {
            return Answer((built && actor.Permission >= least) || added);
        }

        // What the role adds counts for a scoped member's children as what the permission has, where it can be held for one child.
        var perChild = Capabilities.PerChild.Contains(capability);
        if (childId is { } child)
        {
            // Whoever was a child here sees what concerned them.
            if (child == actor.MemberId)
            {
                return Answer(perChild && least == Permission.View);
            }

            return !actor.Children.TryGetValue(child, out var permission)
                ? new(false, "There is no such child that you can see.")
                : Answer(built ? perChild && (permission >= least || added) : added);
        }

        return Answer(built ? perChild && (least == Permission.View || actor.Children.Values.Any(p => p >= least || added)) : added);
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

        return (grant.Children.Count > 0 || grant.Profile is not null)
            && grant.Permission <= actor.Children.Values.DefaultIfEmpty().Max()
            && grant.Children.All(c => Manages(actor, Capabilities.InvitesManage, c.Key, c.Value))
            && grant.RoleCapabilities.All(c => Decide(actor, c).Allowed)
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
                && target.Children.All(c => Manages(actor, Capabilities.MembersManage, c.Key, c.Value)))
            ? new(true, "You may manage this person.")
            : new(false, "This person also sees what you do not manage.");
    }

    /// <summary>
    /// May this member change what that one sees? Who manages the whole family: as for removing. A scoped member: the part of it that they manage,
    /// whatever else there is; what one does not see decides nothing and is told by nothing.
    /// </summary>
    public static Decision MayLimit(Actor actor, Actor target)
    {
        if (actor.WholeFamily || target.WholeFamily)
        {
            return MayRemove(actor, target);
        }

        var managed = ManagedOf(actor, target);
        return managed.Count == 0 ? new(false, "Your role does not allow this; ask somebody who manages the family.")
            : managed.All(c => c.Value <= actor.Children[c.Key]) ? new(true, "You manage these children.")
            : new(false, "This person can do more than you.");
    }

    /// <summary>The children of that member for whom this one may say who sees them.</summary>
    public static IReadOnlyDictionary<Guid, Permission> ManagedOf(Actor actor, Actor target) =>
        target.Children.Where(c => Decide(actor, Capabilities.MembersManage, c.Key).Allowed).ToDictionary(c => c.Key, c => c.Value);

    /// <summary>May this member decide about a profile without account, such as the digits of a child? Its guardians may, and whoever manages the family or that child.</summary>
    public static Decision MayLookAfter(Actor? actor, Guid profileId)
    {
        if (Decide(actor, Capabilities.MembersManage, profileId) is { Allowed: true } yes)
        {
            return yes;
        }

        return actor is { IsGuardian: true, IsGuest: false } && (actor.WholeFamily || actor.Children.ContainsKey(profileId))
            ? new(true, "You look after this person.")
            : new(false, "Only who looks after this person, or manages the family, can do this.");
    }

    /// <summary>May this member let somebody take over a profile without account?</summary>
    public static Decision MayHandOver(Actor? actor, Guid profileId) => MayLookAfter(actor, profileId) is { Allowed: true } yes
        ? yes
        : new(false, "Only who looks after this person, or manages the family, can hand their profile over.");

    /// <summary>May this member make a device the family's tablet, or take it away? It shows every child: whoever sees all of them, and looks after them or sees to the settings.</summary>
    public static Decision MayShareDevices(Actor? actor) => actor is { WholeFamily: true, IsGuest: false }
        && (actor.IsGuardian || Decide(actor, Capabilities.SettingsManage).Allowed)
        ? new(true, "You look after the children here.")
        : new(false, "Only who looks after the children of this family, or manages its settings, can do this.");

    // A child for whom one may do this, and not more for it than one has.
    private static bool Manages(Actor actor, string capability, Guid child, Permission permission) =>
        Decide(actor, capability, child).Allowed && permission <= actor.Children[child];

    private static Decision Answer(bool allowed) =>
        allowed ? new(true, "Your role allows this.") : new(false, "Your role does not allow this; ask somebody who manages the family.");
}
