using Kinvite.Members;

namespace Kinvite.Tests.Members;

/// <summary>Which four digits a child may have, and how long wrong ones wait.</summary>
public sealed class PinRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0000")]
    [InlineData("7777")]
    [InlineData("1212")]
    [InlineData("1122")]
    [InlineData("1000")]
    [InlineData("0123")]
    [InlineData("7890")]
    [InlineData("8901")]
    [InlineData("3210")]
    [InlineData("1098")]
    [InlineData("2580")]
    [InlineData("0852")]
    [InlineData("2007")]
    [InlineData("2026")]
    [InlineData("1961")]
    public void PIN_S04_What_others_try_first_is_refused(string pin) => Assert.NotNull(PinRule.Refuses(pin, birthYear: 1961, Now));

    [Theory]
    [InlineData("4826")]
    [InlineData("1357")]
    [InlineData("1243")]
    [InlineData("2031")]
    [InlineData("1960")]
    public void What_says_nothing_is_taken(string pin) => Assert.Null(PinRule.Refuses(pin, birthYear: 1961, Now));

    [Fact]
    public void Nearly_all_are_left_to_choose_from() =>
        Assert.InRange(Enumerable.Range(0, 10_000).Count(n => PinRule.Refuses($"{n:D4}", birthYear: 2018, Now) is null), 9_200, 9_400);

    [Fact]
    public void Four_wrong_ones_wait_for_nothing_then_each_longer_and_the_tenth_waits_for_somebody()
    {
        var delays = Enumerable.Range(1, PinRule.Most).Select(PinRule.DelayAfter).ToList();
        Assert.All(delays.Take(PinRule.Free), d => Assert.Equal(TimeSpan.Zero, d));
        var growing = delays.Skip(PinRule.Free).Take(5).ToList();
        Assert.True(growing[0] > TimeSpan.Zero && growing.Zip(growing.Skip(1)).All(d => d.First < d.Second), string.Join(", ", growing));
        Assert.Equal(TimeSpan.Zero, delays[^1]);
    }
}
