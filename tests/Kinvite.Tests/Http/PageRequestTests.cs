using Kinvite.Http;

namespace Kinvite.Tests.Http;

public sealed class PageRequestTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 50)]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    public void A_limit_is_50_unless_given(int? limit, int taken)
    {
        var page = PageRequest.From(limit, null).Value;

        Assert.Equal(taken, page.Limit);
        Assert.Equal(taken + 1, page.Take);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(int.MaxValue)]
    public void A_limit_outside_1_to_100_is_refused(int limit)
    {
        Assert.True(PageRequest.From(limit, null).Refused(out var problem));
        Assert.Equal((400, "limit"), (problem.Status, problem.Errors!.Keys.Single()));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAA AAAAAAAAAA")]
    [InlineData("AAAAAAAAAA+AAAAAAAAAA/")]
    [InlineData("ääääääääääääääääääääää")]
    [InlineData("0197f000-0000-7000-8000-000000000000")]
    public void A_cursor_that_no_page_gave_is_refused(string cursor)
    {
        Assert.True(PageRequest.From(null, cursor).Refused(out var problem));
        Assert.Equal((400, "cursor"), (problem.Status, problem.Errors!.Keys.Single()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void Pages_hold_everything_once_newest_first(int count)
    {
        var all = Enumerable.Range(0, count).Select(i => Guid.CreateVersion7(Now.AddMilliseconds(i))).Order().ToList();
        var (read, cursor, pages) = (new List<Guid>(), (string?)null, 0);
        do
        {
            var request = PageRequest.From(3, cursor).Value;
            var page = request.Cut([.. all.Where(id => id.CompareTo(request.Before) < 0).OrderDescending().Take(request.Take)], id => id);
            read.AddRange(page.Items);
            (cursor, pages) = (page.Next, pages + 1);
        }
        while (cursor is not null);

        Assert.Equal(all.OrderDescending(), read);
        Assert.Equal(Math.Max(1, (count + 2) / 3), pages);
    }
}
