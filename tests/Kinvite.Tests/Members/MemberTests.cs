using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Tests.Members;

public sealed class MemberTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly FamilyKind Home = new FamilyKinds(directory: null).TryFind("home")!;
    private static readonly Guid FamilyId = Guid.NewGuid();
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Ben = Guid.NewGuid();

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(null, false)]
    public void At_the_instant_access_ends_there_are_no_rights(int? microsecondsFromNow, bool ended)
    {
        var member = Whole();
        member.AccessUntil = microsecondsFromNow is { } end ? Now.AddMicroseconds(end) : null;

        Assert.Equal(ended, member.HasEnded(Now));
        Assert.Equal(ended, member.AsActor(Home, Now) is null);
        Assert.NotNull(member.AsTarget(Home));
    }

    [Fact]
    public void A_role_that_the_kind_has_no_more_gives_no_rights_and_can_still_be_acted_upon()
    {
        var member = Whole();
        member.Role = "butler";

        Assert.Null(member.AsActor(Home, Now));
        Assert.Equal(Permission.View, member.AsTarget(Home).Permission);
    }

    [Fact]
    public void A_member_acts_with_what_the_row_and_the_role_say()
    {
        var actor = Scoped((Ada, Permission.Edit)).AsActor(Home, Now)!;

        Assert.False(actor.WholeFamily);
        Assert.Equal(Permission.Edit, actor.Children[Ada]);
        Assert.False(actor.IsGuardian);
        Assert.True(Whole("co-parent").AsActor(Home, Now)!.IsGuardian);
    }

    [Fact]
    public void Somebody_new_gets_what_is_given()
    {
        var (account, inviter) = (Guid.NewGuid(), Guid.NewGuid());

        var (member, gained) = Member.Admit(null, FamilyId, account, "Olga", Given("caregiver", (Ada, Permission.View)), Now.AddDays(3), inviter, Now);

        Assert.True(gained);
        Assert.Equal((FamilyId, account, "Olga", "caregiver"), (member.FamilyId, member.AccountId, member.Name, member.Role));
        Assert.Equal((false, Now.AddDays(3), Now, inviter), (member.WholeFamily, member.AccessUntil, member.JoinedAt, member.InvitedBy));
        Assert.Equal([(FamilyId, member.Id, Ada, Permission.View)], member.Children.Select(c => (c.FamilyId, c.MemberId, c.ChildId, c.Permission)));
    }

    [Fact]
    public void Who_sees_everything_gains_nothing_and_loses_nothing()
    {
        var existing = Whole("co-parent");

        var (member, gained) = Admit(existing, Given("relative", (Ada, Permission.View)));

        Assert.False(gained);
        Assert.Same(existing, member);
        Assert.Equal(("co-parent", Permission.Admin, true), (member.Role, member.Permission, member.WholeFamily));
        Assert.Empty(member.Children);
        Assert.True(existing.WouldGainNothing(Given("co-parent"), Now));
    }

    [Fact]
    public void Children_not_yet_seen_are_added_and_none_is_lowered_or_raised()
    {
        var existing = Scoped((Ada, Permission.Edit));

        var (member, gained) = Admit(existing, Given("co-parent", (Ada, Permission.Admin), (Ben, Permission.View)));

        Assert.True(gained);
        Assert.Equal(("relative", Permission.Edit), (member.Role, member.Permission));
        Assert.Equal([(Ada, Permission.Edit), (Ben, Permission.View)], member.Children.Select(c => (c.ChildId, c.Permission)));
    }

    [Fact]
    public void Children_that_are_seen_already_are_nothing_new()
    {
        var existing = Scoped((Ada, Permission.View), (Ben, Permission.View));

        Assert.True(existing.WouldGainNothing(Given("co-parent", (Ada, Permission.Admin)), Now));
        Assert.False(Admit(existing, Given("co-parent", (Ada, Permission.Admin))).Gained);
        Assert.All(existing.Children, c => Assert.Equal(Permission.View, c.Permission));
    }

    [Fact]
    public void Who_may_do_more_for_a_child_loses_nothing_by_a_weaker_grant_for_the_whole_family()
    {
        var existing = Scoped((Ada, Permission.Admin));

        Assert.True(existing.HoldsMoreThan(Given("relative")));
        Assert.False(Admit(existing, Given("relative")).Gained);
        Assert.Equal((false, Permission.Admin), (existing.WholeFamily, existing.Children.Single().Permission));
        Assert.False(Scoped((Ada, Permission.View)).HoldsMoreThan(Given("relative")));
        Assert.False(Whole("co-parent").HoldsMoreThan(Given("relative")));
    }

    [Theory]
    [InlineData(Permission.View, Permission.Admin, Permission.View)]
    [InlineData(Permission.Edit, Permission.Edit, Permission.Edit)]
    public void The_whole_family_opens_with_no_more_than_is_given_and_no_more_than_there_was(Permission before, Permission given, Permission after)
    {
        var existing = Scoped((Ada, before));

        var (member, gained) = Admit(existing, Given("co-parent") with { Permission = given });

        Assert.True(gained);
        Assert.Equal((true, after, "relative"), (member.WholeFamily, member.Permission, member.Role));
        Assert.Empty(member.Children);
    }

    [Fact]
    public void Who_was_let_in_for_a_time_that_is_over_begins_anew_with_what_is_given()
    {
        var existing = Scoped((Ada, Permission.Admin), (Ben, Permission.Edit));
        var kept = existing.Children[1];
        existing.AccessUntil = Now;
        var given = Given("caregiver", (Ben, Permission.View));

        Assert.False(existing.WouldGainNothing(given, Now));
        var (member, gained) = Admit(existing, given, Now.AddDays(1));

        Assert.True(gained);
        Assert.Equal(("caregiver", Permission.View, Now.AddDays(1)), (member.Role, member.Permission, member.AccessUntil));
        Assert.Equal([(Ben, Permission.View)], member.Children.Select(c => (c.ChildId, c.Permission)));
        Assert.Same(kept, member.Children[0]);
    }

    [Fact]
    public void Each_child_keeps_its_own_end_when_another_one_comes()
    {
        var existing = Scoped((Ada, Permission.View));
        existing.AccessUntil = Now.AddMicroseconds(1);

        Admit(existing, Given("relative", (Ben, Permission.View)));

        // Neither longer for the child that was seen for a time, nor shorter for the one that is seen without end.
        Assert.Null(existing.AccessUntil);
        Assert.Equal([(Ada, Now.AddMicroseconds(1)), (Ben, null)], existing.Children.Select(c => (c.ChildId, c.Until)));
        Assert.True(existing.Sees(Ada, Now) && !existing.Sees(Ada, Now.AddMicroseconds(1)));
        Assert.True(existing.Sees(Ben, Now.AddYears(1)));
        Assert.Equal([Ben], existing.AsActor(Home, Now.AddMicroseconds(1))!.Children.Keys);
    }

    [Fact]
    public void A_child_that_is_opened_for_a_time_ends_alone_and_can_be_opened_again()
    {
        var existing = Scoped((Ada, Permission.View));
        Admit(existing, Given("caregiver", (Ben, Permission.Edit)), Now.AddDays(1));
        Assert.Null(existing.AccessUntil);
        Assert.Equal([(Ada, null), (Ben, Now.AddDays(1))], existing.Children.Select(c => (c.ChildId, c.Until)));
        var row = existing.Children[1];
        Assert.True(existing.WouldGainNothing(Given("relative", (Ben, Permission.View)), Now));

        var later = Now.AddDays(2);
        var (_, gained) = Member.Admit(existing, FamilyId, existing.AccountId!.Value, "Same", Given("relative", (Ben, Permission.View)), null, Guid.NewGuid(), later);

        Assert.True(gained);
        Assert.Same(row, existing.Children[1]);
        Assert.Equal((Permission.View, null, later), (row.Permission, row.Until, row.Since));
    }

    [Fact]
    public void Who_was_warned_of_an_end_is_not_warned_of_it_again_when_it_becomes_one_childs_own()
    {
        var existing = Scoped((Ada, Permission.View));
        existing.AccessUntil = existing.WarnedOf = Now.AddHours(5);
        Admit(existing, Given("relative", (Ben, Permission.View)));
        Assert.Equal([(Now.AddHours(5), Now.AddHours(5)), (null, null)], existing.Children.Select(c => (c.Until, c.WarnedOf)));

        // The same when one child gets more time; and another end is another warning.
        var shared = Scoped((Ada, Permission.View), (Ben, Permission.View));
        shared.AccessUntil = shared.WarnedOf = Now.AddHours(5);
        shared.Share(new HashSet<Guid> { Ben }, new Dictionary<Guid, ChildShare> { [Ben] = new(Permission.View, Now.AddDays(9)) }, Guid.NewGuid(), Now);
        Assert.Equal((Now.AddHours(5), Now.AddHours(5)), (shared.Children[0].Until!.Value, shared.Children[0].WarnedOf!.Value));
        Assert.NotEqual(shared.Children[1].WarnedOf, shared.EndFor(shared.Children[1]));
    }

    [Fact]
    public void Who_is_let_see_a_child_until_tonight_has_just_been_told()
    {
        var member = Scoped((Ada, Permission.View));
        Admit(member, Given("relative", (Ben, Permission.View)), Now.AddHours(6));
        Assert.Equal((Now.AddHours(6), Now.AddHours(6)), (member.Children[1].Until!.Value, member.Children[1].WarnedOf!.Value));
    }

    private static (Member Member, bool Gained) Admit(Member existing, GrantedRole given, DateTimeOffset? until = null) =>
        Member.Admit(existing, FamilyId, existing.AccountId!.Value, "Another name", given, until, Guid.NewGuid(), Now);

    private static GrantedRole Given(string role, params (Guid Child, Permission Permission)[] children) => new(
        Home.FindRole(role)!, children.Length == 0 ? Home.FindRole(role)!.Permission : children.Max(c => c.Permission), children.Length == 0,
        children.ToDictionary(c => c.Child, c => c.Permission));

    private static Member Whole(string role = "relative") => new()
    {
        FamilyId = FamilyId,
        Id = Guid.NewGuid(),
        AccountId = Guid.NewGuid(),
        Name = "Mia",
        Role = role,
        Permission = Home.FindRole(role)!.Permission,
        WholeFamily = true,
        JoinedAt = Now.AddDays(-1),
    };

    private static Member Scoped(params (Guid Child, Permission Permission)[] children)
    {
        var member = Whole();
        (member.WholeFamily, member.Permission) = (false, children.Max(c => c.Permission));
        member.Children.AddRange(children.Select(c => new MemberChild { FamilyId = FamilyId, MemberId = member.Id, ChildId = c.Child, Permission = c.Permission, Since = Now }));
        return member;
    }
}
