namespace Kinvite.Rights;

/// <summary>Who sees a single row of a family. <see cref="Visible"/> says the same as filters for queries; a property test compares the two.</summary>
internal static class Sees
{
    /// <summary>The whole family; or oneself, one's children, those who see everything, and those who share a child.</summary>
    public static bool Member(Actor actor, Guid memberId, bool hasAccount, bool wholeFamily, IEnumerable<Guid> children) =>
        actor.WholeFamily || memberId == actor.MemberId || actor.Children.ContainsKey(memberId)
        || (hasAccount && (wholeFamily || children.Any(actor.Children.ContainsKey)));

    /// <summary>Who may invite: all of them; or those that are about nothing but children whom one manages, the one whose profile is taken over among them.</summary>
    public static bool Invitation(Actor actor, bool wholeFamily, IReadOnlyCollection<Guid> children, Guid? profile)
    {
        if (actor.WholeFamily)
        {
            return RightsRule.Decide(actor, Capabilities.InvitesManage).Allowed;
        }

        IReadOnlyCollection<Guid> about = profile is { } taken ? [.. children, taken] : children;
        return !wholeFamily && about.Count > 0 && about.All(c => RightsRule.Decide(actor, Capabilities.InvitesManage, c).Allowed);
    }

    /// <summary>Who may answer requests: all of them; or those about a child whom one manages, and those tied to an invitation that one sees.</summary>
    public static bool AccessRequest(Actor actor, Guid? childId, bool seesInvitation) => actor.WholeFamily
        ? RightsRule.Decide(actor, Capabilities.RequestsManage).Allowed
        : seesInvitation || (childId is { } child && RightsRule.Decide(actor, Capabilities.RequestsManage, child).Allowed);

    /// <summary>All; or what concerns nothing but one's own children, or oneself.</summary>
    public static bool Activity(Actor actor, Guid? subjectId, IReadOnlyCollection<Guid> children) => actor.WholeFamily
        ? RightsRule.Decide(actor, Capabilities.ActivityView).Allowed
        : subjectId == actor.MemberId || (children.Count > 0 && children.All(c => RightsRule.Decide(actor, Capabilities.ActivityView, c).Allowed));
}
