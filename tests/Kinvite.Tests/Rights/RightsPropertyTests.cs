using FsCheck;
using FsCheck.Fluent;
using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

/// <summary>The rule and its filters agree for families as chance makes them; a size that shrinks finds the smallest family that does not.</summary>
public sealed class RightsPropertyTests
{
    [Fact]
    public void A_filter_shows_exactly_the_members_that_the_rule_lets_somebody_see() => ForEverybody((family, actor) =>
        Assert.Equal(RandomFamily.Seen(family.Members, actor), family.Members.AsQueryable().Where(Visible.Members(actor)).Select(m => m.Id).Order()));

    [Fact]
    public void A_filter_shows_exactly_the_invitations_that_the_rule_lets_somebody_see() => ForEverybody((family, actor) =>
        Assert.Equal(RandomFamily.Seen(family.Invitations, actor), family.Invitations.AsQueryable().Where(Visible.Invitations(actor)).Select(i => i.Id).Order()));

    [Fact]
    public void A_filter_shows_exactly_the_requests_that_the_rule_lets_somebody_see() => ForEverybody((family, actor) =>
        Assert.Equal(RandomFamily.Seen(family.Requests, actor), family.Requests.AsQueryable().Where(Visible.AccessRequests(actor)).Select(r => r.Id).Order()));

    [Fact]
    public void A_filter_shows_exactly_what_the_rule_lets_somebody_see_of_what_happened() => ForEverybody((family, actor) =>
        Assert.Equal(RandomFamily.Seen(family.Activity, actor), family.Activity.AsQueryable().Where(Visible.Activity(actor)).Select(a => a.Id).Order()));

    [Fact]
    public void Nobody_gives_what_they_do_not_hold() => ForEverybody((family, actor) =>
    {
        var grant = family.AnyGrant();
        if (!RightsRule.MayGrant(actor, grant).Allowed)
        {
            return;
        }

        var newcomer = new Actor(Guid.Empty, grant.Permission, grant.WholeFamily, grant.Children, grant.RoleCapabilities, IsGuardian: false, IsGuest: false);
        foreach (var capability in Capabilities.Least.Keys.Append("points.adjust"))
        {
            foreach (var child in family.Members.Where(m => m.Role == "child").Select(m => (Guid?)m.Id).Append(null))
            {
                Assert.True(
                    !RightsRule.Decide(newcomer, capability, child).Allowed || RightsRule.Decide(actor, capability, child).Allowed,
                    $"{actor} gave {capability} for {child} with {grant}");
            }
        }
    });

    [Fact]
    public void Whoever_sees_some_children_sees_no_other_child_and_nothing_of_it() => ForEverybody((family, actor) =>
    {
        if (!actor.WholeFamily)
        {
            Assert.All(family.Members.Where(m => m.Role == "child" && RandomFamily.Seen(family.Members, actor).Contains(m.Id)), m => Assert.True(actor.Children.ContainsKey(m.Id)));
            Assert.All(family.Members.Where(m => m.Role == "child" && !actor.Children.ContainsKey(m.Id)), m => Assert.All(
                Capabilities.Least.Keys, c => Assert.False(RightsRule.Decide(actor, c, m.Id).Allowed)));
        }
    });

    [Fact]
    public void Chance_makes_people_who_see_some_and_people_who_do_not()
    {
        var families = Enumerable.Range(0, 50).Select(seed => new RandomFamily(seed, 6)).ToList();
        var scoped = families.SelectMany(f => f.Actors.Where(a => !a.WholeFamily).Select(a => (Family: f, Actor: a))).ToList();

        // Else the properties above would hold for want of cases.
        AssertBoth(scoped.SelectMany(s => s.Family.Members.Select(m => RandomFamily.Seen(s.Family.Members, s.Actor).Contains(m.Id))));
        AssertBoth(scoped.SelectMany(s => s.Family.Invitations.Select(i => RandomFamily.Seen(s.Family.Invitations, s.Actor).Contains(i.Id))));
        AssertBoth(scoped.SelectMany(s => s.Family.Requests.Select(r => RandomFamily.Seen(s.Family.Requests, s.Actor).Contains(r.Id))));
        AssertBoth(scoped.SelectMany(s => s.Family.Activity.Select(a => RandomFamily.Seen(s.Family.Activity, s.Actor).Contains(a.Id))));
        AssertBoth(scoped.Select(s => RightsRule.MayGrant(s.Actor, s.Family.AnyGrant()).Allowed));
    }

    private static void AssertBoth(IEnumerable<bool> outcomes) => Assert.Equal([false, true], outcomes.Distinct().Order());

    private static void ForEverybody(Action<RandomFamily, Actor> holds) => Prop.ForAll<int, byte>((seed, size) =>
    {
        var family = new RandomFamily(seed, size % 8);
        Assert.All(family.Actors, actor => holds(family, actor));
    }).QuickCheckThrowOnFailure();
}
