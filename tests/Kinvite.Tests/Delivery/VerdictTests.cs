using Kinvite.Delivery;

namespace Kinvite.Tests.Delivery;

public sealed class VerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Taken_is_sent_and_done() => Expect(DeliveryState.Queued, SendResult.Sent, DeliveryState.Sent, done: true);

    [Fact]
    public void Refused_has_failed_and_is_never_tried_again() => Expect(DeliveryState.Queued, SendResult.Refused, DeliveryState.Failed, done: true);

    [Fact]
    public void Not_now_stays_queued() => Expect(DeliveryState.Queued, SendResult.TryLater, DeliveryState.Queued, done: false);

    [Fact]
    public void No_answer_after_the_data_is_uncertain_and_tried_once_more() => Expect(DeliveryState.Queued, SendResult.Unknown, DeliveryState.Uncertain, done: false);

    [Fact]
    public void No_answer_a_second_time_stays_uncertain() => Expect(DeliveryState.Uncertain, SendResult.Unknown, DeliveryState.Uncertain, done: true);

    [Fact]
    public void A_try_that_reached_nobody_does_not_use_up_the_second_copy() => Expect(DeliveryState.Uncertain, SendResult.TryLater, DeliveryState.Uncertain, done: false);

    [Fact]
    public void An_uncertain_one_that_is_taken_is_sent() => Expect(DeliveryState.Uncertain, SendResult.Sent, DeliveryState.Sent, done: true);

    [Fact]
    public void After_three_days_not_now_has_failed()
    {
        var row = Row(DeliveryState.Queued, Now.AddDays(-3));
        Assert.Equal(new(DeliveryState.Failed, null, null), Verdict.Of(row, new(SendResult.TryLater), Now, 0.5));
    }

    [Theory]
    [InlineData("550 5.1.1 <anna@example.org>: no such user", "550 5.1.1 <…>: no such user")]
    [InlineData("550 anna@example.org unknown", "550 … unknown")]
    [InlineData("550 no route to +4791234567 here", "550 no route to … here")]
    [InlineData("451 4.3.0\r\nlater\u0007", "451 4.3.0  later")]
    [InlineData("  ", null)]
    public void What_the_server_said_is_kept_without_addresses_and_controls(string said, string? kept) => Assert.Equal(kept, Verdict.Clean(said));

    [Fact]
    public void What_the_server_said_is_kept_short() => Assert.Equal(200, Verdict.Clean(new string('x', 5000))!.Length);

    [Theory]
    [InlineData("49a3999c-0ce1", "49a3999c-0ce1")]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("a\0b", null)]
    [InlineData("ålesund", null)]
    public void A_providers_id_is_kept_as_it_is_or_not_at_all(string id, string? kept) =>
        Assert.Equal(kept, Verdict.Of(Row(DeliveryState.Queued, Now), new(SendResult.Sent) { ProviderId = id }, Now, 0.5).ProviderId);

    [Fact]
    public void A_providers_id_that_is_too_long_is_not_cut() =>
        Assert.Null(Verdict.Of(Row(DeliveryState.Queued, Now), new(SendResult.Sent) { ProviderId = new string('x', 101) }, Now, 0.5).ProviderId);

    [Theory]
    [InlineData(90, 90)] // longer than the own pause
    [InlineData(1, 4)] // shorter: the own pause counts
    [InlineData(1_000_000, 21_600)] // nobody makes us wait for days
    public void What_the_provider_asks_to_wait_is_waited_within_reason(int asked, int atLeast)
    {
        var due = Verdict.Of(Row(DeliveryState.Queued, Now), new(SendResult.TryLater) { RetryAfter = TimeSpan.FromSeconds(asked) }, Now, 0.5).DueAt!.Value;
        Assert.InRange((due - Now).TotalSeconds, atLeast, (atLeast * 1.2) + 2);
    }

    private static void Expect(DeliveryState before, SendResult result, DeliveryState after, bool done)
    {
        var verdict = Verdict.Of(Row(before, Now), new(result, "250 ok"), Now, 0.5);
        Assert.Equal(after, verdict.State);
        Assert.Equal(done, verdict.IsDone);
    }

    private static OutboxMessage Row(DeliveryState state, DateTimeOffset created)
    {
        var row = OutboxMessage.Of("invitation", Guid.CreateVersion7(created), created);
        (row.State, row.Attempts) = (state, 1);
        return row;
    }
}
