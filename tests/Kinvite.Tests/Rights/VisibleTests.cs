using System.Linq.Expressions;
using FsCheck;
using FsCheck.Fluent;
using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

/// <summary>The filter that lists use says the same as the rule, whatever the family.</summary>
public sealed class VisibleTests
{
    [Fact]
    public void A_list_shows_exactly_the_members_that_one_sees() => Always((family, actor) =>
        Same(family.Members, Visible.Members(actor), m => Sees.Member(actor, m.Id, m.AccountId is not null, m.WholeFamily, m.Children.Select(c => c.ChildId))));

    [Fact]
    public void A_list_shows_exactly_the_invitations_that_one_sees() => Always((family, actor) =>
        Same(family.Invitations, Visible.Invitations(actor), i => Sees.Invitation(actor, i.WholeFamily, [.. i.Children.Select(c => c.ChildId)], i.MemberId)));

    [Fact]
    public void A_list_shows_exactly_the_requests_that_one_sees() => Always((family, actor) =>
        Same(family.Requests, Visible.AccessRequests(actor, family.Invitations.AsQueryable()), r => Sees.AccessRequest(
            actor, r.ChildId, family.Invitations.Any(i => i.Id == r.InvitationId && Sees.Invitation(actor, i.WholeFamily, [.. i.Children.Select(c => c.ChildId)], i.MemberId)))));

    [Fact]
    public void A_list_shows_exactly_the_activity_that_one_sees() => Always((family, actor) =>
        Same(family.Activity, Visible.Activity(actor), a => Sees.Activity(actor, a.SubjectId, a.ChildIds)));

    [Fact]
    public void Nobody_sees_more_of_a_child_than_the_rule_grants() => Always((family, actor) =>
        family.Members.Where(m => m.AccountId is null).All(child => Sees.Member(actor, child.Id, false, true, []) == RightsRule.Decide(actor, Capabilities.FamilyView, child.Id).Allowed));

    [Fact]
    public void What_one_may_give_one_holds() => Always((family, actor) => family.Invitations.All(i =>
    {
        var grant = new Grant(i.Permission, i.WholeFamily, i.Children.ToDictionary(c => c.ChildId, c => c.Permission), new HashSet<string>());
        if (!RightsRule.MayGrant(actor, grant).Allowed)
        {
            return true;
        }

        var given = new Actor(Guid.Empty, grant.Permission, grant.WholeFamily, grant.Children, grant.RoleCapabilities, IsGuardian: false, IsGuest: false);
        return RightsRule.CapabilitiesOf(given).All(c => RightsRule.Decide(actor, c).Allowed)
            && grant.Children.Keys.All(child => Capabilities.PerChild.All(c => !RightsRule.Decide(given, c, child).Allowed || RightsRule.Decide(actor, c, child).Allowed));
    }));

    [Fact]
    public void A_rule_that_shows_one_row_too_many_is_caught()
    {
        static bool Broken(RandomFamily family, Actor actor) => Same(family.Members, m => true, m => Sees.Member(actor, m.Id, m.AccountId is not null, m.WholeFamily, m.Children.Select(c => c.ChildId)));

        Assert.ThrowsAny<Exception>(() => Always(Broken));
    }

    private static bool Same<T>(IEnumerable<T> rows, Expression<Func<T, bool>> filter, Func<T, bool> rule) => rows.Where(filter.Compile(preferInterpretation: true)).SequenceEqual(rows.Where(rule));

    private static void Always(Func<RandomFamily, Actor, bool> holds) =>
        Prop.ForAll(RandomFamily.Any, family => family.Actors.All(actor => holds(family, actor))).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));
}
