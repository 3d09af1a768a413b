using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Who tries to get more than they hold, or to reach what is another family's (cases ROL, SES, STA-S09, TEN-S01).</summary>
public sealed class RoleCaseTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("owner", null)]
    [InlineData("relative", "owner")]
    [InlineData("caregiver", "admin")]
    public async Task ROL_S01_Nobody_invites_an_owner_or_more_than_a_role_has(string role, string? permission)
    {
        using var circle = await Circle.StartAsync(App);
        var admin = await circle.MemberAsync("co-parent", "Bo");

        foreach (var by in new[] { circle.Founder, admin })
        {
            await by.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role, permission } } }, 400, "validation");
        }

        Assert.Equal(0, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task ROL_S02_What_counts_is_what_a_role_can_do_not_its_name()
    {
        // A player may invite; lowered to what a player may do no more, the same name gives less than it needs.
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        await shared.Database.ExecuteAsync($"UPDATE members SET permission = 1 WHERE family_id = '{circle.Id}' AND account_id = '{player.AccountId}'");

        foreach (var role in new[] { "player", "parent" })
        {
            await player.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role } } }, 403, "rights.ceiling");
        }
    }

    [Theory]
    [InlineData("role", "\"co-parent\"")]
    [InlineData("permission", "\"admin\"")]
    [InlineData("permissions", "[\"invites.manage\"]")]
    [InlineData("familyId", "\"00000000-0000-0000-0000-000000000001\"")]
    [InlineData("status", "\"accepted\"")]
    public async Task ROL_S03_Whoever_accepts_chooses_nothing_but_their_name(string member, string value)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var accept = $"/api/invites/{circle.Token(await circle.InviteAsync(new { email = olga.Email, role = "teen" }))}/accept";

        await olga.PostRefusedAsync(accept, $$"""{"name":"Olga","{{member}}":{{value}}}""", 400, "validation");
        await olga.PostAsync(accept, new { name = "Olga" }, HttpStatusCode.OK);

        var me = await olga.GetAsync($"{circle.Path}/me");
        Assert.Equal(("teen", "view"), (me.GetProperty("role").GetString(), me.GetProperty("permission").GetString()));
    }

    [Theory]
    [InlineData("\"Owner \"")]
    [InlineData("\"OWNER\"")]
    [InlineData("\"owner\\u200b\"")]
    [InlineData("\"co-parent\\u200b\"")]
    [InlineData("\"CO-PARENT\"")]
    [InlineData("\"0\"")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"king\"")]
    public async Task ROL_S04_A_role_is_one_of_the_kinds_exactly(string role)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var body = $$"""{"role":{{role}}}""";

        await circle.Founder.PostRefusedAsync(circle.Invites, $$"""{"invites":[{"email":"{{Circle.NewEmail()}}","role":{{role}}}]}""", 400, "validation");
        await circle.Founder.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, olga), body, 400, "validation");
        await circle.Founder.PostRefusedAsync($"{circle.Path}/members", $$"""{"name":"Mia","role":{{role}}}""", 400, "validation");
        Assert.Equal("relative", (await olga.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task ROL_S05_An_invitation_to_oneself_raises_nobody()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var bo = await circle.MemberAsync("member", "Bo");
        await circle.Founder.PatchAsync(await PathAsync(circle, bo), new { permission = "admin" });
        await circle.Founder.PatchAsync(await PathAsync(circle, bo), new { permission = "edit" });
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail("second"), role = "member", permission = "admin" });

        await bo.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role = "member", permission = "admin" } } }, 403, "rights.missing");
        var token = circle.Token(invite, Kinvite.Links.LinkKind.Copied);
        using var tried = await bo.RequestAsync(HttpMethod.Post, $"/api/invites/{token}/accept");

        Assert.Equal("edit", (await bo.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
    }

    [Fact]
    public async Task ROL_S06_A_member_changes_nobodys_role_and_nobody_raises_themselves()
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync("relative", "Mo");
        var admin = await circle.MemberAsync("co-parent", "Bo");

        foreach (var target in new[] { member, admin, circle.Founder })
        {
            foreach (var body in new object[] { new { role = "caregiver" }, new { role = "friend" }, new { accessUntil = App.Clock.GetUtcNow().AddDays(1) }, new { role = "teen", accessUntil = (string?)null } })
            {
                await member.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, target), body, 403, "rights.missing");
            }
        }

        await member.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, member), new { role = "co-parent" }, 403, "rights.missing");
        await member.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, member), new { permission = "admin" }, 403, "rights.missing");
        await admin.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, admin), new { permission = "owner" }, 400, "validation");
        await admin.PatchAsync(await PathAsync(circle, admin), new { permission = "edit" });
        await admin.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, admin), new { permission = "admin" }, 403, "rights.missing");
        Assert.Equal("relative", (await member.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task ROL_S06_Who_is_here_for_a_time_does_not_lengthen_it_themselves()
    {
        using var circle = await Circle.StartAsync(App);
        var sitter = await circle.MemberAsync("co-parent", "Sitter");
        var end = App.Clock.GetUtcNow().AddDays(3);
        await circle.Founder.PatchAsync(await PathAsync(circle, sitter), new { accessUntil = end });

        await sitter.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, sitter), """{"accessUntil":null}""", 403, "rights.ceiling");
        await sitter.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, sitter), new { accessUntil = end.AddDays(1) }, 403, "rights.ceiling");
        await sitter.PatchAsync(await PathAsync(circle, sitter), new { accessUntil = end.AddDays(-1) });
    }

    [Fact]
    public async Task ROL_S07_A_child_with_an_account_invites_and_lets_in_nobody()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var teen = await circle.MemberAsync("teen", "Tia");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        var request = (await olga.PostAsync($"/api/invites/{circle.Token(invite, Kinvite.Links.LinkKind.Copied)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId");

        await teen.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail(), role = "teen" } } }, 403, "rights.missing");
        await teen.PostRefusedAsync($"{circle.Invites}/{invite.GetProperty("id")}/link", null, 403, "rights.missing");
        await teen.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 403, "rights.missing");
        await teen.PostRefusedAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, 403, "rights.missing");
        await teen.RefusedAsync(HttpMethod.Patch, await PathAsync(circle, teen), new { role = "parent" }, 403, "rights.missing");
    }

    [Fact]
    public async Task SES_S01_A_removed_member_is_out_at_the_next_request()
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync("relative");
        await circle.Founder.DeleteAsync(await PathAsync(circle, member), HttpStatusCode.NoContent);

        foreach (var path in new[] { "", "/members", "/me", "/activity" })
        {
            await member.GetRefusedAsync(circle.Path + path, 404, "not_found");
        }

        await member.PostRefusedAsync($"{circle.Path}/check", new { capability = "family.view" }, 404, "not_found");
        await member.GetAsync("/api/account");
    }

    [Fact]
    public async Task SES_S02_A_lowered_member_may_no_more_with_the_session_they_have()
    {
        using var circle = await Circle.StartAsync(App);
        var admin = await circle.MemberAsync("co-parent", "Bo");
        var invites = new { invites = new[] { new { email = Circle.NewEmail() } } };
        await admin.PostAsync(circle.Invites, invites, HttpStatusCode.Created);

        await circle.Founder.PatchAsync(await PathAsync(circle, admin), new { permission = "view" });

        await admin.PostRefusedAsync(circle.Invites, invites, 403, "rights.missing");
        await admin.GetRefusedAsync(circle.Invites, 403, "rights.missing");
        await admin.RefusedAsync(HttpMethod.Patch, circle.Path, new { name = "Mine" }, 403, "rights.missing");
        await admin.PostRefusedAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, 403, "rights.missing");
    }

    [Theory]
    [InlineData("relative", "co-parent")]
    [InlineData("co-parent", "friend")]
    public async Task STA_S09_An_invitation_for_a_member_changes_no_role(string has, string invited)
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync(has, "Mo");
        var before = (await member.GetAsync($"{circle.Path}/me")).ToString();
        // To an address that the family does not know as theirs, so that it can be made; theirs it becomes afterwards.
        var invite = await circle.InviteAsync(new { role = invited });

        var accepted = await member.PostAsync($"/api/invites/{circle.Token(invite, Kinvite.Links.LinkKind.Copied)}/accept", null, HttpStatusCode.OK);

        Assert.NotEqual("joined", accepted.GetProperty("outcome").GetString());
        Assert.Equal(before, (await member.GetAsync($"{circle.Path}/me")).ToString());
    }

    [Fact]
    public async Task TEN_S01_Anothers_ids_are_as_unknown_ones_on_every_route_here()
    {
        using var a = await Circle.StartAsync(App);
        using var b = await Circle.StartAsync(App);
        var child = await a.AddChildAsync(shared.Database, "Mia");
        var member = await a.MemberIdAsync(a.Founder);
        var unknown = Guid.CreateVersion7(App.Clock.GetUtcNow());
        var stranger = b.Founder;

        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Patch, "", new { name = "Mine" }), (HttpMethod.Delete, "", new { name = a.Name }),
            (HttpMethod.Get, "/me", null), (HttpMethod.Post, "/leave", null), (HttpMethod.Post, "/check", new { capability = "family.view" }),
            (HttpMethod.Post, "/owner", new { memberId = member }), (HttpMethod.Get, "/members", null),
            (HttpMethod.Post, "/members", new { name = "Ida", role = "child" }), (HttpMethod.Get, $"/members/{child}", null),
            (HttpMethod.Patch, $"/members/{child}", new { name = "Mine" }), (HttpMethod.Delete, $"/members/{child}", null), (HttpMethod.Get, "/export", null),
        })
        {
            Assert.Equal(await TextAsync(stranger, method, $"/api/families/{unknown}{path}", body), await TextAsync(stranger, method, a.Path + path, body));
        }

        // And inside one's own family, with the ids of the other.
        foreach (var (method, path, theirs, body) in new (HttpMethod, string, Guid, object?)[]
        {
            (HttpMethod.Get, "/members/", child, null), (HttpMethod.Patch, "/members/", child, new { name = "Mine" }), (HttpMethod.Delete, "/members/", member, null),
        })
        {
            Assert.Equal(await TextAsync(stranger, method, $"{b.Path}{path}{unknown}", body), await TextAsync(stranger, method, $"{b.Path}{path}{theirs}", body));
        }

        await stranger.PostRefusedAsync($"{b.Path}/owner", new { memberId = member }, 404, "not_found");
        var check = await stranger.PostAsync($"{b.Path}/check", new { capability = "family.view", childId = child }, HttpStatusCode.OK);
        Assert.False(check.GetProperty("allowed").GetBoolean());
        Assert.Equal("Mia", (await a.Founder.GetAsync($"{a.Path}/members/{child}")).GetProperty("name").GetString());
    }

    private static async Task<string> TextAsync(Person person, HttpMethod method, string path, object? body)
    {
        using var answer = await person.RequestAsync(method, path, body);
        await answer.ProblemAsync(404, "not_found");
        return Refusals.WithoutTrace(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> PathAsync(Circle circle, Person person) => $"{circle.Path}/members/{await circle.MemberIdAsync(person)}";
}
