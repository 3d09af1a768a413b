using System.Collections.Frozen;
using Kinvite.Rights;
using static Kinvite.Rights.Permission;

namespace Kinvite.Tests.Rights;

/// <summary>Who may do what, as tables.</summary>
public sealed class RightsRuleTests
{
    private static readonly Guid Ana = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Ben = new("00000000-0000-0000-0000-00000000000b");
    private static readonly Guid Unknown = new("00000000-0000-0000-0000-0000000000ff");
    private static readonly Guid Self = new("00000000-0000-0000-0000-0000000000dd");

    private static readonly string[] OfView = ["family.view", "activity.view"];
    private static readonly string[] OfEdit = [.. OfView, "children.edit"];
    private static readonly string[] OfAdmin = [.. OfEdit, "invites.manage", "members.manage", "requests.manage", "settings.manage"];
    private static readonly string[] OfOwner = [.. OfAdmin, "family.transfer", "family.delete"];
    private static readonly string[] OfChildAdmin = [.. OfAdmin.Where(c => c != "settings.manage")];

    public static TheoryData<Permission, string[]> BuiltIn => new() { { View, OfView }, { Edit, OfEdit }, { Admin, OfAdmin }, { Owner, OfOwner } };

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Each_permission_has_these_rights_and_no_others(Permission permission, string[] rights)
    {
        Assert.Equal(rights.Order(), RightsRule.CapabilitiesOf(Whole(permission)).Order());
        Assert.All(OfOwner, c => Assert.Equal(rights.Contains(c), RightsRule.Decide(Whole(permission), c).Allowed));
        Assert.All(OfOwner, c => Assert.Equal(rights.Contains(c), RightsRule.Decide(Whole(permission), c, Ana).Allowed));
    }

    [Theory]
    [InlineData(View)]
    [InlineData(Edit)]
    [InlineData(Admin)]
    public void For_a_child_the_permission_for_that_child_counts(Permission permission)
    {
        var rights = permission switch { View => OfView, Edit => OfEdit, _ => OfChildAdmin };
        var actor = Scoped((Ana, permission), (Ben, View));

        Assert.All(OfOwner, c => Assert.Equal(rights.Contains(c), RightsRule.Decide(actor, c, Ana).Allowed));
        Assert.All(OfOwner, c => Assert.Equal(OfView.Contains(c), RightsRule.Decide(actor, c, Ben).Allowed));
        Assert.All(OfOwner, c => Assert.False(RightsRule.Decide(actor, c, Unknown).Allowed));
    }

    [Fact]
    public void Whoever_was_a_child_here_sees_what_concerned_them_and_manages_none_of_it() =>
        Assert.All(OfOwner, c => Assert.Equal(OfView.Contains(c), RightsRule.Decide(Scoped((Ana, Admin)), c, Self).Allowed));

    [Theory]
    [InlineData(View)]
    [InlineData(Edit)]
    [InlineData(Admin)]
    public void Without_a_child_it_is_enough_to_hold_it_for_one(Permission best)
    {
        var rights = best switch { View => OfView, Edit => OfEdit, _ => OfChildAdmin };

        Assert.Equal(rights.Order(), RightsRule.CapabilitiesOf(Scoped((Ana, View), (Ben, best))).Order());
    }

    [Fact]
    public void Whoever_sees_children_only_never_manages_the_family()
    {
        // Not even when the row says more: for a scoped member the family's permission counts nowhere.
        var actor = Scoped((Ana, Admin)) with { Permission = Owner };

        Assert.All(["settings.manage", "family.transfer", "family.delete"], c => Assert.False(RightsRule.Decide(actor, c).Allowed || RightsRule.Decide(actor, c, Ana).Allowed));
    }

    [Fact]
    public void A_scoped_member_whose_children_are_gone_still_sees_what_is_left()
    {
        Assert.Equal(OfView.Order(), RightsRule.CapabilitiesOf(Scoped()).Order());
        Assert.False(RightsRule.Decide(Scoped(), "family.view", Ana).Allowed);
    }

