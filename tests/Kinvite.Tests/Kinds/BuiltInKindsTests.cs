using System.Globalization;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Kinds;

/// <summary>The six kinds, written down a second time as families rely on them.</summary>
public sealed class BuiltInKindsTests
{
    private static readonly FamilyKinds Kinds = new(directory: null);

    [Fact]
    public void There_are_six_kinds_and_home_comes_first() =>
        Assert.Equal(["home", "vault", "chores", "team", "care", "baby"], Kinds.All.Select(k => k.Key));

    [Theory]
    [InlineData("home", "lower", "email,phone,link", 7, 50, 20, "confirm", "answer", true, true, "optional")]
    [InlineData("vault", "choose", "email,link", 14, null, 0, "bearer", "answer", true, false, "no")]
    [InlineData("chores", "role", "email,phone", 7, 5, 8, "bearer", "refuse", false, false, "no")]
    [InlineData("team", "role", "email", 7, null, 0, "confirm", "refuse", false, false, "no")]
    [InlineData("care", "role", "email", 7, null, 0, "verified", "refuse", false, false, "no")]
    [InlineData("baby", "perChild", "email", 7, null, 10, "verified", "refuse", false, true, "required")]
    public void How_each_kind_invites(
        string key, string permission, string channels, int days, int? pending, int? withoutAccount, string binding, string whilePending, bool links, bool requests,
        string children)
    {
        var kind = Kinds.TryFind(key)!;

        Assert.Equal(permission, kind.Invitations.Permission.ToString(), ignoreCase: true);
        Assert.Equal(channels.Split(','), kind.Invitations.Channels);
        Assert.Equal(days, kind.Invitations.LifetimeDays);
        Assert.Equal(pending, kind.Limits.Pending);
        Assert.Equal(withoutAccount, kind.Limits.MembersWithoutAccount);
        Assert.Equal(binding, kind.Invitations.Binding.ToString(), ignoreCase: true);
        Assert.Equal(whilePending, kind.Invitations.WhilePending.ToString(), ignoreCase: true);
        Assert.Equal(links, kind.Links.Allowed);
        Assert.Equal(requests, kind.Requests.Allowed);
        Assert.Equal(children, kind.Invitations.Children.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("home", true)]
    [InlineData("vault", false)]
    public void Open_links_last_one_to_ninety_days(string key, bool approval) => Assert.Equal(new LinkRules(true, 1, 90, approval), Kinds.TryFind(key)!.Links);

    [Theory]
    [InlineData("home", "co-parent", "relative", "co-parent admin G; grandparent view; relative view; teen view; caregiver edit; friend view", "child, elder")]
    [InlineData("vault", "owner", "member", "parent view; child view; grandparent view; member view; other view", "")]
    [InlineData(
        "chores", "parent", "parent",
        "parent admin G +chores.complete+chores.delete+leaderboard.view+points.adjust; teen view +chores.complete+leaderboard.view; caregiver view +leaderboard.view",
        "child +chores.complete+leaderboard.view")]
    [InlineData("team", "parent", "player", "player edit +invites.manage+requests.manage; parent edit +invites.manage+requests.manage", "")]
    [InlineData("care", "owner", "caregiver", "admin admin; caregiver edit; member view", "")]
    [InlineData("baby", "owner", "viewer", "owner admin G; editor edit; viewer view", "baby")]
    public void Who_is_what(string key, string founder, string defaultRole, string invitable, string withoutAccount)
    {
        var kind = Kinds.TryFind(key)!;

        Assert.Equal(founder, kind.FounderRole);
        Assert.Equal(defaultRole, kind.DefaultRole);
        Assert.Equal(invitable, string.Join("; ", kind.Roles.Where(r => r.Invitable).Select(r => $"{r.Key} {r.Permission.ToString().ToLowerInvariant()}{(r.Guardian ? " G" : "")}{Extras(r)}")));
        Assert.Equal(withoutAccount, string.Join(", ", kind.Roles.Where(r => !r.NeedsAccount).Select(r => r.Key + Extras(r))));
        Assert.Equal(["baby", "child"], Kinds.All.SelectMany(k => k.Roles).Where(r => r.Child).Select(r => r.Key).Distinct().Order());
    }

    [Fact]
    public void Only_chores_has_rights_of_its_own()
    {
        Assert.Equal(["chores.complete", "chores.delete", "leaderboard.view", "points.adjust"], Kinds.TryFind("chores")!.Capabilities);
        Assert.All(Kinds.All.Where(k => k.Key != "chores"), k => Assert.Empty(k.Capabilities));
        Assert.Equal(["chores"], Kinds.All.Where(k => k.HasPoints).Select(k => k.Key));
    }

    [Fact]
    public void A_kind_knows_built_in_rights_and_its_own_and_no_other()
    {
        Assert.True(Kinds.TryFind("chores")!.KnowsCapability("points.adjust"));
        Assert.False(Kinds.TryFind("home")!.KnowsCapability("points.adjust"));
        Assert.False(Kinds.TryFind("home")!.KnowsCapability("Family.View"));
        Assert.All(Capabilities.Least.Keys, c => Assert.True(Kinds.TryFind("home")!.KnowsCapability(c)));
    }

    [Fact]
    public void Every_text_is_there_in_English_and_Spanish_and_never_speaks_of_permissions()
    {
        foreach (var text in Kinds.All.SelectMany(k => k.Roles.SelectMany(r => new[] { r.Name, r.Description }).Concat([k.Name, k.Description])))
        {
            Assert.Equal(["en", "es"], text.ByLanguage.Keys.Order());
            Assert.All(text.ByLanguage.Values, t => Assert.DoesNotMatch("(?i)admin|permission|permiso", t));
        }

        Assert.Equal("Abuela o abuelo", Kinds.TryFind("home")!.FindRole("grandparent")!.Name.In(CultureInfo.GetCultureInfo("es-MX")));
        Assert.Equal("Grandparent", Kinds.TryFind("home")!.FindRole("grandparent")!.Name.In(CultureInfo.GetCultureInfo("nb")));
    }

    [Fact]
    public void A_role_says_what_it_cannot_do_unless_it_can_invite()
    {
        foreach (var role in Kinds.All.SelectMany(k => k.Roles).Where(r => r.Invitable && r.Permission < Permission.Admin && r.Capabilities.All(c => c != Capabilities.InvitesManage)))
        {
            Assert.Matches("cannot|as much as the invitation says", role.Description.ByLanguage["en"]);
        }
    }

    private static string Extras(KindRole role) => role.Capabilities.Count == 0 ? "" : " +" + string.Join('+', role.Capabilities);
}
