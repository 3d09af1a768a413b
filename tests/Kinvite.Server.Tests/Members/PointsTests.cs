using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Points with their history, in kinds that have them.</summary>
public sealed class PointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Points_are_given_and_taken_and_the_history_says_by_whom_why_and_what_was_left()
    {
        using var circle = await Circle.StartAsync(App, "chores", founder: "Ana Aasen");
        var mia = await AddAsync(circle, "Mia");

        await circle.Founder.PostAsync(Points(circle, mia), new { delta = 10, reason = "  Fed the cat " }, HttpStatusCode.OK);
        var after = await circle.Founder.PostAsync(Points(circle, mia), new { delta = -12 }, HttpStatusCode.OK);

        Assert.Equal(-2, after.GetProperty("points").GetInt32());
        var history = await HistoryAsync(circle.Founder, circle, mia);
        Assert.Equal([(-12, -2, null), (10, 10, "Fed the cat")], history.Select(h => (h.GetProperty("delta").GetInt32(), h.GetProperty("total").GetInt32(), h.GetProperty("reason").GetString())));
        Assert.All(history, h => Assert.Equal("Ana Aasen", h.GetProperty("by").GetProperty("name").GetString()));
        var said = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items")[0];
        Assert.Equal(("points.adjusted", "-12", "-2"), (said.GetProperty("type").GetString(), said.GetProperty("data").GetProperty("delta").GetString(), said.GetProperty("data").GetProperty("total").GetString()));
    }

    [Fact]
    public async Task Forty_at_once_add_up_exactly_and_every_total_in_between_is_in_the_history_once()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var other = await circle.MemberAsync("parent");
        var mia = await AddAsync(circle, "Mia");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? circle.Founder : other).PostAsync(Points(circle, mia), new { delta = 3 }, HttpStatusCode.OK)));

        Assert.Equal(120, (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("points").GetInt32());
        Assert.Equal(Enumerable.Range(1, 40).Select(i => 3 * (41 - i)), (await HistoryAsync(circle.Founder, circle, mia)).Select(h => h.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task The_same_gift_sent_twice_with_one_key_is_given_once()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await AddAsync(circle, "Mia");
        for (var i = 0; i < 2; i++)
        {
            using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, Points(circle, mia), new { delta = 5 }, ("Idempotency-Key", "cat"));
            Assert.Equal(5, (await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync())).RootElement.GetProperty("points").GetInt32());
        }

        using var another = await circle.Founder.RequestAsync(HttpMethod.Post, Points(circle, mia), new { delta = 6 }, ("Idempotency-Key", "cat"));
        await another.ProblemAsync(422, "idempotency.mismatch");
        Assert.Single(await HistoryAsync(circle.Founder, circle, mia));
    }

    [Fact]
    public async Task Who_may_not_adjust_points_gives_none_and_reads_only_their_own_history()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (teen, carer) = (await circle.MemberAsync("teen"), await circle.MemberAsync("caregiver"));
        var mia = await AddAsync(circle, "Mia");
        var self = await circle.MemberIdAsync(teen);
        await circle.Founder.PostAsync(Points(circle, self), new { delta = 7 }, HttpStatusCode.OK);

        foreach (var person in new[] { teen, carer })
        {
            await person.PostRefusedAsync(Points(circle, mia), new { delta = 5 }, 403, "rights.missing");
            await person.GetRefusedAsync(Points(circle, mia), 403, "rights.missing");
        }

        await teen.PostRefusedAsync(Points(circle, self), new { delta = 5 }, 403, "rights.missing");
        Assert.Equal(7, Assert.Single(await HistoryAsync(teen, circle, self)).GetProperty("total").GetInt32());
        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("points").GetInt32());
    }

    [Fact]
    public async Task Where_nobody_collects_points_not_even_the_owner_gives_any()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await AddAsync(circle, "Mia");

        await circle.Founder.PostRefusedAsync(Points(circle, mia), new { delta = 5 }, 403, "rights.missing");
        await circle.Founder.GetRefusedAsync(Points(circle, mia), 403, "rights.missing");
        Assert.Equal(JsonValueKind.Null, (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("points").ValueKind);
    }

    [Theory]
    [InlineData("""{}""", "delta")]
    [InlineData("""{"delta":0}""", "delta")]
    [InlineData("""{"delta":10001}""", "delta")]
    [InlineData("""{"delta":-10001}""", "delta")]
    [InlineData("""{"delta":1.5}""", "delta")]
    [InlineData("""{"delta":2147483648}""", "delta")]
    [InlineData("""{"delta":"5"}""", "delta")]
    [InlineData("""{"delta":5,"reason":"\u202E"}""", "reason")]
    [InlineData("""{"delta":5,"total":500}""", "total")]
    public async Task What_is_no_number_of_points_is_refused_at_the_field(string body, string field)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await AddAsync(circle, "Mia");
        Assert.Equal([field], await circle.Founder.FaultsAsync(Points(circle, mia), body));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Nobody_gets_beyond_a_million_or_owes_more(int sign)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await AddAsync(circle, "Mia");
        await shared.Database.ExecuteAsync($"UPDATE members SET points = {sign * 995_000} WHERE id = '{mia}'");

        await circle.Founder.PostAsync(Points(circle, mia), new { delta = sign * 5000 }, HttpStatusCode.OK);
        await circle.Founder.PostRefusedAsync(Points(circle, mia), new { delta = sign }, 409, "points.too_many");
    }

    [Fact]
    public async Task A_long_history_comes_page_by_page_newest_first_and_whoever_gave_and_left_keeps_only_a_name()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var other = await circle.MemberAsync("parent", "Olga Berg");
        var mia = await AddAsync(circle, "Mia");
        for (var i = 1; i <= 5; i++)
        {
            await other.PostAsync(Points(circle, mia), new { delta = i }, HttpStatusCode.OK);
        }

        await other.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        var (seen, cursor) = (new List<int>(), "");
        for (var pages = 0; cursor is not null; pages++)
        {
            Assert.True(pages < 3, "the history does not end");
            var page = await circle.Founder.GetAsync($"{Points(circle, mia)}?limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(h => h.GetProperty("delta").GetInt32()));
            Assert.All(page.GetProperty("items").EnumerateArray(), h => Assert.Equal("Olga Berg", h.GetProperty("by").GetProperty("name").GetString()));
            Assert.All(page.GetProperty("items").EnumerateArray(), h => Assert.Equal(JsonValueKind.Null, h.GetProperty("by").GetProperty("memberId").ValueKind));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal([5, 4, 3, 2, 1], seen);
    }

    private static string Points(Circle circle, Guid member) => $"{circle.Path}/members/{member}/points";

    private static async Task<List<JsonElement>> HistoryAsync(Person person, Circle circle, Guid member) =>
        [.. (await person.GetAsync(Points(circle, member))).GetProperty("items").EnumerateArray()];

    private static async Task<Guid> AddAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
}
