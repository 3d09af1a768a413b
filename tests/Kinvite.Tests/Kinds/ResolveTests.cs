using Kinvite.Kinds;
using Kinvite.Rights;
using static Kinvite.Rights.Permission;

namespace Kinvite.Tests.Kinds;

/// <summary>What an invitation gives once the kind has filled in what was left out.</summary>
public sealed class ResolveTests
{
    private static readonly FamilyKinds Kinds = new(directory: null);
    private static readonly Guid Ana = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Ben = new("00000000-0000-0000-0000-00000000000b");

    [Theory]
    [InlineData("home", null, null, "relative", View)]
    [InlineData("home", "co-parent", null, "co-parent", Admin)]
    [InlineData("home", "co-parent", View, "co-parent", View)]
    [InlineData("home", "caregiver", Edit, "caregiver", Edit)]
    [InlineData("vault", null, null, "member", View)]
    [InlineData("vault", "grandparent", Admin, "grandparent", Admin)]
    [InlineData("chores", "teen", View, "teen", View)]
    [InlineData("chores", null, null, "parent", Admin)]
    [InlineData("team", "player", null, "player", Edit)]
    [InlineData("care", "admin", null, "admin", Admin)]
    public void What_is_left_out_is_as_the_kind_has_it(string kind, string? role, Permission? permission, string givenRole, Permission given)
    {
        var resolved = Kinds.TryFind(kind)!.Resolve(role, permission, null);

        Assert.False(resolved.Refused(out _));
        Assert.Equal((givenRole, given, true), (resolved.Value.Role.Key, resolved.Value.Permission, resolved.Value.WholeFamily));
        Assert.Empty(resolved.Value.Children);
    }

    [Theory]
    [InlineData("home", "relative", Edit)] // lower, not higher
    [InlineData("home", "co-parent", Owner)]
    [InlineData("vault", "member", Owner)] // up to admin
    [InlineData("chores", "parent", View)] // the role decides
    [InlineData("team", "player", Admin)]
    [InlineData("care", "member", Edit)]
    public void A_permission_that_the_kind_does_not_let_one_give_is_refused(string kind, string role, Permission permission) =>
        Assert.Equal(["permission"], Faults(Kinds.TryFind(kind)!, role, permission));

    [Theory]
    [InlineData("home", "child")]
    [InlineData("home", "elder")]
    [InlineData("home", "owner")]
    [InlineData("home", "Relative")]
    [InlineData("home", "relative ")]
    [InlineData("home", "")]
    [InlineData("vault", "owner")]
    [InlineData("care", "owner")]
    [InlineData("baby", "baby")]
    public void A_role_that_is_not_invited_is_refused_at_its_field(string kind, string role) =>
        Assert.Equal(["role"], Faults(Kinds.TryFind(kind)!, role, null, kind == "baby" ? [(Ana, null)] : null));

    [Fact]
    public void A_child_without_permission_of_its_own_has_what_is_said_for_the_person()
    {
        var baby = Kinds.TryFind("baby")!;
        Assert.Equal([(Ana, Edit)], Children(baby, "editor", null, (Ana, null)));
        Assert.Equal([(Ana, Admin)], Children(baby, "owner", null, (Ana, null)));
        Assert.Equal([(Ana, View), (Ben, Edit)], Children(baby, "editor", null, (Ana, View), (Ben, null)));
        Assert.Equal([(Ana, View)], Children(Kinds.TryFind("home")!, "co-parent", View, (Ana, null)));
    }

    [Theory]
    [InlineData("baby", "viewer", null, Edit)]
    [InlineData("baby", "editor", null, Admin)]
    [InlineData("baby", "owner", null, Owner)]
    [InlineData("home", "caregiver", View, Edit)]
    public void No_child_is_opened_further_than_the_person(string kind, string role, Permission? permission, Permission child) =>
        Assert.Equal(["children[1].permission"], Faults(Kinds.TryFind(kind)!, role, permission, [(Ben, null), (Ana, child)]));

    [Fact]
    public void Scoped_to_children_the_whole_family_is_not_opened()
    {
        var given = Kinds.TryFind("home")!.Resolve("caregiver", null, [(Ana, View), (Ben, Edit)]).Value;

        Assert.False(given.WholeFamily);
        Assert.Equal(Edit, given.Permission);
        Assert.Equal(given.Children, given.AsGrant.Children);
        Assert.False(given.AsGrant.WholeFamily);
    }

    [Theory]
    [InlineData("vault")]
    [InlineData("chores")]
    [InlineData("team")]
    [InlineData("care")]
    public void Where_everybody_sees_everything_children_are_not_named(string kind) => Assert.Equal(["children"], Faults(Kinds.TryFind(kind)!, null, null, [(Ana, null)]));

    [Fact]
    public void Where_access_is_by_child_at_least_one_is_named()
    {
        Assert.Equal(["children"], Faults(Kinds.TryFind("baby")!, "viewer", null));
        Assert.Equal(["children"], Faults(Kinds.TryFind("baby")!, "viewer", null, []));
        Assert.Equal(["children[1].childId"], Faults(Kinds.TryFind("baby")!, "viewer", null, [(Ana, null), (Ana, View)]));
    }

    [Fact]
    public void Where_the_inviter_chooses_a_child_may_have_more_than_the_role()
    {
        var json = KindLoaderTests.Home();
        json["invitations"]!["permission"] = "choose";
        var kind = KindLoader.Read("own.json", json.ToJsonString(), [])!;

        Assert.Equal([(Ana, Admin), (Ben, View)], Children(kind, "relative", null, (Ana, Admin), (Ben, null)));
        Assert.Equal(["children[0].permission"], Faults(kind, "relative", null, [(Ana, Owner)]));
    }

    private static IEnumerable<(Guid, Permission)> Children(FamilyKind kind, string role, Permission? permission, params (Guid, Permission?)[] children) =>
        kind.Resolve(role, permission, children).Value.Children.Select(c => (c.Key, c.Value));

    private static IEnumerable<string> Faults(FamilyKind kind, string? role, Permission? permission, IReadOnlyList<(Guid, Permission?)>? children = null) =>
        kind.Resolve(role, permission, children).Refused(out var problem) ? problem.Errors!.Keys : [];
}
