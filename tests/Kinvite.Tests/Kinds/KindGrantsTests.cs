using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Kinds;

/// <summary>What an invitation may give: role, permission and children, for each kind's way of deciding them.</summary>
public sealed class KindGrantsTests
{
    private static readonly FamilyKinds Kinds = new(directory: null);
    private static readonly Guid Ada = new("00000000-0000-7000-8000-00000000000a");
    private static readonly Guid Ben = new("00000000-0000-7000-8000-00000000000b");

    [Theory]
    // from the role, never chosen
    [InlineData("care", null, null, "caregiver edit")]
    [InlineData("care", "admin", null, "admin admin")]
    [InlineData("care", "member", "view", "member view")]
    [InlineData("care", "member", "edit", "permission")]
    [InlineData("care", "admin", "view", "permission")]
    [InlineData("chores", null, null, "parent admin")]
    [InlineData("team", null, null, "player edit")]
    // from the role, may be lowered
    [InlineData("home", null, null, "relative view")]
    [InlineData("home", "co-parent", null, "co-parent admin")]
    [InlineData("home", "co-parent", "edit", "co-parent edit")]
    [InlineData("home", "co-parent", "view", "co-parent view")]
    [InlineData("home", "caregiver", "edit", "caregiver edit")]
    [InlineData("home", "caregiver", "admin", "permission")]
    [InlineData("home", "relative", "edit", "permission")]
    // chosen by the inviter, up to admin
    [InlineData("vault", null, null, "member view")]
    [InlineData("vault", "grandparent", "edit", "grandparent edit")]
    [InlineData("vault", "other", "admin", "other admin")]
    // never the owner's
    [InlineData("vault", "member", "owner", "permission")]
    [InlineData("home", "co-parent", "owner", "permission")]
    [InlineData("care", "admin", "owner", "permission")]
    // only who can be invited
    [InlineData("vault", "owner", null, "role")]
    [InlineData("care", "owner", null, "role")]
    [InlineData("home", "child", null, "role")]
    [InlineData("home", "elder", null, "role")]
    [InlineData("baby", "baby", null, "role")]
    [InlineData("home", "", null, "role")]
    [InlineData("home", "Co-Parent", null, "role")]
    [InlineData("home", "caregivers", null, "role")]
    public void For_the_whole_family(string kind, string? role, string? permission, string expected) => Assert.Equal(expected, Resolve(kind, role, permission, null));

    [Theory]
    // optional: only these children
    [InlineData("home", "caregiver", null, "a", "caregiver edit a:edit")]
    [InlineData("home", "caregiver", null, "a:view b", "caregiver edit a:view b:edit")]
    [InlineData("home", "co-parent", null, "a:view b:edit", "co-parent edit a:view b:edit")]
    [InlineData("home", "co-parent", null, "a:admin", "co-parent admin a:admin")]
    [InlineData("home", "caregiver", "view", "a", "caregiver view a:view")]
    [InlineData("home", "caregiver", "view", "a:edit", "children[0].permission")]
    [InlineData("home", "relative", null, "a b:edit", "children[1].permission")]
    [InlineData("home", "co-parent", null, "a:owner", "children[0].permission")]
    [InlineData("home", "relative", null, "a a", "children[1].childId")]
    [InlineData("home", "relative", "edit", "a:admin a", "children[0].permission children[1].childId permission")]
    [InlineData("home", "relative", null, "", "relative view")]
    // required
    [InlineData("baby", null, null, "", "children")]
    [InlineData("baby", null, null, null, "children")]
    [InlineData("baby", null, "owner", null, "children permission")]
    [InlineData("baby", null, null, "a", "viewer view a:view")]
    [InlineData("baby", "editor", null, "a:view b:edit", "editor edit a:view b:edit")]
    [InlineData("baby", "editor", "view", "a", "editor view a:view")]
    [InlineData("baby", "editor", null, "a:admin", "children[0].permission")]
    [InlineData("baby", "owner", null, "a", "owner admin a:admin")]
    [InlineData("baby", "owner", null, "a:owner", "children[0].permission")]
    [InlineData("baby", "viewer", "edit", "a", "permission")]
    // no
    [InlineData("vault", null, null, "a", "children")]
    [InlineData("chores", null, null, "a:view", "children")]
    [InlineData("team", null, null, "a", "children")]
    [InlineData("care", null, null, "a", "children")]
    [InlineData("care", null, null, "", "caregiver edit")]
    public void For_chosen_children(string kind, string? role, string? permission, string? children, string expected) =>
        Assert.Equal(expected, Resolve(kind, role, permission, children));

    [Theory]
    [InlineData("role", "editor", "a:edit", "editor edit a:edit")]
    [InlineData("role", "editor", "a:view", "children[0].permission")]
    [InlineData("choose", "viewer", "a:admin b", "viewer admin a:admin b:view")]
    public void An_operators_kind_with_children_keeps_to_its_own_way(string mode, string role, string children, string expected)
    {
        var kind = Kinds.TryFind("baby")!;
        kind = kind with { Invitations = kind.Invitations with { Permission = Enum.Parse<PermissionMode>(mode, ignoreCase: true) } };

        Assert.Equal(expected, Resolve(kind, role, null, children));
    }

    [Fact]
    public void A_role_that_is_refused_names_those_that_are_not()
    {
        Assert.True(Kinds.TryFind("baby")!.Resolve("nanny", null, null).Refused(out var problem));
        Assert.Equal(["Give one of: owner, editor, viewer."], problem.Errors!["role"]);
    }

    [Fact]
    public void The_ceiling_sees_what_the_role_adds()
    {
        var given = Kinds.TryFind("chores")!.Resolve("teen", null, null).Value;

        Assert.Equal(["chores.complete", "leaderboard.view"], given.AsGrant.RoleCapabilities.Order());
        Assert.Equal((Permission.View, true), (given.AsGrant.Permission, given.AsGrant.WholeFamily));
    }

    private static string Resolve(string kind, string? role, string? permission, string? children) => Resolve(Kinds.TryFind(kind)!, role, permission, children);

    /// <summary>"role permission child:permission…", or the fields that are refused.</summary>
    private static string Resolve(FamilyKind kind, string? role, string? permission, string? children)
    {
        var named = children?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => (c[0] == 'a' ? Ada : Ben, c.Length > 1 ? (Permission?)Enum.Parse<Permission>(c[2..], ignoreCase: true) : null)).ToList();
        var result = kind.Resolve(role, permission is null ? null : Enum.Parse<Permission>(permission, ignoreCase: true), named);
        if (result.Refused(out var problem))
        {
            Assert.Equal((400, "validation"), (problem.Status, problem.Code));
            return string.Join(' ', problem.Errors!.Keys.Order(StringComparer.Ordinal));
        }

        var given = result.Value;
        Assert.Equal(given.Children.Count == 0, given.WholeFamily);
        return string.Join(' ', [
            $"{given.Role.Key} {Word(given.Permission)}",
            .. given.Children.OrderBy(c => c.Key).Select(c => $"{(c.Key == Ada ? 'a' : 'b')}:{Word(c.Value)}")]);
    }

    private static string Word(Permission permission) => permission.ToString().ToLowerInvariant();
}
