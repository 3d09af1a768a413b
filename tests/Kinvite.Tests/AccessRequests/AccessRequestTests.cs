using Kinvite.AccessRequests;

namespace Kinvite.Tests.AccessRequests;

public sealed class AccessRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly Asking Asking = new(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Olga", "May I?");

    [Fact]
    public void Who_asks_waits()
    {
        var request = AccessRequest.Ask(null, Asking, Now).Value;

        Assert.Equal((AccessRequestStatus.Pending, Now), (request.Status, request.CreatedAt));
        Assert.Equal(
            (Asking.TargetId, Asking.FamilyId, Asking.InvitationId, Asking.AccountId, Asking.Name, Asking.Message),
            (request.TargetId, request.FamilyId, request.InvitationId, request.AccountId, request.Name, request.Message));
    }

    [Fact]
    public void Who_waits_and_asks_again_is_answered_with_the_request_there_is()
    {
        var first = AccessRequest.Ask(null, Asking, Now).Value;

        Assert.Same(first, AccessRequest.Ask(first, Asking, Now.AddDays(1)).Value);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void After_a_refusal_there_is_a_rest_to_the_microsecond(int microseconds, bool mayAsk)
    {
        var last = AccessRequest.Ask(null, Asking, Now).Value;
        Assert.Null(last.Resolve(AccessRequestStatus.Denied, Guid.NewGuid(), Now));

        var again = AccessRequest.Ask(last, Asking, Now.AddDays(AccessRequest.CoolDownDays).AddMicroseconds(microseconds));

        Assert.Equal(!mayAsk, again.Refused(out var problem));
        if (!mayAsk)
        {
            Assert.Equal((429, "request.cool_down", TimeSpan.FromMicroseconds(1)), (problem!.Status, problem.Code, problem.RetryAfter));
        }
    }

    [Theory]
    [InlineData(AccessRequestStatus.Approved)]
    [InlineData(AccessRequestStatus.Withdrawn)]
    [InlineData(AccessRequestStatus.Closed)]
    public void After_any_other_end_one_may_ask_at_once(AccessRequestStatus end)
    {
        var last = AccessRequest.Ask(null, Asking, Now).Value;
        Assert.Null(last.Resolve(end, Guid.NewGuid(), Now));

        Assert.NotEqual(last.Id, AccessRequest.Ask(last, Asking, Now).Value.Id);
    }

    [Fact]
    public void The_second_of_two_answers_is_refused_and_changes_nothing()
    {
        var (request, first, second) = (AccessRequest.Ask(null, Asking, Now).Value, Guid.NewGuid(), Guid.NewGuid());

        Assert.Null(request.Resolve(AccessRequestStatus.Denied, first, Now));
        var refusal = request.Resolve(AccessRequestStatus.Approved, second, Now.AddMinutes(1));

        Assert.Equal((409, "request.resolved"), (refusal!.Status, refusal.Code));
        Assert.Equal((AccessRequestStatus.Denied, first, Now), (request.Status, request.ResolvedBy, request.ResolvedAt));
    }

    [Fact]
    public void Overtaken_by_an_acceptance_it_is_closed_and_cannot_be_answered()
    {
        var request = AccessRequest.Ask(null, Asking, Now).Value;

        request.Close(Now);

        Assert.Equal((AccessRequestStatus.Closed, Now), (request.Status, request.ResolvedAt));
        Assert.NotNull(request.Resolve(AccessRequestStatus.Approved, Guid.NewGuid(), Now));
    }

    [Fact]
    public void What_was_taken_back_stays_so_and_what_was_answered_too()
    {
        var withdrawn = AccessRequest.Ask(null, Asking, Now).Value;
        Assert.Null(withdrawn.Withdraw(Now.AddHours(1)));
        Assert.Null(withdrawn.Withdraw(Now.AddHours(2)));
        Assert.Equal((AccessRequestStatus.Withdrawn, Now.AddHours(1)), (withdrawn.Status, withdrawn.ResolvedAt));

        foreach (var end in new[] { AccessRequestStatus.Approved, AccessRequestStatus.Denied, AccessRequestStatus.Closed })
        {
            var answered = AccessRequest.Ask(null, Asking, Now).Value;
            answered.Resolve(end, Guid.NewGuid(), Now);
            Assert.Equal("request.resolved", answered.Withdraw(Now)?.Code);
            Assert.Equal(end, answered.Status);
        }
    }

    [Fact]
    public void A_child_is_kept_only_with_the_family_that_sees_it()
    {
        var child = Guid.NewGuid();

        Assert.Equal(child, AccessRequest.Ask(null, Asking with { ChildId = child }, Now).Value.ChildId);
        Assert.Null(AccessRequest.Ask(null, Asking with { ChildId = child, FamilyId = null }, Now).Value.ChildId);
    }
}
