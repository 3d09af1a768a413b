using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Rights;

namespace Kinvite.Tests.Invitations;

/// <summary>How an open link lives and ends, and what one may be made to give.</summary>
public sealed class InviteLinkTests
{
    private static readonly FamilyKinds BuiltIn = new(directory: null);
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-1, InviteLinkStatus.Active)]
    [InlineData(0, InviteLinkStatus.Expired)]
    [InlineData(1, InviteLinkStatus.Expired)]
    public void LNK_S01_It_ends_at_its_instant(int seconds, InviteLinkStatus status) => Assert.Equal(status, Link().StatusAt(Now.AddDays(7).AddSeconds(seconds)));

    [Fact]
    public void It_takes_as_many_as_were_meant_to_and_no_more()
    {
        var link = Link(maxUses: 2);
        link.Use(Now);
        Assert.Equal((1, InviteLinkStatus.Active), (link.Uses, link.Status));
        link.Use(Now);
        Assert.Equal((2, InviteLinkStatus.Used, Now), (link.Uses, link.Status, link.EndedAt));
        link.Use(Now);
        Assert.Equal(2, link.Uses);
    }

    [Fact]
    public void Without_a_maximum_it_is_never_used_up()
    {
        var link = Link();
        for (var i = 0; i < 2000; i++)
        {
            link.Use(Now);
        }

        Assert.Equal((2000, InviteLinkStatus.Active), (link.Uses, link.StatusAt(Now)));
    }

    [Fact]
    public void What_is_over_stays_what_it_was()
    {
        var expired = Link();
        expired.End(InviteLinkStatus.Replaced, Now.AddDays(8));
        Assert.Equal((InviteLinkStatus.Expired, expired.ExpiresAt), (expired.Status, expired.EndedAt));
        var revoked = Link();
        revoked.End(InviteLinkStatus.Revoked, Now);
        revoked.End(InviteLinkStatus.Replaced, Now);
        Assert.Equal(InviteLinkStatus.Revoked, revoked.StatusAt(Now.AddDays(8)));
        // Let in by somebody after it ended: counted, and still revoked.
        revoked.Use(Now);
        Assert.Equal((1, InviteLinkStatus.Revoked), (revoked.Uses, revoked.Status));
    }

    [Theory]
    [InlineData("olga@family.test", true)]
    [InlineData("olga@xn--fmilie-bua.test", true)]
    [InlineData("olga@evil.test", false)]
    [InlineData("olga@family.test.evil.test", false)]
    [InlineData("olga@sub.family.test", false)]
    [InlineData("olga@notfamily.test", false)]
    [InlineData("family.test@evil.test", false)]
    [InlineData("+4741234567", false)]
    public void LNK_S03_A_domain_is_the_whole_name_after_the_at(string key, bool admitted)
    {
        var link = Link(domains: ["family.test", "xn--fmilie-bua.test"]);

        Assert.Equal(admitted, link.Admits([key]));
        Assert.True(Link().Admits([key]));
        Assert.False(link.Admits([]));
    }

    [Theory]
    [InlineData("vault", "member", Permission.View, null)]
    [InlineData("vault", "parent", Permission.Edit, null)]
    [InlineData("vault", "member", Permission.Admin, "rights.ceiling")]
    [InlineData("vault", "member", Permission.Owner, "rights.ceiling")]
    [InlineData("home", "relative", Permission.View, null)]
    [InlineData("home", "caregiver", Permission.Edit, null)]
    // A label that manages the family and looks after its children is none to give to whoever has a link, however little it is to do.
    [InlineData("home", "co-parent", Permission.View, "rights.ceiling")]
    [InlineData("home", "child", Permission.View, "validation")]
    [InlineData("vault", "astronaut", Permission.View, "validation")]
    [InlineData("team", "player", Permission.View, "channel.unavailable")]
    [InlineData("chores", "teen", Permission.View, "channel.unavailable")]
    [InlineData("care", "member", Permission.View, "channel.unavailable")]
    [InlineData("baby", "viewer", Permission.View, "channel.unavailable")]
    public void LNK_S02_It_never_makes_a_manager(string kind, string role, Permission permission, string? refusal) =>
        Assert.Equal(refusal, InviteLinkDraft.Check(new(role, permission), BuiltIn.TryFind(kind)!).Problem?.Code);

    [Theory]
    [InlineData("vault", false)]
    [InlineData("home", true)]
    public void What_is_left_out_is_as_the_kind_has_it(string kind, bool approval)
    {
        var draft = InviteLinkDraft.Check(new(), BuiltIn.TryFind(kind)!).Value;

        Assert.Equal((7, true, approval, null, Permission.View, true), (draft.Days, draft.RequireLogin, draft.RequireApproval, draft.MaxUses, draft.Given.Permission, draft.Given.WholeFamily));
        Assert.Equal(BuiltIn.TryFind(kind)!.DefaultRole, draft.Given.Role.Key);
    }

    private static InviteLink Link(int? maxUses = null, string[]? domains = null) => new()
    {
        Id = Guid.CreateVersion7(Now),
        FamilyId = Guid.CreateVersion7(Now),
        Status = InviteLinkStatus.Active,
        Role = "member",
        Permission = Permission.View,
        RequireLogin = true,
        RequireApproval = false,
        Uses = 0,
        MaxUses = maxUses,
        AllowedDomains = domains ?? [],
        CreatedBy = Guid.CreateVersion7(Now),
        CreatedByName = "Ana",
        CreatedAt = Now,
        ExpiresAt = Now.AddDays(7),
    };
}
