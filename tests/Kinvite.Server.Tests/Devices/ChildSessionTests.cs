using System.Net;
using Kinvite.Harness;
using Kinvite.Http;
using Kinvite.Server.Tests.Security;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Devices;

/// <summary>A child on a shared tablet may what its role may, and nothing of whoever added the tablet.</summary>
public sealed class ChildSessionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // What a child may call; everything else that needs somebody is closed to it.
    private static readonly string[] Open =
    [
        "GET /api/families/{familyId:guid}", "GET /api/families/{familyId:guid}/me", "POST /api/families/{familyId:guid}/check", "GET /api/families/{familyId:guid}/members",
        "GET /api/families/{familyId:guid}/members/{id:guid}", "GET /api/families/{familyId:guid}/members/{id:guid}/points", "GET /api/families/{familyId:guid}/activity",
        "POST /api/auth/logout",
    ];

    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_child_sees_its_family_itself_and_its_own_points()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (mia, noa) = (await circle.ChildAsync(), await circle.ChildAsync("Noa"));
        await circle.Founder.PostAsync($"{circle.Path}/members/{mia}/points", new { delta = 5, reason = "Cat" }, HttpStatusCode.OK);
        var child = await circle.InAsync(await circle.TabletAsync(), mia);

        Assert.Equal(("child", "view", false), await FamilyAsync());
        var me = await child.GetAsync($"{circle.Path}/me");
        Assert.Equal(mia, me.GetProperty("memberId").GetGuid());
        Assert.Equal(
            ["activity.view", "chores.complete", "family.view", "leaderboard.view"],
            me.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).Order(StringComparer.Ordinal));
        var people = (await child.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, people.Count);
        Assert.Equal(mia, Assert.Single(people, p => p.GetProperty("isYou").GetBoolean()).GetProperty("id").GetGuid());
        Assert.Equal("Cat", (await child.GetAsync($"{circle.Path}/members/{mia}/points")).GetProperty("items")[0].GetProperty("reason").GetString());
        await child.GetRefusedAsync($"{circle.Path}/members/{noa}/points", 403, "rights.missing");
        await child.GetAsync($"{circle.Path}/activity");

        async Task<(string?, string?, bool)> FamilyAsync()
        {
            var family = await child.GetAsync(circle.Path);
            return (family.GetProperty("role").GetString(), family.GetProperty("permission").GetString(), family.GetProperty("isDefault").GetBoolean());
        }
    }

    [Fact]
    public async Task Another_family_does_not_exist_for_a_child_not_even_one_of_the_person_who_added_the_tablet()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var other = await circle.Founder.PostAsync("/api/families", new { name = "The others", kind = "chores" }, HttpStatusCode.Created);
        var child = await circle.InAsync(await circle.TabletAsync(), await circle.ChildAsync());

        foreach (var path in new[] { "", "/me", "/members", "/activity" })
        {
            await child.GetRefusedAsync($"/api/families/{other.GetProperty("id")}{path}", 404, "not_found");
        }

        await child.PostRefusedAsync($"/api/families/{other.GetProperty("id")}/check", new { capability = "family.view" }, 404, "not_found");
    }

    [Fact]
    public async Task Every_other_call_is_closed_to_a_child_and_none_of_all_changes_anything()
    {
        using var house = await WholeHouse.StartAsync(shared);
        var mia = await house.Circle.ChildAsync("Mia", Tablets.Pin);
        var tablet = await house.Circle.TabletAsync();
        var child = await house.Circle.InAsync(tablet, mia, Tablets.Pin);
        var before = await house.StateAsync();
        var (closed, open) = (0, new List<string>());
        foreach (var route in MappedRoute.All(App).Where(r => !r.IsPage && r.Pattern.StartsWith("/api/", StringComparison.Ordinal) && !WhoMayTests.ForAnybody.Contains(r.Pattern, StringComparer.Ordinal)))
        {
            using var answer = await child.RequestAsync(new(route.Method), house.Fill(route), route.Method is "GET" or "HEAD" ? null : WholeHouse.Body(route));
            if (answer.StatusCode == HttpStatusCode.Forbidden)
            {
                closed++;
            }
            else if (route.Pattern.Contains("{familyId", StringComparison.Ordinal) || route.Pattern.StartsWith("/api/account", StringComparison.Ordinal))
            {
                Assert.Contains($"{route.Method} {route.Pattern}", Open);
                open.Add($"{route.Method} {route.Pattern}");
            }

            Assert.True((int)answer.StatusCode < 500, $"{route}: {(int)answer.StatusCode}");
            Assert.True(before == await house.StateAsync(), $"{route} changed something ({(int)answer.StatusCode}):\n{before}\n→\n{await house.StateAsync()}");
        }

        Assert.InRange(closed, 40, 500);
        // Open to it, but not everything: a relative's points, in a family without points, are refused at their own door.
        Assert.Equal(Open.Length - 2, open.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void What_children_may_call_is_written_down_here()
    {
        var marked = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<OpenToChildren>() is not null)
            .Select(e => $"{e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0]} /{e.RoutePattern.RawText!.Trim('/')}");
        Assert.Equal(Open.Order(StringComparer.Ordinal), marked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("home", "child")]
    [InlineData("baby", "baby")]
    [InlineData("chores", "child")]
    public async Task Every_kind_with_children_without_an_account_has_tablets(string kind, string role)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var mia = await circle.ChildAsync(pin: Tablets.Pin, role: role);
        var child = await circle.InAsync(await circle.TabletAsync(), mia, Tablets.Pin);
        Assert.Equal(mia, (await child.GetAsync($"{circle.Path}/me")).GetProperty("memberId").GetGuid());
    }

    [Fact]
    public async Task A_childs_session_is_among_nobodys_and_signing_out_an_account_shows_none_of_it()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        await circle.InAsync(await circle.TabletAsync(), await circle.ChildAsync());
        Assert.All(
            (await circle.Founder.GetAsync("/api/account/sessions")).GetProperty("items").EnumerateArray(),
            s => Assert.Equal("api", s.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_child_whose_time_is_over_is_in_no_family_any_more()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, mia);

        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = '{App.Clock.GetUtcNow():O}' WHERE id = '{mia}'");

        await child.GetRefusedAsync($"{circle.Path}/me", 404, "not_found");
        Assert.Empty((await tablet.FacesAsync()).EnumerateArray());
    }
}