    [Fact]
    public void What_a_role_adds_is_held_besides_the_permission()
    {
        var player = Whole(Edit) with { RoleCapabilities = Set("invites.manage", "requests.manage") };
        Assert.Equal(OfEdit.Concat(["invites.manage", "requests.manage"]).Order(), RightsRule.CapabilitiesOf(player).Order());

        var teen = Whole(View) with { RoleCapabilities = Set("chores.complete") };
        Assert.True(RightsRule.Decide(teen, "chores.complete").Allowed);
        Assert.True(RightsRule.Decide(teen, "chores.complete", Ana).Allowed);
        Assert.False(RightsRule.Decide(teen, "points.adjust").Allowed);
        Assert.False(RightsRule.Decide(Whole(Owner), "points.adjust").Allowed);
    }

    [Fact]
    public void What_a_role_adds_counts_for_the_children_that_one_sees_and_for_no_others()
    {
        var actor = Scoped((Ana, Edit)) with { RoleCapabilities = Set("invites.manage", "settings.manage", "chores.complete") };

        Assert.Equal(OfEdit.Append("invites.manage").Append("chores.complete").Order(), RightsRule.CapabilitiesOf(actor).Order());
        foreach (var capability in new[] { "invites.manage", "chores.complete" })
        {
            Assert.True(RightsRule.Decide(actor, capability, Ana).Allowed);
            Assert.False(RightsRule.Decide(actor, capability, Ben).Allowed);
        }

        // What is held for the whole family only stays out of reach, and so does what needs a child when there is none.
        Assert.False(RightsRule.Decide(actor, "settings.manage").Allowed || RightsRule.Decide(actor, "settings.manage", Ana).Allowed);
        Assert.False(RightsRule.Decide(Scoped() with { RoleCapabilities = Set("invites.manage") }, "invites.manage").Allowed);
    }

