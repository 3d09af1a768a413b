using System.Globalization;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Kinds;

/// <summary>The kinds are data; here they stand against the tables of the design once more, written out by hand.</summary>
public sealed class BuiltInKindsTests
{
    private static readonly FamilyKinds Kinds = new(directory: null);

    public static TheoryData<string> Keys => [.. Kinds.All.Select(k => k.Key)];

    public static TheoryData<string, string, bool, string> Roles => new()
    {
        // kind, role, guardian, permission and what the role adds to it
        { "home", "co-parent", true, "admin" },
        { "home", "grandparent", false, "view" },
        { "home", "relative", false, "view" },
        { "home", "teen", false, "view" },
        { "home", "caregiver", false, "edit" },
        { "home", "friend", false, "view" },
        { "vault", "parent", false, "view" },
        { "vault", "child", false, "view" },
        { "vault", "grandparent", false, "view" },
        { "vault", "member", false, "view" },
        { "vault", "other", false, "view" },
        { "chores", "parent", true, "admin chores.complete chores.delete leaderboard.view points.adjust" },
        { "chores", "teen", false, "view chores.complete leaderboard.view" },
        { "chores", "caregiver", false, "view leaderboard.view" },
        { "team", "player", false, "edit invites.manage requests.manage" },
        { "team", "parent", false, "edit invites.manage requests.manage" },
        { "care", "admin", false, "admin" },
        { "care", "caregiver", false, "edit" },
        { "care", "member", false, "view" },
        { "baby", "owner", true, "admin" },
        { "baby", "editor", false, "edit" },
        { "baby", "viewer", false, "view" },
    };

    [Fact]
    public void There_are_six_with_home_first() => Assert.Equal(["home", "vault", "chores", "team", "care", "baby"], Kinds.All.Select(k => k.Key));

