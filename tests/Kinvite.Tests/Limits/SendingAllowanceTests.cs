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
        var granted = left.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(w => w[..1], w => w[1] - '0');

        var allowance = SendingAllowance.Of(most, [.. recipients.Split(' ').Select(r => r == "-" ? Array.Empty<string>() : r.Select(c => c.ToString()).ToArray())], granted, TimeSpan.FromSeconds(12));

        Assert.Equal(allowed, string.Concat(Enumerable.Range(0, allowed.Length).Select(i => allowance.Has(i) ? 'y' : 'n')));
        Assert.Equal((429, "limit.exceeded", TimeSpan.FromSeconds(12)), (allowance.Refusal.Status, allowance.Refusal.Code, allowance.Refusal.RetryAfter));
    }

    [Fact]
    public void Counting_does_not_change_what_was_counted()
    {
        var granted = new Dictionary<string, int> { ["a"] = 1 };

        SendingAllowance.Of(2, [["a"], ["a"]], granted, TimeSpan.Zero);

        Assert.Equal(1, granted["a"]);
    }
}
