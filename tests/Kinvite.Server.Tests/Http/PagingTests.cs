using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>Every list pages the same way, and what is no page is refused, not a fault.</summary>
public sealed class PagingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Lists = ["/api/families", "/api/invites", "{family}/members", "{family}/invites", "{family}/access-requests", "{family}/activity"];

    public static TheoryData<string> Pages => [.. Lists];

    public static TheoryData<string, string, string> Faults
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var list in Lists)
            {
                foreach (var limit in new[] { "0", "-1", "101", "1000000000" })
                {
                    data.Add(list, $"limit={limit}", "limit");
                }

                foreach (var cursor in new[] { "x", new string('A', 21), new string('A', 23), "!!!!!!!!!!!!!!!!!!!!!!", "%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20", new string('z', 22), "%00", new string('A', 100_000)[..4000] })
                {
                    data.Add(list, $"cursor={cursor}", "cursor");
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task INP_S02_A_page_that_cannot_be_is_refused_at_its_parameter(string list, string query, string field)
    {
        var circle = await CircleAsync();
        var problem = await circle.Founder.GetRefusedAsync($"{list.Replace("{family}", circle.Path, StringComparison.Ordinal)}?{query}", 400, "validation");
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("limit=ten")]
    [InlineData("limit=1.5")]
    [InlineData("limit=1e2")]
    [InlineData("limit=99999999999")]
    [InlineData("limit=NaN")]
    public async Task INP_S02_A_limit_that_is_no_number_is_refused(string query)
    {
        var circle = await CircleAsync();
        foreach (var list in Lists)
        {
            await circle.Founder.GetRefusedAsync($"{list.Replace("{family}", circle.Path, StringComparison.Ordinal)}?{query}", 400, "validation");
        }
    }

    [Theory]
    [InlineData("status=open")]
    [InlineData("status=1")]
    [InlineData("status=pending,accepted")]
    [InlineData("status=%00")]
    public async Task A_status_that_is_none_is_refused(string query)
    {
        var circle = await CircleAsync();
        foreach (var list in new[] { "invites", "access-requests" })
        {
            var problem = await circle.Founder.GetRefusedAsync($"{circle.Path}/{list}?{query}", 400, "validation");
            Assert.Equal(["status"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_list_has_items_and_next(string list)
    {
        var circle = await CircleAsync();
        var page = await circle.Founder.GetAsync($"{list.Replace("{family}", circle.Path, StringComparison.Ordinal)}?limit=100");

        Assert.Equal(["items", "next"], page.EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.Array, page.GetProperty("items").ValueKind);
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Page_by_page_everything_comes_once_newest_first()
    {
        var circle = await CircleAsync();
        var made = new List<string?>();
        for (var i = 0; i < 7; i++)
        {
            made.Add((await circle.InviteAsync(new { email = Circle.NewEmail("page") })).GetProperty("id").GetString());
            await Task.Delay(2); // another millisecond, which is what the order of ids is about
        }

        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await circle.Founder.GetAsync($"{circle.Invites}?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Reverse(made), seen);
    }

    [Fact]
    public async Task Fifty_are_the_default()
    {
        var circle = await Circle.StartAsync(shared.App, "vault");
        await circle.Founder.PostAsync(circle.Invites, new { invites = Enumerable.Range(0, 50).Select(_ => new { email = Circle.NewEmail("fifty") }) }, HttpStatusCode.Created);
        await circle.InviteAsync(new { email = Circle.NewEmail("fifty") });

        var page = await circle.Founder.GetAsync(circle.Invites);

        Assert.Equal(50, page.GetProperty("items").GetArrayLength());
        Assert.Matches("^[A-Za-z0-9_-]{22}$", page.GetProperty("next").GetString()!);
    }

    private Circle? common;

    private async Task<Circle> CircleAsync() => common ??= await Circle.StartAsync(shared.App);
}
