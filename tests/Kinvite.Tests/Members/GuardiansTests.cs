using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Rights;

namespace Kinvite.Tests.Members;

public sealed class GuardiansTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly FamilyKind Home = new FamilyKinds(directory: null).TryFind("home")!;
    private static readonly Guid FamilyId = Guid.NewGuid();

    [Fact]
    public void The_last_guardian_cannot_go()
    {
        var (child, mother, uncle) = (Person("child"), Person("co-parent"), Person("relative"));

        Assert.False(Guardians.Remain([child, mother, uncle], mother.Id, Home));
        Assert.True(Guardians.Remain([child, mother, uncle], uncle.Id, Home));
        Assert.True(Guardians.Remain([child, mother, uncle, Person("co-parent")], mother.Id, Home));
    }

    [Fact]
    public void Without_children_anybody_can_go()
    {
        var mother = Person("co-parent");

        Assert.True(Guardians.Remain([mother, Person("elder")], mother.Id, Home));
    }

    [Fact]
    public void The_last_child_can_go_and_takes_nobodys_guardian()
    {
        var (child, mother) = (Person("child"), Person("co-parent"));

        Assert.True(Guardians.Remain([child, mother], child.Id, Home));
    }

    [Fact]
    public void A_guardian_for_a_time_is_not_enough()
    {
        var (child, mother, sitter) = (Person("child"), Person("co-parent"), Person("co-parent"));
        sitter.AccessUntil = Now.AddYears(1);

        Assert.False(Guardians.Remain([child, mother, sitter], mother.Id, Home));
        Assert.True(Guardians.Remain([child, mother, sitter], sitter.Id, Home));
    }

    [Fact]
    public void A_guardian_of_another_child_is_not_enough()
    {
        var (ada, ben, mother, father) = (Person("child"), Person("child"), Person("co-parent"), Person("co-parent"));
        father.WholeFamily = false;
        father.Children.Add(new() { FamilyId = FamilyId, MemberId = father.Id, ChildId = ben.Id, Permission = Permission.Admin, Since = Now });

        Assert.False(Guardians.Remain([ada, ben, mother, father], mother.Id, Home));
        Assert.True(Guardians.Remain([ben, mother, father], mother.Id, Home));
    }

    [Fact]
    public void Who_guards_nobody_can_go_even_from_a_family_whose_child_has_lost_its_guardian()
    {
        var (child, uncle) = (Person("child"), Person("relative"));

        Assert.True(Guardians.Remain([child, uncle], uncle.Id, Home));
    }

    [Theory]
    [InlineData("co-parent", true, false, true)]
    [InlineData("relative", true, false, false)] // looks after nobody any more
    [InlineData("co-parent", true, true, false)] // for a time only
    [InlineData("co-parent", false, false, true)] // for both children still
    public void The_last_guardian_stays_one_whatever_else_changes(string role, bool whole, bool ends, bool remains)
    {
        var (ada, ben, mother) = (Person("child"), Person("child"), Person("co-parent"));
        Dictionary<Guid, Permission> children = whole ? [] : new() { [ada.Id] = Permission.View, [ben.Id] = Permission.View };
        var after = new Standing(new(Home.FindRole(role)!, Permission.View, whole, children), ends ? Now.AddYears(1) : null);

        Assert.Equal(remains, Guardians.Remain([ada, ben, mother], mother.Id, Home, after));
        if (children.Remove(ben.Id))
        {
            Assert.False(Guardians.Remain([ada, ben, mother], mother.Id, Home, after));
        }
    }

    private static Member Person(string role) => new()
    {
        FamilyId = FamilyId,
        Id = Guid.NewGuid(),
        AccountId = Home.FindRole(role)!.NeedsAccount ? Guid.NewGuid() : null,
        Name = role,
        Role = role,
        Permission = Permission.View,
        WholeFamily = true,
        JoinedAt = Now,
    };
}
