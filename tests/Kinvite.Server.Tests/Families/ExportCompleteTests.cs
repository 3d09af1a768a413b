using System.Net;
using System.Text.Json;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Devices;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Operator;
using Kinvite.Persistence;
using Kinvite.Server.Tests.Devices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Families;

/// <summary>What a family takes along is all that is kept about it: nothing that it would miss stays behind.</summary>
public sealed class ExportCompleteTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>Where each table's rows are in the file.</summary>
    private static readonly Dictionary<Type, Func<JsonElement, int>> Told = new()
    {
        [typeof(Member)] = e => e.GetProperty("members").GetArrayLength(),
        [typeof(MemberChild)] = e => Items(e, "members").Sum(m => m.GetProperty("children").GetArrayLength()),
        [typeof(PointEntry)] = e => e.GetProperty("points").GetArrayLength(),
        [typeof(Device)] = e => e.GetProperty("devices").GetArrayLength(),
        [typeof(Invitation)] = e => e.GetProperty("invites").GetArrayLength(),
        [typeof(InvitationChild)] = e => Items(e, "invites").Sum(i => i.GetProperty("children").GetArrayLength()),
        [typeof(InviteLink)] = e => e.GetProperty("inviteLinks").GetArrayLength(),
        [typeof(AccessRequest)] = e => e.GetProperty("accessRequests").GetArrayLength(),
        [typeof(RequestBlock)] = e => e.GetProperty("blocked").GetArrayLength(),
        [typeof(ActivityEntry)] = e => e.GetProperty("activity").GetArrayLength(),
    };

    /// <summary>What stays behind, and why.</summary>
    private static readonly Dictionary<Type, string> LeftOut = new()
    {
        [typeof(InvitationBlock)] = "Somebody wants no more invitations from this family: nobody in it is told more than that they declined.",
        [typeof(Kinvite.Accounts.Session)] = "That a child is in on a tablet right now: nothing but the hash of a secret; the tablet is in the file, with when it was last used.",
        [typeof(DemandEntry)] = "The operator's count of what is switched off; that somebody wanted it is in the activity.",
    };

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Every_row_that_belongs_to_a_family_is_in_its_export_or_left_out_for_a_written_reason()
    {
        using var home = await FurnishedAsync();
        using var chores = await Circle.StartAsync(App, "chores");
        var child = await chores.ChildAsync();
        await chores.Founder.PostAsync($"{chores.Path}/members/{child}/points", new { delta = 5, reason = "Dishes" }, HttpStatusCode.OK);
        var tables = TablesOfFamilies();
        var (first, second) = (await home.Founder.GetAsync($"{home.Path}/export"), await chores.Founder.GetAsync($"{chores.Path}/export"));

        Assert.Equal(tables.Keys.Except(LeftOut.Keys).Select(t => t.Name).Order(), Told.Keys.Select(t => t.Name).Order());
        Assert.All(LeftOut, l => Assert.True(tables.ContainsKey(l.Key) && l.Value.Length > 20, $"{l.Key.Name} is left out without a reason, or is no table of a family any more"));
        foreach (var (type, told) in Told)
        {
            var (one, other) = (await CountAsync(tables[type], home), await CountAsync(tables[type], chores));
            Assert.True(one + other > 0, $"this test has no row in {tables[type]}: it would not notice that they are missing");
            Assert.True(one == told(first) && other == told(second), $"{tables[type]}: {one} and {other} rows are kept, {told(first)} and {told(second)} are in the exports");
        }
    }

    [Fact]
    public async Task Who_sees_a_child_is_in_it_with_since_when_by_whom_and_until_when()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await circle.ChildAsync("Mia", role: "baby");
        var ben = await circle.ChildAsync("Ben", role: "baby");
        var olga = await circle.SomebodyAsync("Olga Berg");
        var invite = await circle.InviteAsync(new { email = olga.Email, children = new[] { new { childId = mia } } });
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        var (ana, seer) = (await circle.MemberIdAsync(circle.Founder), await circle.MemberIdAsync(olga));
        var until = App.Clock.GetUtcNow().AddDays(9);
        await circle.Founder.PatchAsync($"{circle.Path}/members/{seer}", new { accessUntil = until });

        var children = Items(await circle.Founder.GetAsync($"{circle.Path}/export"), "children").ToDictionary(c => c.GetProperty("id").GetGuid(), c => c.GetProperty("seenBy").EnumerateArray().ToList());

        Assert.Equal([ana, seer], children[mia].Select(s => s.GetProperty("memberId").GetGuid()));
        Assert.Equal([ana], children[ben].Select(s => s.GetProperty("memberId").GetGuid()));
        var sight = children[mia][1];
        Assert.Equal("Olga Berg", sight.GetProperty("name").GetString());
        Assert.Equal("view", sight.GetProperty("permission").GetString());
        Assert.Equal("Ana Aasen", sight.GetProperty("by").GetProperty("name").GetString());
        Assert.Equal(until, sight.GetProperty("until").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.InRange(sight.GetProperty("since").GetDateTimeOffset(), App.Clock.GetUtcNow().AddMinutes(-5), App.Clock.GetUtcNow());
        Assert.Equal(JsonValueKind.Null, children[mia][0].GetProperty("by").ValueKind);
        Assert.Equal(JsonValueKind.Null, children[mia][0].GetProperty("until").ValueKind);
    }

    [Fact]
    public async Task Links_tablets_and_blocks_are_in_it_and_nothing_that_opens_or_names_an_address()
    {
        using var circle = await FurnishedAsync();
        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, $"{circle.Path}/export");
        var text = await answer.Content.ReadAsStringAsync();
        var export = JsonDocument.Parse(text).RootElement;

        var link = Assert.Single(Items(export, "inviteLinks"), l => l.GetProperty("status").GetString() == "active");
        Assert.Equal("Ana Aasen", link.GetProperty("createdBy").GetProperty("name").GetString());
        Assert.DoesNotContain(circle.Token(link.GetProperty("id").GetGuid(), LinkKind.Open), text, StringComparison.Ordinal);
        Assert.Equal("Kitchen", Assert.Single(Items(export, "devices")).GetProperty("name").GetString());
        Assert.Equal("Pushy Per", Assert.Single(Items(export, "blocked")).GetProperty("name").GetString());
        Assert.All(new[] { "secret", "token", "hash", "pinHash", "url" }, word => Assert.DoesNotContain($"{word}\":", text, StringComparison.OrdinalIgnoreCase));
        // Whoever wants no more invitations is not given away: neither that they do, nor more than what was invited.
        Assert.DoesNotContain("addressKey", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("declined", Assert.Single(Items(export, "invites"), i => Is(i, "name", "Never Nina")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task How_somebody_came_to_their_points_is_in_it_and_those_who_are_gone_keep_their_name()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var child = await circle.ChildAsync();
        var other = await circle.MemberAsync("parent", "Bo Berg");
        await other.PostAsync($"{circle.Path}/members/{child}/points", new { delta = 7, reason = "Raking" }, HttpStatusCode.OK);
        await other.PostAsync($"{circle.Path}/members/{child}/points", new { delta = -2 }, HttpStatusCode.OK);
        await other.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        var points = Items(await circle.Founder.GetAsync($"{circle.Path}/export"), "points").ToList();

        Assert.Equal([(7, 7, "Raking"), (-2, 5, null)], points.Select(p => (p.GetProperty("delta").GetInt32(), p.GetProperty("total").GetInt32(), p.GetProperty("reason").GetString())));
        Assert.All(points, p => Assert.Equal(child, p.GetProperty("memberId").GetGuid()));
        Assert.All(points, p => Assert.Equal(("Bo Berg", JsonValueKind.Null), (p.GetProperty("by").GetProperty("name").GetString(), p.GetProperty("by").GetProperty("memberId").ValueKind)));
    }

    /// <summary>A family with at least one row of everything that its kind can have.</summary>
    private async Task<Circle> FurnishedAsync()
    {
        var circle = await Circle.StartAsync(App);
        var child = await circle.ChildAsync(pin: Tablets.Pin);
        var olga = await circle.SomebodyAsync("Olga Berg");
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "grandparent", children = new[] { new { childId = child } } });
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        await circle.InviteAsync(new { email = Circle.NewEmail(), children = new[] { new { childId = child } } });
        var never = await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Never Nina" });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(never)}/decline", new { block = true }, HttpStatusCode.OK);
        await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { }, HttpStatusCode.Created);
        await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { }, HttpStatusCode.Created);
        var pushy = await circle.SomebodyAsync("Pushy Per");
        await pushy.PostAsync("/api/access-requests", new { familyId = circle.Id, message = "Let me in" }, HttpStatusCode.Accepted);
        var asked = await circle.Founder.GetAsync($"{circle.Path}/access-requests");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{asked.GetProperty("items")[0].GetProperty("id")}/deny", new { block = true }, HttpStatusCode.OK);
        await circle.InAsync(await circle.TabletAsync(), child, Tablets.Pin);
        return circle;
    }

    /// <summary>Everything that is kept with a family's id, by its table.</summary>
    private Dictionary<Type, string> TablesOfFamilies()
    {
        using var scope = App.Services.CreateScope();
        return scope.ServiceProvider.GetRequiredService<KinviteDbContext>().Model.GetEntityTypes().Where(t => t.FindProperty("FamilyId") is not null)
            .ToDictionary(t => t.ClrType, t => t.GetTableName()!);
    }

    private Task<long> CountAsync(string table, Circle circle) => shared.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE family_id = '{circle.Id}'");

    private static IEnumerable<JsonElement> Items(JsonElement export, string list) => export.GetProperty(list).EnumerateArray();

    private static bool Is(JsonElement item, string name, string value) => item.GetProperty(name).GetString() == value;
}
