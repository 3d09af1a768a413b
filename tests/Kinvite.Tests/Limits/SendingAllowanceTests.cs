using Kinvite.Limits;

namespace Kinvite.Tests.Limits;

public sealed class SendingAllowanceTests
{
    [Theory]
    // what may be sent in all, the recipients in order (- = nobody), what each has left, what may go
    [InlineData(3, "a b c", "a1 b1 c1", "yyy")]
    [InlineData(2, "a b c", "a1 b1 c1", "yyn")]
    [InlineData(0, "a b", "a1 b1", "nn")]
    [InlineData(3, "a b c", "a1 b0 c1", "yny")]
    [InlineData(2, "a b c", "a0 b1 c1", "nyy")]
    [InlineData(4, "a a a b", "a2 b1", "yyny")]
    [InlineData(2, "- - -", "", "yyn")]
    [InlineData(2, "a - a", "a1", "yyn")]
    // several counters for one entry: each has to have one left, and a refused entry uses up none of them
    [InlineData(3, "ap bp cp", "a1 b1 c1 p2", "yyn")]
    [InlineData(3, "ap bp cp", "a1 b0 c1 p2", "yny")]
    public void Entries_go_in_order_as_far_as_the_limits_reach(int most, string recipients, string left, string allowed)
    {
        var granted = left.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(w => Use(w[..1]), w => w[1] - '0');

        var allowance = SendingAllowance.Of(most, Entries(recipients), granted, TimeSpan.FromSeconds(12));

        Assert.Equal(allowed, string.Concat(Enumerable.Range(0, allowed.Length).Select(i => allowance.Has(i) ? 'y' : 'n')));
        Assert.All(
            Enumerable.Range(0, allowed.Length).Where(i => allowed[i] == 'n').Select(allowance.Refusal),
            r => Assert.Equal((429, "limit.exceeded", TimeSpan.FromSeconds(12)), (r.Status, r.Code, r.RetryAfter)));
    }

    [Fact]
    public void Where_the_days_texts_are_used_up_the_refusal_names_the_other_ways_and_mails_go_on()
    {
        var (day, prefix) = (new LimitUse(CallerLimits.TextDay, ""), new LimitUse(CallerLimits.TextPrefix, "+4520"));
        var own = SendingAllowance.Of(3, Entries("a b c"), new Dictionary<LimitUse, int> { [Use("a")] = 1, [Use("b")] = 1, [Use("c")] = 0 }, TimeSpan.FromSeconds(12));

        var both = own.And([[prefix, day], [], []], new Dictionary<LimitUse, int> { [prefix] = 1, [day] = 0 }, TimeSpan.FromSeconds(12));

        Assert.Equal((false, true, false), (both.Has(0), both.Has(1), both.Has(2)));
        Assert.Equal((429, "limit.exceeded", "Today's texts are used up"), (both.Refusal(0).Status, both.Refusal(0).Code, both.Refusal(0).Title));
        Assert.Equal("This was too often", both.Refusal(2).Title);
    }

    [Fact]
    public void Counting_does_not_change_what_was_counted()
    {
        var granted = new Dictionary<LimitUse, int> { [Use("a")] = 1 };

        SendingAllowance.Of(2, Entries("a a"), granted, TimeSpan.Zero);

        Assert.Equal(1, granted[Use("a")]);
    }

    private static LimitUse Use(string who) => new(CallerLimits.InviteRecipient, who);

    private static IReadOnlyList<IReadOnlyList<LimitUse>> Entries(string recipients) =>
        [.. recipients.Split(' ').Select(r => r == "-" ? Array.Empty<LimitUse>() : r.Select(c => Use(c.ToString())).ToArray())];
}