    [Theory]
    [InlineData("home", "lower", "email phone link", 7, "confirm", "answer", "optional")]
    [InlineData("vault", "choose", "email link", 14, "bearer", "answer", "no")]
    [InlineData("chores", "role", "email phone", 7, "bearer", "refuse", "no")]
    [InlineData("team", "role", "email", 7, "confirm", "refuse", "no")]
    [InlineData("care", "role", "email", 7, "verified", "refuse", "no")]
    [InlineData("baby", "perChild", "email", 7, "verified", "refuse", "required")]
    public void Invitations_are_as_designed(string key, string permission, string channels, int days, string binding, string whilePending, string children)
    {
        var rules = Kind(key).Invitations;

        Assert.Equal(permission, rules.Permission.ToString(), ignoreCase: true);
        Assert.Equal(channels.Split(' '), rules.Channels);
        Assert.Equal(days, rules.LifetimeDays);
        Assert.Equal(binding, rules.Binding.ToString(), ignoreCase: true);
        Assert.Equal(whilePending, rules.WhilePending.ToString(), ignoreCase: true);
        Assert.Equal(children, rules.Children.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("home", 50, 20)]
    [InlineData("vault", null, 0)]
    [InlineData("chores", 5, 8)]
    [InlineData("team", null, 0)]
    [InlineData("care", null, 0)]
    [InlineData("baby", null, 10)]
    public void Limits_are_as_designed(string key, int? pending, int? withoutAccount) => Assert.Equal(new KindLimits(pending, withoutAccount, Members: null), Kind(key).Limits);

    [Theory]
    [InlineData("home", true, true, true)]
    [InlineData("vault", true, false, false)]
    [InlineData("chores", false, false, false)]
    [InlineData("team", false, false, false)]
    [InlineData("care", false, false, false)]
    [InlineData("baby", false, false, true)]
    public void Open_links_and_requests_are_as_designed(string key, bool links, bool approval, bool requests)
    {
        Assert.Equal(new LinkRules(links, 1, 90, approval), Kind(key).Links);
        Assert.Equal(requests, Kind(key).Requests.Allowed);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void A_role_that_can_be_invited_is_as_designed(string key, string roleKey, bool guardian, string has)
    {
        var role = Kind(key).FindRole(roleKey);

        Assert.NotNull(role);
        Assert.True(role is { Invitable: true, NeedsAccount: true, Child: false });
        Assert.Equal(guardian, role.Guardian);
        Assert.Equal(has.Split(' '), role.Capabilities.Prepend(role.Permission.ToString().ToLowerInvariant()));
    }

    [Fact]
    public void No_other_role_can_be_invited() => Assert.Equal(
        Roles.Select(r => $"{r.Data.Item1}/{r.Data.Item2}").Order(),
        Kinds.All.SelectMany(k => k.Roles.Where(r => r.Invitable).Select(r => $"{k.Key}/{r.Key}")).Order());

    [Theory]
    [InlineData("home", "child elder", "child")]
    [InlineData("vault", "", "")]
    [InlineData("chores", "child", "child")]
    [InlineData("team", "", "")]
    [InlineData("care", "", "")]
    [InlineData("baby", "baby", "baby")]
    public void Profiles_without_account_are_as_designed(string key, string profiles, string children)
    {
        Assert.Equal(profiles, string.Join(' ', Kind(key).Roles.Where(r => !r.NeedsAccount).Select(r => r.Key)));
        Assert.Equal(children, string.Join(' ', Kind(key).Roles.Where(r => r.Child).Select(r => r.Key)));
    }

    [Fact]
    public void A_small_child_in_chores_may_do_chores_and_see_the_ranking() =>
        Assert.Equal(["chores.complete", "leaderboard.view"], Kind("chores").FindRole("child")!.Capabilities);

    [Theory]
    [InlineData("home", "co-parent", true, "relative")]
    [InlineData("vault", "owner", false, "member")]
    [InlineData("chores", "parent", true, "parent")]
    [InlineData("team", "parent", false, "player")]
    [InlineData("care", "owner", false, "caregiver")]
    [InlineData("baby", "owner", true, "viewer")]
    public void Founder_and_default_are_as_designed(string key, string founder, bool guardian, string usual)
    {
        Assert.Equal((founder, usual), (Kind(key).FounderRole, Kind(key).DefaultRole));
        Assert.Equal(guardian, Kind(key).FindRole(founder)!.Guardian);
    }

    [Theory]
    [InlineData("home", "co-parent")]
    [InlineData("vault", "")]
    [InlineData("chores", "parent")]
    [InlineData("team", "player parent")]
    [InlineData("care", "owner admin")]
    [InlineData("baby", "owner")]
    public void Who_may_invite_by_role_is_as_designed(string key, string roles)
    {
        var may = Kind(key).Roles.Where(r => RightsRule.Decide(
            new Actor(Guid.Empty, r.Permission, WholeFamily: true, new Dictionary<Guid, Permission>(), r.CapabilitySet, r.Guardian, IsGuest: false), Capabilities.InvitesManage).Allowed);

        // In a vault it is the inviter's choice: nobody may by role, except for whoever started it.
        Assert.Equal(roles.Split(' ', StringSplitOptions.RemoveEmptyEntries), may.Where(r => key != "vault" || r.Key != "owner").Select(r => r.Key));
    }

    [Fact]
    public void Only_chores_has_rights_of_its_own_and_points()
    {
        Assert.Equal(["chores.complete", "chores.delete", "leaderboard.view", "points.adjust"], Kind("chores").Capabilities);
        Assert.All(Kinds.All.Where(k => k.Key != "chores"), k => Assert.Empty(k.Capabilities));
        Assert.Equal(["chores"], Kinds.All.Where(k => k.HasPoints).Select(k => k.Key));
    }

    [Fact]
    public void A_kind_knows_the_built_in_rights_and_its_own_and_no_others()
    {
        Assert.True(Kind("home").KnowsCapability("invites.manage"));
        Assert.False(Kind("home").KnowsCapability("points.adjust"));
        Assert.True(Kind("chores").KnowsCapability("points.adjust"));
        Assert.False(Kind("chores").KnowsCapability("points.Adjust"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_text_is_there_in_English_and_Spanish_and_no_role_is_explained_by_its_permission(string key)
    {
        var kind = Kind(key);
        Assert.All([kind.Name, kind.Description, .. kind.Roles.SelectMany(r => new[] { r.Name, r.Description })], t => Assert.Equal(["en", "es"], t.ByLanguage.Keys.Order()));
        Assert.All(kind.Roles, r =>
        {
            Assert.EndsWith(".", r.Description.In(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            Assert.DoesNotContain("admin", r.Description.In(CultureInfo.InvariantCulture), StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [InlineData("es-MX", "Familia en casa")]
    [InlineData("es", "Familia en casa")]
    [InlineData("de-CH", "Family at home")]
    [InlineData("", "Family at home")]
    public void A_text_is_read_in_the_nearest_language_there_is(string culture, string text) =>
        Assert.Equal(text, Kind("home").Name.In(CultureInfo.GetCultureInfo(culture)));

    private static FamilyKind Kind(string key) => Kinds.TryFind(key) ?? throw new InvalidOperationException(key);
}
