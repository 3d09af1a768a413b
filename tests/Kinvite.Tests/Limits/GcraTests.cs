using Kinvite.Limits;

namespace Kinvite.Tests.Limits;

public sealed class GcraTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly Gcra FiveAnHour = Gcra.Of(new("test", 5, TimeSpan.FromHours(1)), 1);

    [Fact]
    public void All_can_be_taken_at_once_and_then_one_each_interval()
    {
        DateTimeOffset? arrival = null;
        for (var left = 4; left >= 0; left--)
        {
            arrival = FiveAnHour.Take(arrival, Now, 1);
            Assert.Equal(left, FiveAnHour.Remaining(arrival!.Value, Now));
        }

        Assert.Null(FiveAnHour.Take(arrival, Now, 1));
        Assert.Equal(TimeSpan.FromMinutes(12), FiveAnHour.Wait(arrival!.Value, Now, 1));
        Assert.Null(FiveAnHour.Take(arrival, Now.AddMinutes(12).AddTicks(-10), 1));
        Assert.NotNull(FiveAnHour.Take(arrival, Now.AddMinutes(12), 1));
        Assert.Equal(TimeSpan.Zero, FiveAnHour.Wait(arrival.Value, Now.AddMinutes(12), 1));
    }

    [Fact]
    public void A_bulk_takes_all_or_nothing()
    {
        var three = FiveAnHour.Take(null, Now, 3);

        Assert.Null(FiveAnHour.Take(three, Now, 3));
        Assert.NotNull(FiveAnHour.Take(three, Now, 2));
        Assert.Equal(TimeSpan.FromMinutes(12), FiveAnHour.Wait(three!.Value, Now, 3));
        Assert.Null(FiveAnHour.Take(null, Now, 6));
    }

    [Fact]
    public void An_idle_counter_says_the_same_as_none()
    {
        Assert.Equal(FiveAnHour.Take(null, Now, 2), FiveAnHour.Take(Now, Now, 2));
        Assert.Equal(FiveAnHour.Take(null, Now, 2), FiveAnHour.Take(Now.AddDays(-1), Now, 2));
        Assert.Equal(5, FiveAnHour.Remaining(Now.AddDays(-1), Now));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2.5, 12)]
    [InlineData(0.01, 1)]
    [InlineData(1e12, 1_000_000)]
    public void The_factor_multiplies_and_never_closes_a_limit_altogether(double factor, int count) =>
        Assert.Equal(count, Gcra.Of(new("test", 5, TimeSpan.FromHours(1)), factor).Count);

    [Fact]
    public void Every_count_fits_although_the_interval_is_cut_to_microseconds()
    {
        var seven = Gcra.Of(new("test", 7, TimeSpan.FromSeconds(1)), 1);

        Assert.Equal(0, seven.Interval.Ticks % TimeSpan.TicksPerMicrosecond);
        Assert.NotNull(seven.Take(null, Now, 7));
        Assert.Null(seven.Take(null, Now, 8));
    }

    [Fact]
    public void The_fields_say_what_is_left_and_when_more_comes()
    {
        var limit = new Limit("invite", 20, TimeSpan.FromHours(1));

        Assert.Equal("\"invite\";q=20;w=3600", RateLimitHeaders.Policy(limit, Gcra.Of(limit, 1)));
        Assert.Equal("\"invite\";r=3;t=120", RateLimitHeaders.Remaining(limit, 3, TimeSpan.FromSeconds(119.2)));
    }
}
