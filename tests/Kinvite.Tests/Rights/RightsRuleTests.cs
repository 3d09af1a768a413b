using Kinvite.Rights;

namespace Kinvite.Tests.Rights;

public sealed class RightsRuleTests
{
    [Theory]
    // actor, for the family / for child a, every built-in right that is held
    [InlineData("view", null, "family.view activity.view")]
    [InlineData("edit", null, "family.view activity.view children.edit")]
    [InlineData("admin", null, "family.view activity.view children.edit invites.manage members.manage requests.manage settings.manage")]
    [InlineData("owner", null, "family.view activity.view children.edit invites.manage members.manage requests.manage settings.manage family.transfer family.delete")]
    [InlineData("edit", "a", "family.view activity.view children.edit")]
    [InlineData("owner", "a", "family.view activity.view children.edit invites.manage members.manage requests.manage settings.manage family.transfer family.delete")]
    // a role adds built-in rights
    [InlineData("edit +invites.manage +requests.manage", null, "family.view activity.view children.edit invites.manage requests.manage")]
    [InlineData("view +settings.manage", null, "family.view activity.view settings.manage")]
    // only some children: what is for the whole family stays out of reach, whatever the role adds
    [InlineData("a:view", null, "family.view activity.view")]
    [InlineData("a:view b:edit", null, "family.view activity.view children.edit")]
    [InlineData("a:admin", null, "family.view activity.view children.edit invites.manage members.manage requests.manage")]
    [InlineData("a:admin", "a", "family.view activity.view children.edit invites.manage members.manage requests.manage")]
    [InlineData("a:view b:admin", "a", "family.view activity.view")]
    [InlineData("b:admin", "a", "")]
    [InlineData("a:view +invites.manage +settings.manage +family.delete", null, "family.view activity.view invites.manage")]
    [InlineData("a:view +invites.manage +settings.manage +family.delete", "a", "family.view activity.view invites.manage")]
    [InlineData("b:view +invites.manage", "a", "")]
    // a guest looks, and nothing else
    [InlineData("guest", null, "family.view activity.view")]
    [InlineData("guest admin +invites.manage", null, "family.view activity.view")]
    [InlineData("guest a:admin", "a", "family.view activity.view")]
    [InlineData("guest a:admin", "b", "")]
    // nobody
    [InlineData("", null, "")]
    [InlineData("", "a", "")]
    public void Who_holds_which_built_in_right(string actor, string? child, string rights) => Assert.Equal(
        rights,
        string.Join(' ', Capabilities.Least.Keys.Where(c => RightsRule.Decide(Actors.Of(actor), c, child is null ? null : Actors.Id(child[0])).Allowed)));

    [Theory]
    [InlineData("view +points.adjust", null, true)]
    [InlineData("owner", null, false)]
    [InlineData("a:view +points.adjust", null, true)]
    [InlineData("a:view +points.adjust", "a", true)]
    [InlineData("a:view +points.adjust", "b", false)]
    [InlineData("guest +points.adjust", null, false)]
    public void A_kinds_own_right_comes_from_the_role_alone(string actor, string? child, bool allowed) =>
        Assert.Equal(allowed, RightsRule.Decide(Actors.Of(actor), "points.adjust", child is null ? null : Actors.Id(child[0])).Allowed);

    [Theory]
    [InlineData("admin")]
    [InlineData("a:admin")]
    public void A_right_that_there_is_not_is_held_by_nobody(string actor)
    {
        Assert.False(RightsRule.Decide(Actors.Of(actor), "Family.View").Allowed);
        Assert.False(RightsRule.Decide(Actors.Of(actor), "").Allowed);
    }

    [Theory]
    [InlineData("", "family.view")]
    [InlineData("view", "invites.manage")]
    [InlineData("view", "family.view")]
    [InlineData("guest", "invites.manage")]
    [InlineData("a:view", "children.edit")]
    public void Every_answer_says_why_in_a_sentence(string actor, string capability) =>
        Assert.Matches(@"^[A-Z].{10,}\.\z", RightsRule.Decide(Actors.Of(actor), capability).Because);

