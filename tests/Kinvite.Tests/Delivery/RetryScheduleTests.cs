using Kinvite.Delivery;

namespace Kinvite.Tests.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 20)]
    [InlineData(3, 60)]
    [InlineData(4, 120)]
    [InlineData(5, 240)]
    [InlineData(11, 15360)]
    [InlineData(12, 21600)]
    [InlineData(1000, 21600)]
    public void Pauses_are_5_20_60_seconds_then_double_up_to_6_hours(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetrySchedule.Pause(attempts));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.5, 5)]
    [InlineData(0.999, 6)]
    public void Jitter_moves_a_try_by_at_most_a_fifth(double random, double seconds)
    {
        var due = RetrySchedule.Next(1, Start, Start, random)!.Value;
        Assert.InRange((due - Start).TotalSeconds, seconds - 0.01, seconds + 0.01);
    }

    [Fact]
    public void After_three_days_there_is_no_further_try()
    {
        Assert.NotNull(RetrySchedule.Next(12, Start, Start.AddDays(2), 0.5));
        Assert.Null(RetrySchedule.Next(20, Start, Start.AddDays(3), 0));
    }

    [Fact]
    public void A_message_gets_between_20_and_30_tries_in_its_three_days()
    {
        var now = Start;
        var tries = 1;
        while (RetrySchedule.Next(tries, Start, now, 0.5) is { } next)
        {
            Assert.True(next > now);
            (now, tries) = (next, tries + 1);
        }

        Assert.InRange(tries, 20, 30);
        Assert.InRange((now - Start).TotalHours, 64, 72);
    }
}
