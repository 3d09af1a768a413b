using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

public sealed class MemberTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Both_see_each_other_after_joining()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var olga = await circle.MemberAsync("grandparent", "Olga Berg");

        foreach (var viewer in new[] { circle.Founder, olga })
        {
            var members = (await viewer.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().ToList();
            Assert.Equal(["Olga Berg", "Ana Aasen"], members.Select(m => m.GetProperty("name").GetString()));
            Assert.Equal(["grandparent", "co-parent"], members.Select(m => m.GetProperty("role").GetString()));
            Assert.Equal(["view", "owner"], members.Select(m => m.GetProperty("permission").GetString()));
            Assert.Equal([viewer == olga, viewer != olga], members.Select(m => m.GetProperty("isYou").GetBoolean()));
        }
    }

    [Fact]
    public async Task A_member_has_exactly_the_documented_fields()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        var olga = await circle.MemberAsync("grandparent", "Olga Berg");

        var member = await circle.Founder.GetAsync($"{circle.Path}/members/{await circle.MemberIdAsync(olga)}");

        string[] fields =
        [
            "id", "name", "role", "roleName", "permission", "hasAccount", "isYou", "isGuest", "hasPin", "points", "birthYear", "avatar", "accessUntil",
            "scope", "children", "joinedAt", "invitedBy",
        ];
        Assert.Equal(fields, member.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Grandparent", member.GetProperty("roleName").GetString());
        Assert.Equal("family", member.GetProperty("scope").GetString());
        Assert.Equal(JsonValueKind.Null, member.GetProperty("points").ValueKind);
        Assert.Equal("Ana Aasen", member.GetProperty("invitedBy").GetProperty("name").GetString());
        Assert.Equal(await circle.MemberIdAsync(circle.Founder), member.GetProperty("invitedBy").GetProperty("memberId").GetGuid());
        Assert.DoesNotContain(olga.Email, member.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_come_page_by_page_and_an_unknown_one_is_404()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.MemberAsync("relative", "Berit");
        await circle.MemberAsync("friend", "Carl");

        var first = await circle.Founder.GetAsync($"{circle.Path}/members?limit=2");
        var rest = await circle.Founder.GetAsync($"{circle.Path}/members?limit=2&cursor={first.GetProperty("next").GetString()}");

        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        Assert.Equal(1, rest.GetProperty("items").GetArrayLength());
        await circle.Founder.GetRefusedAsync($"{circle.Path}/members/{Guid.CreateVersion7(App.Clock.GetUtcNow())}", 404, "not_found");
        await circle.Founder.GetRefusedAsync($"{circle.Path}/members/1", 404, "not_found");
    }

    [Theory]
    [InlineData("family.view", true, true)]
    [InlineData("activity.view", true, true)]
    [InlineData("children.edit", true, false)]
    [InlineData("invites.manage", true, false)]
    [InlineData("members.manage", true, false)]
    [InlineData("settings.manage", true, false)]
    [InlineData("family.transfer", true, false)]
    [InlineData("family.delete", true, false)]
    public async Task Check_answers_as_the_rule_says_with_a_sentence(string capability, bool owner, bool relative)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");

        foreach (var (person, expected) in new[] { (circle.Founder, owner), (olga, relative) })
        {
            var answer = await person.PostAsync($"{circle.Path}/check", new { capability }, HttpStatusCode.OK);
            Assert.Equal(expected, answer.GetProperty("allowed").GetBoolean());
            Assert.EndsWith(".", answer.GetProperty("because").GetString(), StringComparison.Ordinal);
            var held = (await person.GetAsync($"{circle.Path}/me")).GetProperty("capabilities").EnumerateArray().Select(c => c.GetString());
            Assert.Equal(expected, held.Contains(capability));
        }
    }

    [Theory]
    [InlineData("""{"capability":"chores.complete"}""")]
    [InlineData("""{"capability":"Family.View"}""")]
    [InlineData("""{"capability":""}""")]
    [InlineData("""{"capability":null}""")]
    [InlineData("""{}""")]
    public async Task Check_knows_the_names_of_its_kind_and_no_other(string body)
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal(["capability"], await circle.Founder.FaultsAsync($"{circle.Path}/check", body));
    }

    [Fact]
    public async Task Check_knows_the_kinds_own_names()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var teen = await circle.MemberAsync("teen");

        Assert.True((await teen.PostAsync($"{circle.Path}/check", new { capability = "chores.complete" }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());
        Assert.False((await teen.PostAsync($"{circle.Path}/check", new { capability = "points.adjust" }, HttpStatusCode.OK)).GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task For_an_unknown_child_nobody_is_allowed_anything()
    {
        using var circle = await Circle.StartAsync(App);
        var owner = await circle.MemberIdAsync(circle.Founder);

        foreach (var childId in new[] { Guid.CreateVersion7(App.Clock.GetUtcNow()), owner })
        {
            var answer = await circle.Founder.PostAsync($"{circle.Path}/check", new { capability = "family.view", childId }, HttpStatusCode.OK);
            Assert.False(answer.GetProperty("allowed").GetBoolean());
        }
    }

    [Fact]
    public async Task The_owner_cannot_leave_and_everybody_else_can()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");

        await circle.Founder.PostRefusedAsync($"{circle.Path}/leave", null, 409, "member.last_owner");
        await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
        await olga.PostRefusedAsync($"{circle.Path}/leave", null, 404, "not_found");
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
        Assert.Contains("member.left", await ActivityAsync(circle));
    }

    [Fact]
    public async Task Removing_is_now_and_leaves_a_trace()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var id = await circle.MemberIdAsync(olga);

        await circle.Founder.DeleteAsync($"{circle.Path}/members/{id}", HttpStatusCode.NoContent);

        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal(JsonValueKind.Null, (await olga.GetAsync("/api/account")).GetProperty("defaultFamilyId").ValueKind);
        await circle.Founder.DeleteRefusedAsync($"{circle.Path}/members/{id}", 404, "not_found");
        Assert.Contains("member.removed", await ActivityAsync(circle));
    }

    [Fact]
    public async Task Who_may_not_manage_members_removes_nobody()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var carl = await circle.MemberAsync("caregiver", "Carl");

        await olga.DeleteRefusedAsync($"{circle.Path}/members/{await circle.MemberIdAsync(carl)}", 403, "rights.missing");
        await carl.DeleteRefusedAsync($"{circle.Path}/members/{await circle.MemberIdAsync(circle.Founder)}", 403, "rights.missing");

        Assert.Equal(3, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_admin_removes_others_and_never_the_owner()
    {
        using var circle = await Circle.StartAsync(App);
        var admin = await circle.MemberAsync("co-parent", "Bo");
        var other = await circle.MemberAsync("co-parent", "Dag");
        var owner = await circle.MemberIdAsync(circle.Founder);

        await admin.DeleteRefusedAsync($"{circle.Path}/members/{owner}", 409, "member.last_owner");
        await circle.Founder.DeleteRefusedAsync($"{circle.Path}/members/{owner}", 409, "member.last_owner");
        await admin.DeleteAsync($"{circle.Path}/members/{await circle.MemberIdAsync(other)}", HttpStatusCode.NoContent);

        await circle.Founder.GetAsync(circle.Path);
    }

    [Fact]
    public async Task What_a_removed_member_had_open_ends_with_them()
    {
        using var circle = await Circle.StartAsync(App);
        var admin = await circle.MemberAsync("co-parent", "Bo");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email }, by: admin);

        await circle.Founder.DeleteAsync($"{circle.Path}/members/{await circle.MemberIdAsync(admin)}", HttpStatusCode.NoContent);

        await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.revoked");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
        var seen = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        Assert.Equal("revoked", seen.GetProperty("status").GetString());
        Assert.Equal("Bo", seen.GetProperty("invitedBy").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("invitedBy").GetProperty("memberId").ValueKind);
    }

    private static async Task<List<string?>> ActivityAsync(Circle circle) =>
        [.. (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("type").GetString())];
}
