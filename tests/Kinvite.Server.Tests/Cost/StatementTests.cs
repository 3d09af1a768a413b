using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Cost;

/// <summary>
/// What each call costs the database, in statements: one execution of a command is one, and so is COMMIT. The session's look-up comes before
/// and is taken off by its text; rate counters have a connection of their own, which the counter does not see.
/// </summary>
public sealed class StatementTests(SharedServer shared, ITestOutputHelper output) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_forged_link_costs_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var token = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }));
        var olga = await circle.SomebodyAsync();
        Assert.NotEmpty(await CountAsync("preview, to see that it counts", () => circle.Stranger().GetAsync($"/api/invites/{token}")));
        foreach (var forged in new[] { "x", token[..47] + (token[47] == 'A' ? 'B' : 'A'), "A" + token[1..], new string('_', 48) })
        {
            Assert.Empty(await CountAsync("preview, forged", () => circle.Stranger().GetAsync($"/api/invites/{forged}", HttpStatusCode.NotFound)));
            Assert.Empty(await CountAsync("accept, forged", () => olga.PostAsync($"/api/invites/{forged}/accept", null, HttpStatusCode.NotFound)));
            Assert.Empty(await CountAsync("seen, forged", () => circle.Stranger().PostAsync($"/api/invites/{forged}/seen", null, HttpStatusCode.NotFound)));
            Assert.Empty(await CountAsync("decline, forged", () => circle.Stranger().PostAsync($"/api/invites/{forged}/decline", null, HttpStatusCode.NotFound)));
        }
    }

    [Fact]
    public async Task A_preview_costs_at_most_two()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var whole = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }));
        var scoped = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail(), children = new[] { new { childId = mia } } }));
        var revoked = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await circle.Founder.DeleteAsync($"{circle.Invites}/{revoked.GetProperty("id")}", HttpStatusCode.OK);

        Assert.InRange((await CountAsync("preview", () => circle.Stranger().GetAsync($"/api/invites/{whole}"))).Count, 1, 2);
        Assert.InRange((await CountAsync("preview, for a child", () => circle.Stranger().GetAsync($"/api/invites/{scoped}"))).Count, 1, 2);
        Assert.Single(await CountAsync("preview, revoked", () => circle.Stranger().GetAsync($"/api/invites/{circle.Token(revoked)}", HttpStatusCode.Gone)));
    }

    [Fact]
    public async Task An_accept_costs_at_most_six_with_the_lock_and_the_commit()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var olga = await circle.SomebodyAsync();
        var accept = $"/api/invites/{circle.Token(await circle.InviteAsync(new { email = olga.Email, children = new[] { new { childId = mia } } }))}/accept";

        var joined = await CountAsync("accept", () => olga.PostAsync(accept, null, HttpStatusCode.OK));
        Assert.InRange(joined.Count, 3, 6);
        Assert.Contains("FOR NO KEY UPDATE", joined[0], StringComparison.Ordinal);
        Assert.Equal("COMMIT", joined[^1]);
        Assert.InRange((await CountAsync("accept, again", () => olga.PostAsync(accept, null, HttpStatusCode.OK))).Count, 1, 6);

        var other = await circle.SomebodyAsync();
        var waits = $"/api/invites/{circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }))}/accept";
        Assert.InRange((await CountAsync("accept, has to wait", () => other.PostAsync(waits, null, HttpStatusCode.OK))).Count, 1, 6);

        // However many others asked for the same invitation.
        var wanted = await circle.SomebodyAsync();
        var popular = await circle.InviteAsync(new { email = wanted.Email });
        for (var i = 0; i < 3; i++)
        {
            await (await circle.SomebodyAsync()).PostAsync($"/api/invites/{circle.Token(popular)}/accept", null, HttpStatusCode.OK);
        }

        Assert.InRange((await CountAsync("accept, others had asked", () => wanted.PostAsync($"/api/invites/{circle.Token(popular)}/accept", null, HttpStatusCode.OK))).Count, 1, 6);
    }

    [Fact]
    public async Task An_open_link_costs_no_more()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var (olga, waiting) = (await circle.SomebodyAsync(), await circle.SomebodyAsync());
        var token = (await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { maxUses = 5 }, HttpStatusCode.Created)).GetProperty("url").GetString()!.Split('/')[^1];

        Assert.InRange((await CountAsync("preview, open link", () => circle.Stranger().GetAsync($"/api/invites/{token}"))).Count, 1, 2);
        var joined = await CountAsync("accept, open link", () => olga.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK));
        Assert.InRange(joined.Count, 3, 6);
        Assert.Contains("FOR NO KEY UPDATE", joined[0], StringComparison.Ordinal);
        Assert.Equal("COMMIT", joined[^1]);
        Assert.InRange((await CountAsync("accept, open link, again", () => olga.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK))).Count, 1, 6);
        var open = (await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created)).GetProperty("url").GetString()!.Split('/')[^1];
        Assert.InRange((await CountAsync("accept, as a guest", () => circle.Stranger().PostAsync($"/api/invites/{open}/accept", new { name = "Gus" }, HttpStatusCode.OK))).Count, 3, 6);
        var bound = (await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireApproval = true }, HttpStatusCode.Created)).GetProperty("url").GetString()!.Split('/')[^1];
        Assert.InRange((await CountAsync("accept, open link, has to wait", () => waiting.PostAsync($"/api/invites/{bound}/accept", null, HttpStatusCode.OK))).Count, 1, 6);
        Assert.InRange((await CountAsync("current link", () => circle.Founder.GetAsync($"{circle.Path}/invite-links/current"))).Count, 1, 3);
    }

    [Fact]
    public async Task Listing_costs_two_however_many_there_are()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.InviteAsync(new { email = Circle.NewEmail("list") });
        Assert.Equal(2, (await CountAsync("list 1", () => circle.Founder.GetAsync($"{circle.Invites}?limit=100"))).Count);
        for (var i = 0; i < 2; i++)
        {
            await circle.Founder.PostAsync(circle.Invites, new { invites = Enumerable.Range(0, 50).Select(_ => new { email = Circle.NewEmail("list") }) }, HttpStatusCode.Created);
        }

        JsonElement page = default;
        Assert.Equal(2, (await CountAsync("list 100", async () => page = await circle.Founder.GetAsync($"{circle.Invites}?limit=100"))).Count);
        Assert.Equal(100, page.GetProperty("items").GetArrayLength());
        Assert.InRange((await CountAsync("list everything", () => circle.Founder.GetAsync($"{circle.Invites}?status=all&limit=100"))).Count, 1, 2);
        Assert.InRange((await CountAsync("members", () => circle.Founder.GetAsync($"{circle.Path}/members?limit=100"))).Count, 1, 2);
        Assert.InRange((await CountAsync("activity", () => circle.Founder.GetAsync($"{circle.Path}/activity?limit=100"))).Count, 1, 2);
    }

    [Fact]
    public async Task Creating_many_costs_what_creating_one_costs()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var costs = new List<int>();
        foreach (var count in new[] { 1, 2, 20, 50 })
        {
            var body = new { invites = Enumerable.Range(0, count).Select(_ => new { email = Circle.NewEmail("many") }) };
            costs.Add((await CountAsync($"create {count}", () => circle.Founder.PostAsync(circle.Invites, body, HttpStatusCode.Created))).Count);
        }

        // EF sends at most so many rows in a batch that fifty invitations may need one more.
        Assert.InRange(costs[0], 4, 10);
        Assert.Single(costs.Take(3).Distinct());
        Assert.InRange(costs[3] - costs[0], 0, 1);
    }

    [Fact]
    public async Task Other_calls_cost_what_they_cost()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";

        Assert.InRange((await CountAsync("my invitations", () => olga.GetAsync("/api/invites"))).Count, 1, 1);
        Assert.InRange((await CountAsync("one invitation", () => circle.Founder.GetAsync(own))).Count, 1, 2);
        // One of them asks for the newest key epoch: a link made under one that was ended elsewhere would be dead at birth.
        Assert.InRange((await CountAsync("copy the link", () => circle.Founder.PostAsync($"{own}/link", null, HttpStatusCode.OK))).Count, 1, 5);
        Assert.InRange((await CountAsync("resend", () => circle.Founder.PostAsync($"{own}/resend", null, HttpStatusCode.OK))).Count, 1, 11);
        Assert.InRange((await CountAsync("revoke", () => circle.Founder.DeleteAsync(own, HttpStatusCode.OK))).Count, 1, 5);
        Assert.InRange((await CountAsync("my families", () => circle.Founder.GetAsync("/api/families"))).Count, 1, 1);
        Assert.InRange((await CountAsync("check", () => circle.Founder.PostAsync($"{circle.Path}/check", new { capability = "family.view" }, HttpStatusCode.OK))).Count, 1, 1);
    }

    private async Task<IReadOnlyList<string>> CountAsync(string what, Func<Task> action)
    {
        var all = await App.Statements.CountAsync(action);
        var counted = all.Where(s => !IsSession(s)).ToList();
        Assert.InRange(all.Count - counted.Count, 0, 1);
        output.WriteLine($"{what}: {counted.Count}");
        foreach (var statement in counted)
        {
            output.WriteLine("    " + string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))[..Math.Min(110, string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Length)]);
        }

        return counted;
    }

    private static bool IsSession(string statement) => statement.Contains("FROM sessions AS", StringComparison.Ordinal);
}