    [Theory]
    [InlineData("admin +points.adjust", "family.view activity.view children.edit invites.manage members.manage requests.manage settings.manage points.adjust")]
    [InlineData("edit +invites.manage", "family.view activity.view children.edit invites.manage")]
    [InlineData("a:view +family.delete", "family.view activity.view")]
    [InlineData("guest +points.adjust", "family.view activity.view")]
    public void The_list_of_rights_is_what_is_held_each_once(string actor, string rights) =>
        Assert.Equal(rights.Split(' ').Order(), RightsRule.CapabilitiesOf(Actors.Of(actor)!).Order());

    [Theory]
    // the whole family gives up to what it holds
    [InlineData("admin", "admin", true)]
    [InlineData("admin", "view", true)]
    [InlineData("admin", "a:admin b:view", true)]
    [InlineData("owner", "admin", true)]
    [InlineData("owner", "a:admin", true)]
    [InlineData("edit +invites.manage", "edit", true)]
    [InlineData("edit +invites.manage", "edit +invites.manage", true)]
    [InlineData("edit +invites.manage", "admin", false)]
    [InlineData("edit +invites.manage", "a:admin", false)]
    [InlineData("edit +invites.manage", "edit +members.manage", false)]
    [InlineData("admin", "view +points.adjust", false)]
    [InlineData("admin +points.adjust", "view +points.adjust", true)]
    // ownership never
    [InlineData("owner", "owner", false)]
    [InlineData("owner", "a:owner", false)]
    // some children give only those they manage
    [InlineData("a:admin", "a:admin", true)]
    [InlineData("a:admin b:admin", "a:view b:edit", true)]
    [InlineData("a:admin b:edit", "a:admin b:view", false)]
    [InlineData("a:admin b:edit", "b:view", false)]
    [InlineData("a:admin", "b:view", false)]
    [InlineData("a:admin", "view", false)]
    [InlineData("a:edit", "a:view", false)]
    [InlineData("a:edit +invites.manage", "a:edit", true)]
    [InlineData("a:edit +invites.manage", "a:admin", false)]
    [InlineData("a:view +requests.manage b:admin", "a:view +members.manage", false)]
    [InlineData("a:admin", "a:view +invites.manage", true)]
    // nobody and guests give nothing
    [InlineData("", "view", false)]
    [InlineData("guest admin", "view", false)]
    public void The_ceiling(string actor, string grant, bool allowed)
    {
        var decision = RightsRule.MayGrant(Actors.Of(actor), Actors.GrantOf(grant));

        Assert.Equal(allowed, decision.Allowed);
        Assert.EndsWith(".", decision.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grant_for_chosen_children_without_any_is_refused_to_whoever_is_scoped() =>
        Assert.False(RightsRule.MayGrant(Actors.Of("a:admin"), new Grant(Permission.View, false, new Dictionary<Guid, Permission>(), new HashSet<string>())).Allowed);

    [Theory]
    [InlineData("admin", "view", true)]
    [InlineData("admin", "admin", true)]
    [InlineData("admin", "owner", false)]
    [InlineData("owner", "owner", false)]
    [InlineData("admin", "a:admin", true)]
    [InlineData("edit", "view", false)]
    [InlineData("edit +members.manage", "edit", true)]
    [InlineData("edit +members.manage", "admin", false)]
    [InlineData("edit +members.manage", "a:admin", false)]
    [InlineData("a:admin", "a:edit", true)]
    [InlineData("a:admin", "a:admin", true)]
    [InlineData("a:admin", "a:view b:view", false)]
    [InlineData("a:admin b:edit", "b:view", false)]
    [InlineData("a:admin", "view", false)]
    [InlineData("a:edit", "a:view", false)]
    [InlineData("a:edit +members.manage", "a:view", true)]
    [InlineData("a:edit +members.manage", "a:admin", false)]
    [InlineData("guest admin", "view", false)]
    public void Who_may_remove_whom(string actor, string target, bool allowed)
    {
        var decision = RightsRule.MayRemove(Actors.Of(actor)!, Actors.Of(target)! with { MemberId = Actors.Id('t') });

        Assert.Equal(allowed, decision.Allowed);
        Assert.EndsWith(".", decision.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_was_let_see_one_more_child_as_its_manager_is_not_removed_by_a_lesser() => Assert.False(RightsRule.MayRemove(
        Actors.Of("edit +members.manage")!, Actors.Of("a:admin")! with { MemberId = Actors.Id('t'), Permission = Permission.View }).Allowed);

    [Theory]
    // actor, whom: account? whole family? children
    [InlineData("view", "t", false, true, "", true)]
    [InlineData("guest", "t", true, false, "b", true)]
    [InlineData("a:view", "m", true, false, "a", true)]
    [InlineData("a:view", "a", false, true, "", true)]
    [InlineData("a:view", "b", false, true, "", false)]
    [InlineData("a:view", "e", false, true, "", false)]
    [InlineData("a:view", "t", true, true, "", true)]
    [InlineData("a:view", "t", true, false, "a", true)]
    [InlineData("a:view", "t", true, false, "ab", true)]
    [InlineData("a:view", "t", true, false, "b", false)]
    [InlineData("a:view", "t", true, false, "", false)]
    public void Who_sees_whom(string actor, string member, bool account, bool whole, string children, bool seen) =>
        Assert.Equal(seen, RightsRule.Sees(Actors.Of(actor)!, Actors.Id(member[0]), account, whole, children.Select(Actors.Id)));

    [Theory]
    [InlineData("view", true, "", true)]
    [InlineData("view", false, "b", true)]
    [InlineData("a:admin b:edit", false, "a", true)]
    [InlineData("a:admin b:edit", false, "ab", false)]
    [InlineData("a:admin b:edit", false, "b", false)]
    [InlineData("a:admin", true, "", false)]
    [InlineData("a:admin", true, "a", false)]
    [InlineData("a:admin", false, "", false)]
    [InlineData("a:view +invites.manage", false, "a", true)]
    [InlineData("a:view +requests.manage", false, "a", false)]
    public void Who_sees_which_invitation(string actor, bool whole, string children, bool seen) =>
        Assert.Equal(seen, RightsRule.SeesInvitation(Actors.Of(actor)!, whole, [.. children.Select(Actors.Id)]));

    [Theory]
    [InlineData("view", "", null, true)]
    [InlineData("a:admin", "", null, false)]
    [InlineData("a:admin", "a", null, true)]
    [InlineData("a:admin", "b", null, false)]
    [InlineData("a:edit", "a", null, false)]
    [InlineData("a:admin", "", "a", true)]
    [InlineData("a:admin", "", "ab", false)]
    [InlineData("a:admin", "", "", false)]
    [InlineData("a:view +requests.manage", "", "a", true)]
    [InlineData("a:view +invites.manage", "a", null, false)]
    public void Who_sees_which_request(string actor, string child, string? invitation, bool seen) => Assert.Equal(seen, RightsRule.SeesRequest(
        Actors.Of(actor)!, child.Length == 0 ? null : Actors.Id(child[0]), invitation is null ? null : (false, [.. invitation.Select(Actors.Id)])));

    [Fact]
    public void A_request_by_an_invitation_for_the_whole_family_is_for_those_who_see_that() =>
        Assert.False(RightsRule.SeesRequest(Actors.Of("a:admin")!, null, (true, [])));

    [Theory]
    [InlineData("view", "t", "", true)]
    [InlineData("a:view", "t", "", false)]
    [InlineData("a:view", "m", "", true)]
    [InlineData("a:view", "m", "b", true)]
    [InlineData("a:view", "t", "a", true)]
    [InlineData("a:view", "t", "ab", false)]
    [InlineData("a:view b:view", "t", "ab", true)]
    public void Who_sees_what_happened(string actor, string subject, string children, bool seen) =>
        Assert.Equal(seen, RightsRule.SeesActivity(Actors.Of(actor)!, Actors.Id(subject[0]), [.. children.Select(Actors.Id)]));
}