    [Fact]
    public void Whoever_invites_by_role_gives_no_more_for_a_child_than_they_have()
    {
        var actor = Scoped((Ana, Edit)) with { RoleCapabilities = Set("invites.manage") };

        Assert.True(RightsRule.MayGrant(actor, Give(Edit, (Ana, Edit))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(Admin, (Ana, Admin))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View, (Ben, View))).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Other((Ana, View))).Allowed);
        Assert.True(RightsRule.MayRemove(actor with { RoleCapabilities = Set("members.manage") }, Other((Ana, Edit))).Allowed);
        Assert.False(RightsRule.MayRemove(actor with { RoleCapabilities = Set("members.manage") }, Other((Ana, Admin))).Allowed);
    }

    [Fact]
    public void Nobody_is_somebody_without_a_place_in_the_family() =>
        Assert.All(OfOwner.Append("chores.complete"), c => Assert.False(RightsRule.Decide(null, c).Allowed));

    [Fact]
    public void A_guest_looks_and_never_invites()
    {
        var guest = Whole(Admin) with { IsGuest = true, RoleCapabilities = Set("invites.manage") };

        Assert.Equal(OfView.Order(), RightsRule.CapabilitiesOf(guest).Order());
        Assert.False(RightsRule.MayGrant(guest, Give(View)).Allowed);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("FAMILY.VIEW", false)]
    [InlineData("family.view ", false)]
    [InlineData("family.view", true)]
    public void A_right_is_known_by_its_exact_name(string name, bool allowed) => Assert.Equal(allowed, RightsRule.Decide(Whole(Owner), name).Allowed);

    [Fact]
    public void Every_answer_has_its_reason_in_a_sentence()
    {
        foreach (var actor in new[] { null, Whole(View), Whole(Owner), Scoped((Ana, View)), Whole(View) with { IsGuest = true } })
        {
            Assert.All(OfOwner, c => Assert.Matches("^[A-Z].+[.]$", RightsRule.Decide(actor, c).Because));
            Assert.All(OfOwner, c => Assert.Matches("^[A-Z].+[.]$", RightsRule.Decide(actor, c, Ana).Because));
        }
    }

    [Theory]
    [InlineData(View, View, true)]
    [InlineData(View, Edit, false)]
    [InlineData(Edit, Edit, true)]
    [InlineData(Edit, Admin, false)]
    [InlineData(Admin, View, true)]
    [InlineData(Admin, Admin, true)]
    [InlineData(Admin, Owner, false)]
    [InlineData(Owner, Admin, true)]
    [InlineData(Owner, Owner, false)]
    public void Nobody_gives_more_than_they_hold_and_ownership_is_never_given(Permission own, Permission given, bool allowed)
    {
        Assert.Equal(allowed, RightsRule.MayGrant(Whole(own), Give(given)).Allowed);
        Assert.Equal(allowed, RightsRule.MayGrant(Whole(own), Give(given, (Ana, given))).Allowed);
        Assert.False(RightsRule.MayGrant(null, Give(given)).Allowed);
    }

    [Fact]
    public void A_role_that_brings_more_than_one_holds_is_above_the_ceiling_whatever_its_permission()
    {
        var parent = Whole(Admin) with { RoleCapabilities = Set("points.adjust", "leaderboard.view") };

        Assert.True(RightsRule.MayGrant(parent, Give(View) with { RoleCapabilities = Set("leaderboard.view") }).Allowed);
        Assert.True(RightsRule.MayGrant(parent, Give(View) with { RoleCapabilities = Set("invites.manage") }).Allowed);
        Assert.False(RightsRule.MayGrant(parent, Give(View) with { RoleCapabilities = Set("chores.delete") }).Allowed);
        Assert.False(RightsRule.MayGrant(Whole(View), Give(View) with { RoleCapabilities = Set("invites.manage") }).Allowed);
        Assert.False(RightsRule.MayGrant(Scoped((Ana, Admin)), Give(View, (Ana, View)) with { RoleCapabilities = Set("settings.manage") }).Allowed);
    }

    [Fact]
    public void Whoever_sees_some_children_gives_access_to_those_they_manage_only()
    {
        var actor = Scoped((Ana, Admin), (Ben, Edit));

        Assert.True(RightsRule.MayGrant(actor, Give(Admin, (Ana, Admin))).Allowed);
        Assert.True(RightsRule.MayGrant(actor, Give(View, (Ana, View))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View, (Ben, View))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View, (Ana, View), (Ben, View))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View, (Unknown, View))).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View)).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(View) with { WholeFamily = false }).Allowed);
        Assert.False(RightsRule.MayGrant(actor, Give(Admin, (Ana, Owner))).Allowed);
        Assert.False(RightsRule.MayGrant(Scoped((Ana, Edit)), Give(Admin, (Ana, View))).Allowed);
    }

    [Theory]
    [InlineData(View, View, false)]
    [InlineData(Edit, View, false)]
    [InlineData(Admin, View, true)]
    [InlineData(Admin, Admin, true)]
    [InlineData(Admin, Owner, false)]
    [InlineData(Owner, Admin, true)]
    public void One_manages_those_who_can_do_no_more(Permission own, Permission target, bool allowed) =>
        Assert.Equal(allowed, RightsRule.MayRemove(Whole(own), Whole(target) with { MemberId = Ben }).Allowed);

    [Fact]
    public void Whoever_sees_some_children_manages_those_who_see_nothing_else()
    {
        var actor = Scoped((Ana, Admin), (Ben, Edit));

        Assert.True(RightsRule.MayRemove(actor, Other((Ana, View))).Allowed);
        Assert.True(RightsRule.MayRemove(actor, Other((Ana, Admin))).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Other((Ben, View))).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Other((Ana, View), (Ben, View))).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Other((Unknown, View))).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Other()).Allowed);
        Assert.False(RightsRule.MayRemove(actor, Whole(View) with { MemberId = Unknown }).Allowed);
        Assert.False(RightsRule.MayRemove(Scoped((Ana, Edit)), Other((Ana, View))).Allowed);
        Assert.True(RightsRule.MayRemove(Whole(Admin), Other((Ana, Admin))).Allowed);
    }

    [Fact]
    public void The_owner_is_out_of_reach_even_when_their_row_is_scoped() =>
        Assert.False(RightsRule.MayRemove(Scoped((Ana, Admin)), Other((Ana, View)) with { Permission = Owner }).Allowed);

    private static Actor Whole(Permission permission) => new(
        Self, permission, WholeFamily: true, FrozenDictionary<Guid, Permission>.Empty, Set(), IsGuardian: false, IsGuest: false);

    private static Actor Scoped(params (Guid Child, Permission Permission)[] children) => new(
        Self, children.Select(c => c.Permission).DefaultIfEmpty(View).Max(), WholeFamily: false, children.ToDictionary(c => c.Child, c => c.Permission), Set(),
        IsGuardian: false, IsGuest: false);

    private static Actor Other(params (Guid Child, Permission Permission)[] children) => Scoped(children) with { MemberId = new("00000000-0000-0000-0000-0000000000ee") };

    private static Grant Give(Permission permission, params (Guid Child, Permission Permission)[] children) => new(
        permission, children.Length == 0, children.ToDictionary(c => c.Child, c => c.Permission), Set());

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
