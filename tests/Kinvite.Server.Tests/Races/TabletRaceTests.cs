using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Devices;

namespace Kinvite.Server.Tests.Races;

/// <summary>Children, digits and points at the same moment on two servers: what is counted is exact.</summary>
public sealed class TabletRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private const int Many = 50;

    [Fact]
    public async Task Seed001_Chores_Fifty_guesses_at_once_are_five_that_are_compared_and_no_more()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();

        var told = await TogetherAsync(tablet, HttpMethod.Post, "/api/device/sign-in", i => new { memberId = mia, pin = $"{(5000 + (i * 37)) % 10000:D4}" });

        Assert.Equal(5, told.Count(t => (t.Status, t.Code) == (401, "pin.wrong")));
        Assert.All(told.Where(t => t.Status != 401), t => Assert.Equal((429, "pin.locked"), (t.Status, t.Code)));
        Assert.Equal((short)5, await TriesAsync(mia));
    }

    [Fact]
    public async Task Seed001_Chores_Ten_wrong_ones_in_all_is_all_that_is_ever_compared_however_they_come()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();
        var compared = 0;
        for (var round = 0; round < 8; round++)
        {
            var told = await TogetherAsync(tablet, HttpMethod.Post, "/api/device/sign-in", _ => new { memberId = mia, pin = "9173" }, 20);
            compared += told.Count(t => t.Status == 401);
            // As if the wait were over.
            await servers.Database.ExecuteAsync($"UPDATE members SET pin_locked_until = NULL WHERE id = '{mia}'");
        }

        Assert.Equal(10, compared);
        Assert.Equal((short)10, await TriesAsync(mia));
        using var right = await tablet.TryAsync(mia, Tablets.Pin);
        await right.ProblemAsync(429, "pin.locked");
    }

    [Fact]
    public async Task Seed001_Chores_Right_digits_among_wrong_ones_come_in_only_while_tries_are_left()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var mia = await circle.ChildAsync(pin: Tablets.Pin);
        var tablet = await circle.TabletAsync();

        var told = await TogetherAsync(tablet, HttpMethod.Post, "/api/device/sign-in", i => new { memberId = mia, pin = i % 10 == 9 ? Tablets.Pin : "9173" });

        // Each time in begins anew, so a round of tries is at most five wrong ones.
        var right = told.Count(t => t.Status == 200);
        Assert.InRange(told.Count(t => t.Status == 401), 0, 5 * (right + 1));
        Assert.Equal((long)right, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE member_id = '{mia}'"));
    }

    [Fact]
    public async Task Seed001_Chores_Fifty_gifts_at_once_add_up_exactly()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var mia = await circle.ChildAsync();

        var told = await TogetherAsync(circle.Founder, HttpMethod.Post, $"{circle.Path}/members/{mia}/points", _ => new { delta = 3 });

        Assert.All(told, t => Assert.Equal(200, t.Status));
        Assert.Equal(150, (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).GetProperty("points").GetInt32());
        var totals = (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}/points?limit=100")).GetProperty("items").EnumerateArray().Select(h => h.GetProperty("total").GetInt32());
        Assert.Equal(Enumerable.Range(1, Many).Select(i => 3 * (Many + 1 - i)), totals);
    }

    [Fact]
    public async Task Seed001_Chores_Eight_children_however_many_are_added_at_once()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");

        var told = await TogetherAsync(circle.Founder, HttpMethod.Post, $"{circle.Path}/members", i => new { name = $"Child {i}", role = "child" });

        Assert.Equal(8, told.Count(t => t.Status == 201));
        Assert.All(told.Where(t => t.Status != 201), t => Assert.Equal((409, "family.full"), (t.Status, t.Code)));
        Assert.Equal(9, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
        // There is room for one more as soon as one goes, and for any number of parents all the time.
        var child = (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items")[0].GetProperty("id");
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{child}", HttpStatusCode.NoContent);
        await circle.ChildAsync("Noa");
        for (var i = 0; i < 12; i++)
        {
            await circle.MemberAsync("parent");
        }
    }

    [Fact]
    public async Task Seed001_Chores_Five_invitations_wait_however_many_are_made_at_once()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");

        var told = await TogetherAsync(circle.Founder, HttpMethod.Post, circle.Invites, _ => new { invites = new[] { new { email = Circle.NewEmail("five") } } });

        Assert.Equal(5, told.Count(t => t.Status == 201));
        Assert.All(told.Where(t => t.Status != 201), t => Assert.Equal((409, "invite.limit"), (t.Status, t.Code)));
        Assert.Equal(5, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Seed001_Chores_A_tablet_that_is_removed_on_one_server_is_dead_on_the_other_and_nobody_slips_in_meanwhile()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, mia);
        using var there = servers.At(1, child);
        await there.GetAsync($"{circle.Path}/me");
        var id = (await circle.Founder.GetAsync($"{circle.Path}/devices")).GetProperty("items")[0].GetProperty("id");
        using var parent = servers.At(0, circle.Founder);

        var coming = TogetherAsync(tablet, HttpMethod.Post, "/api/device/sign-in", _ => new { memberId = mia }, 20);
        await parent.DeleteAsync($"{circle.Path}/devices/{id}", HttpStatusCode.NoContent);
        var told = await coming;

        Assert.All(told, t => Assert.Contains(t.Status, new[] { 200, 401 }));
        await there.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        Assert.Equal(0L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE member_id = '{mia}'"));
    }

    private async Task<Told[]> TogetherAsync(Person person, HttpMethod method, string path, Func<int, object> body, int count = Many)
    {
        var devices = Enumerable.Range(0, count).Select(i => servers.At(i, person)).ToList();
        var told = await Task.WhenAll(devices.Select((d, i) => Told.ByAsync(servers, d, method, path, body(i))));
        devices.ForEach(d => d.Dispose());
        return told;
    }

    private Task<short> TriesAsync(Guid child) => servers.Database.ScalarAsync<short>($"SELECT pin_tries FROM members WHERE id = '{child}'");
}
