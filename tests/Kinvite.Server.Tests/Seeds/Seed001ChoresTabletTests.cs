using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Devices;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the chores document promises (seed 001) about children without an account: faces, digits, points, and what each role may.</summary>
public sealed class Seed001ChoresTabletTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    // The document's matrix, row by row; a capability, or null for what shows elsewhere.
    public static TheoryData<string, bool, bool, bool, bool> Matrix => new()
    {
        // right, parent, teen with an account, child without one, caregiver
        { "chores.complete", true, true, true, false },
        { "leaderboard.view", true, true, true, true },
        { "invites.manage", true, false, false, false },
        { "points.adjust", true, false, false, false },
        { "settings.manage", true, false, false, false },
        { "chores.delete", true, false, false, false },
        // And what the document leaves to good sense.
        { "family.view", true, true, true, true },
        { "activity.view", true, true, true, true },
        { "members.manage", true, false, false, false },
        { "requests.manage", true, false, false, false },
        { "children.edit", true, false, false, false },
        { "family.transfer", false, false, false, false },
        { "family.delete", false, false, false, false },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Seed001_Chores_Each_role_may_exactly_what_its_column_says(string capability, bool parent, bool teen, bool child, bool caregiver)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var onTablet = await circle.InAsync(await circle.TabletAsync(), await circle.ChildAsync());
        foreach (var (person, expected) in new[]
        {
            (await circle.MemberAsync("parent"), parent), (await circle.MemberAsync("teen"), teen), (onTablet, child), (await circle.MemberAsync("caregiver"), caregiver),
        })
        {
            var answer = await person.PostAsync($"{circle.Path}/check", new { capability }, HttpStatusCode.OK);
            Assert.Equal(expected, answer.GetProperty("allowed").GetBoolean());
            Assert.NotEmpty(answer.GetProperty("because").GetString()!);
            var held = (await person.GetAsync($"{circle.Path}/me")).GetProperty("capabilities").EnumerateArray().Select(c => c.GetString());
            Assert.Equal(expected, held.Contains(capability, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Seed001_Chores_The_matrix_has_every_right_that_the_kind_knows_and_no_other_is_one()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var owner = (await circle.Founder.GetAsync($"{circle.Path}/me")).GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()!);
        Assert.Equal(Matrix.Select(r => r.Data.Item1).Order(StringComparer.Ordinal), owner.Order(StringComparer.Ordinal));
        Assert.Equal(["capability"], await circle.Founder.FaultsAsync($"{circle.Path}/check", """{"capability":"chores.invent"}"""));
    }

    [Fact]
    public async Task Seed001_Chores_What_the_matrix_denies_is_refused_when_it_is_tried()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var mia = await circle.ChildAsync();
        foreach (var person in new[] { await circle.MemberAsync("teen"), await circle.MemberAsync("caregiver"), await circle.InAsync(await circle.TabletAsync(), mia) })
        {
            await person.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, 403, "rights.missing");
            await person.PostRefusedAsync($"{circle.Path}/members/{mia}/points", new { delta = 5 }, 403, "rights.missing");
            await person.RefusedAsync(HttpMethod.Patch, circle.Path, new { name = "Ours" }, 403, "rights.missing");
            await person.PostRefusedAsync($"{circle.Path}/members", new { name = "Noa", role = "child" }, 403, "rights.missing");
        }
    }

    [Fact]
    public async Task Seed001_Chores_A_kid_is_a_profile_with_points_and_digits_and_without_an_account()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var ciku = await circle.Founder.PostAsync(
            $"{circle.Path}/members", new { name = "Ciku", role = "child", birthYear = 2018, avatar = "kite", pin = Tablets.Pin }, HttpStatusCode.Created);
        Assert.Equal((false, true, 0), (ciku.GetProperty("hasAccount").GetBoolean(), ciku.GetProperty("hasPin").GetBoolean(), ciku.GetProperty("points").GetInt32()));
        var id = ciku.GetProperty("id").GetGuid();
        var after = await circle.Founder.PostAsync($"{circle.Path}/members/{id}/points", new { delta = 107 }, HttpStatusCode.OK);
        Assert.Equal(107, after.GetProperty("points").GetInt32());
        foreach (var contact in new[] { """{"name":"Noa","role":"child","email":"noa@example.org"}""", """{"name":"Noa","role":"child","phone":"+4741234567"}""" })
        {
            Assert.Single(await circle.Founder.FaultsAsync($"{circle.Path}/members", contact));
        }
    }

    [Fact]
    public async Task Seed001_Chores_Kids_are_picked_by_their_face_and_digits_are_optional()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (ciku, noa) = (await circle.ChildAsync("Ciku", Tablets.Pin), await circle.ChildAsync("Noa"));
        var tablet = await circle.TabletAsync();
        Assert.Equal(["Ciku", "Noa"], (await tablet.FacesAsync()).EnumerateArray().Select(f => f.GetProperty("name").GetString()!));
        await circle.InAsync(tablet, noa);
        using var without = await tablet.TryAsync(ciku, null);
        await without.ProblemAsync(401, "pin.wrong");
        await circle.InAsync(tablet, ciku, Tablets.Pin);
    }

    [Fact]
    public async Task Seed001_Chores_A_teen_is_a_child_with_an_account_and_gets_points_but_no_digits()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var teen = await circle.MemberAsync("teen", "Ciku");
        var id = await circle.MemberIdAsync(teen);
        await circle.Founder.PostAsync($"{circle.Path}/members/{id}/points", new { delta = 107, reason = "Dishes" }, HttpStatusCode.OK);

        var seen = await teen.GetAsync($"{circle.Path}/members/{id}");
        Assert.Equal((true, 107, false), (seen.GetProperty("hasAccount").GetBoolean(), seen.GetProperty("points").GetInt32(), seen.GetProperty("hasPin").GetBoolean()));
        Assert.Equal("Dishes", (await teen.GetAsync($"{circle.Path}/members/{id}/points")).GetProperty("items")[0].GetProperty("reason").GetString());
        Assert.Empty((await (await circle.TabletAsync()).FacesAsync()).EnumerateArray());
    }

    [Fact]
    public async Task Seed001_Chores_A_kid_who_grows_into_an_account_keeps_points_and_history()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var ciku = await circle.ChildAsync("Ciku", Tablets.Pin);
        await circle.Founder.PostAsync($"{circle.Path}/members/{ciku}/points", new { delta = 107, reason = "So far" }, HttpStatusCode.OK);
        var grown = await circle.SomebodyAsync("Ciku A.");
        var invite = await circle.InviteAsync(new { email = grown.Email, role = "teen", memberId = ciku });
        await grown.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        var me = await grown.GetAsync($"{circle.Path}/members/{ciku}");
        Assert.Equal((true, false, 107), (me.GetProperty("hasAccount").GetBoolean(), me.GetProperty("hasPin").GetBoolean(), me.GetProperty("points").GetInt32()));
        Assert.Equal("So far", (await grown.GetAsync($"{circle.Path}/members/{ciku}/points")).GetProperty("items")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("en", "Co-parent", "Teen", "Caregiver")]
    [InlineData("es", "Madre o padre", "Adolescente", "Cuidadora o cuidador")]
    public async Task Seed001_Chores_Roles_are_chosen_by_plain_sentences_with_the_co_parent_first(string language, params string[] names)
    {
        using var circle = await Circle.StartAsync(App, "chores");
        await circle.Founder.PatchAsync("/api/account", new { locale = language });
        using var browser = await circle.BrowserOfAsync(circle.Founder, language);
        await browser.OpenAsync($"/families/{circle.Id}/invitations");

        var choices = browser.Page.QuerySelectorAll("input[name=role]").ToList();
        Assert.Equal(["parent", "teen", "caregiver"], choices.Select(c => c.GetAttribute("value")!));
        Assert.Equal("parent", choices.Single(c => c.HasAttribute("checked")).GetAttribute("value"));
        Assert.All(names, n => Assert.Contains(n, browser.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("admin", browser.Page.QuerySelector("main")!.TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Seed001_Chores_Erasing_a_child_leaves_neither_digits_nor_points_nor_a_way_in()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var ciku = await circle.ChildAsync("Ciku", Tablets.Pin);
        await circle.Founder.PostAsync($"{circle.Path}/members/{ciku}/points", new { delta = 7, reason = "Dishes" }, HttpStatusCode.OK);
        var tablet = await circle.TabletAsync();
        var child = await circle.InAsync(tablet, ciku, Tablets.Pin);

        await circle.Founder.DeleteAsync($"{circle.Path}/members/{ciku}", HttpStatusCode.NoContent);

        await child.GetRefusedAsync($"{circle.Path}/me", 401, "auth.required");
        using var refused = await tablet.TryAsync(ciku, Tablets.Pin);
        await refused.ProblemAsync(404, "not_found");
        foreach (var table in new[] { "point_entries", "sessions" })
        {
            Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE member_id = '{ciku}'"));
        }

        Assert.DoesNotContain("Dishes", (await circle.Founder.GetAsync($"{circle.Path}/export")).ToString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").ValueKind);
    }
}
