using Kinvite.Activity;

namespace Kinvite.Tests.Activity;

public sealed class ActivitySentenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly ActivityParty Ana = new(Guid.NewGuid(), "Ana");
    private static readonly ActivityParty Per = new(Guid.NewGuid(), "Per");

    [Fact]
    public void Who_joins_by_an_invitation_or_is_let_in_does_one_thing()
    {
        var joined = Item(ActivityTypes.MemberJoined, Per, Per);

        Assert.True(ActivitySentence.IsSaidByAnother(Item(ActivityTypes.InviteAccepted, Per, Ana), [joined]));
        Assert.True(ActivitySentence.IsSaidByAnother(joined, [Item(ActivityTypes.RequestApproved, Ana, Per)]));
        Assert.False(ActivitySentence.IsSaidByAnother(joined, [Item(ActivityTypes.RequestApproved, Ana, Ana)]));
        Assert.False(ActivitySentence.IsSaidByAnother(joined, [joined]));
        Assert.False(ActivitySentence.IsSaidByAnother(Item(ActivityTypes.InviteAccepted, Per, Ana), [joined with { At = Now.AddTicks(10) }]));
    }

    [Fact]
    public void Handing_over_is_said_of_the_new_owner_alone()
    {
        var taken = Item(ActivityTypes.MemberChanged, Ana, Per) with { Data = new Dictionary<string, string> { ["permission"] = "owner" } };
        var given = Item(ActivityTypes.MemberChanged, Ana, Ana) with { Data = new Dictionary<string, string> { ["permission"] = "admin" } };

        Assert.False(ActivitySentence.IsSaidByAnother(taken, [taken, given]));
        Assert.True(ActivitySentence.IsSaidByAnother(given, [taken, given]));
        Assert.False(ActivitySentence.IsSaidByAnother(given, [given]));
    }

    private static ActivityItem Item(string type, ActivityParty actor, ActivityParty subject) => new(Guid.NewGuid(), Now, type, actor, subject, null);
}
