using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Families;

/// <summary>Renaming, handing over and deleting a family.</summary>
public sealed class FamilyChangeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task What_is_absent_stays_and_what_is_given_changes()
    {
        using var circle = await Circle.StartAsync(App);

        var renamed = await circle.Founder.PatchAsync(circle.Path, new { name = "  The Bergs " });
        var moved = await circle.Founder.PatchAsync(circle.Path, new { locale = "es", timeZone = "Europe/Madrid" });
        var same = await circle.Founder.PatchAsync(circle.Path, new { });

        Assert.Equal("The Bergs", renamed.GetProperty("name").GetString());
        Assert.Equal("en", renamed.GetProperty("locale").GetString());
        Assert.Equal(("The Bergs", "es", "Europe/Madrid"), (
            moved.GetProperty("name").GetString(), moved.GetProperty("locale").GetString(), moved.GetProperty("timeZone").GetString()));
        Assert.Equal(moved.ToString(), same.ToString());
        Assert.Equal(moved.ToString(), (await circle.Founder.GetAsync(circle.Path)).ToString());
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"www.evil.example"}""", "name")]
    [InlineData("""{"locale":"tlh"}""", "locale")]
    [InlineData("""{"locale":null}""", "locale")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"timeZone":"W. Europe Standard Time"}""", "timeZone")]
    [InlineData("""{"kind":"vault"}""", "kind")]
    [InlineData("""{"ownerId":"00000000-0000-0000-0000-000000000001"}""", "ownerId")]
    public async Task A_change_that_cannot_be_is_refused_at_the_field(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        var problem = await circle.Founder.RefusedAsync(HttpMethod.Patch, circle.Path, body, 400, "validation");
        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task Who_may_not_manage_the_settings_changes_nothing_and_only_the_owner_hands_over_and_deletes()
    {
        using var circle = await Circle.StartAsync(App);
        var admin = await circle.MemberAsync("co-parent", "Bo");
        var relative = await circle.MemberAsync("relative");
        var to = await circle.MemberIdAsync(admin);

        await relative.RefusedAsync(HttpMethod.Patch, circle.Path, new { name = "Mine" }, 403, "rights.missing");
        await admin.PatchAsync(circle.Path, new { name = circle.Name });
        await admin.PostRefusedAsync($"{circle.Path}/owner", new { memberId = to }, 403, "rights.missing");
        await admin.RefusedAsync(HttpMethod.Delete, circle.Path, new { name = circle.Name }, 403, "rights.missing");
        await relative.RefusedAsync(HttpMethod.Delete, circle.Path, new { name = circle.Name }, 403, "rights.missing");
    }

    [Fact]
    public async Task Handing_over_makes_one_owner_and_the_giver_can_leave()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("relative", "Bo");
        var (giver, taker) = (await circle.MemberIdAsync(circle.Founder), await circle.MemberIdAsync(bo));

        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = taker }, HttpStatusCode.NoContent);

        Assert.Equal(("owner", "relative"), await StandingAsync(bo, circle, taker));
        Assert.Equal(("admin", "co-parent"), await StandingAsync(bo, circle, giver));
        await circle.Founder.PostRefusedAsync($"{circle.Path}/owner", new { memberId = giver }, 403, "rights.missing");
        await circle.Founder.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);
        await bo.PostRefusedAsync($"{circle.Path}/leave", null, 409, "member.last_owner");
    }

    [Theory]
    [InlineData("home", "grandparent", "admin")]
    [InlineData("vault", "other", "admin")]
    [InlineData("chores", "caregiver", "admin")]
    [InlineData("team", "player", "edit")]
    [InlineData("care", "member", "admin")]
    public async Task The_giver_keeps_the_most_that_their_role_may_hold(string kind, string role, string kept)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var bo = await circle.MemberAsync(role, "Bo");

        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(bo) }, HttpStatusCode.NoContent);

        Assert.Equal(kept, (await circle.Founder.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
        Assert.Equal("owner", (await bo.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
    }

    [Fact]
    public async Task A_profile_somebody_for_a_time_and_somebody_for_some_children_cannot_own_a_family()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var sitter = await circle.SomebodyAsync("Sitter");
        var until = App.Clock.GetUtcNow().AddDays(3);
        await JoinAsync(circle, sitter, new { email = sitter.Email, role = "co-parent", accessUntil = until });
        var aunt = await circle.SomebodyAsync("Aunt");
        await JoinAsync(circle, aunt, new { email = aunt.Email, role = "co-parent", children = new[] { new { childId = mia } } });

        foreach (var id in new[] { mia, await circle.MemberIdAsync(sitter), await circle.MemberIdAsync(aunt) })
        {
            await circle.Founder.PostRefusedAsync($"{circle.Path}/owner", new { memberId = id }, 409, "member.cannot_own");
        }

        await circle.Founder.PostRefusedAsync($"{circle.Path}/owner", new { memberId = Guid.CreateVersion7(App.Clock.GetUtcNow()) }, 404, "not_found");
        Assert.Equal(["memberId"], await circle.Founder.FaultsAsync($"{circle.Path}/owner", "{}"));
        Assert.Equal("owner", (await circle.Founder.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
    }

    [Fact]
    public async Task Where_people_are_let_in_for_babies_who_looks_after_all_of_them_can_own_the_family_and_sees_the_whole_of_it_then()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, noa) = (await BabyAsync("Mia"), await BabyAsync("Noa"));
        var olga = await circle.SomebodyAsync("Olga");
        await JoinAsync(circle, olga, new { email = olga.Email, role = "owner", children = new[] { new { childId = mia } } });
        var helper = await circle.SomebodyAsync("Helper");
        await JoinAsync(circle, helper, new { email = helper.Email, role = "editor", children = new[] { new { childId = mia }, new { childId = noa } } });
        var taker = await circle.MemberIdAsync(olga);
        foreach (var id in new[] { taker, await circle.MemberIdAsync(helper) })
        {
            await circle.Founder.PostRefusedAsync($"{circle.Path}/owner", new { memberId = id }, 409, "member.cannot_own");
        }

        await JoinAsync(circle, olga, new { email = olga.Email, role = "owner", children = new[] { new { childId = noa } } });
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = taker }, HttpStatusCode.NoContent);

        Assert.Equal(("owner", "owner"), await StandingAsync(olga, circle, taker));
        Assert.Equal("family", (await olga.GetAsync($"{circle.Path}/members/{taker}")).GetProperty("scope").GetString());
        Assert.Equal("admin", (await circle.Founder.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
        await circle.Founder.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        async Task<Guid> BabyAsync(string name) =>
            (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
    }

    [Fact]
    public async Task Two_transfers_at_once_leave_one_owner()
    {
        using var circle = await Circle.StartAsync(App);
        var takers = new[] { await circle.MemberAsync("relative", "Bo"), await circle.MemberAsync("relative", "Cai") };
        var ids = await Task.WhenAll(takers.Select(circle.MemberIdAsync));

        var answers = await Task.WhenAll(ids.Concat(ids).Select(id => circle.Founder.RequestAsync(HttpMethod.Post, $"{circle.Path}/owner", new { memberId = id })));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.NoContent);
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.NoContent))
        {
            await refused.ProblemAsync(403, "rights.missing");
        }

        var members = (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray();
        var owner = Assert.Single(members, m => m.GetProperty("permission").GetString() == "owner");
        Assert.Equal(owner.GetProperty("id").GetGuid(), await shared.Database.ScalarAsync<Guid>($"SELECT owner_id FROM families WHERE id = '{circle.Id}'"));
        Array.ForEach(answers, a => a.Dispose());
    }

    [Theory]
    [InlineData("""{"name":"the aasens"}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{}""")]
    public async Task A_family_is_not_deleted_without_its_name(string body)
    {
        using var circle = await Circle.StartAsync(App, name: "The Aasens");

        var problem = await circle.Founder.RefusedAsync(HttpMethod.Delete, circle.Path, body, 400, "validation");

        Assert.Equal(["name"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        await circle.Founder.GetAsync(circle.Path);
    }

    [Fact]
    public async Task STA_S08_Everything_of_a_deleted_family_is_gone()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var copied = (await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/link", null, HttpStatusCode.OK)).GetProperty("url").GetString()!.Split('/')[^1];
        var member = await circle.MemberAsync("co-parent", "Bo");
        var asker = await circle.SomebodyAsync("Asker");
        var asked = await asker.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        await circle.Founder.DeleteAsync(circle.Path, HttpStatusCode.NoContent, new { name = circle.Name });

        foreach (var token in new[] { circle.Token(invite), copied })
        {
            await olga.GetRefusedAsync($"/api/invites/{token}", 404, "invite.unknown");
            await olga.PostRefusedAsync($"/api/invites/{token}/accept", null, 404, "invite.unknown");
            await olga.PostRefusedAsync($"/api/invites/{token}/decline", null, 404, "invite.unknown");
        }

        await olga.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        foreach (var path in new[] { "", "/members", "/me", "/activity", "/invites", "/access-requests" })
        {
            await member.GetRefusedAsync(circle.Path + path, 404, "not_found");
            await circle.Founder.GetRefusedAsync(circle.Path + path, 404, "not_found");
        }

        await member.PostRefusedAsync($"{circle.Path}/access-requests/{asked.GetProperty("requestId")}/approve", null, 404, "not_found");
        await circle.Founder.RefusedAsync(HttpMethod.Delete, circle.Path, new { name = circle.Name }, 404, "not_found");
        Assert.Equal(JsonValueKind.Null, (await member.GetAsync("/api/account")).GetProperty("defaultFamilyId").ValueKind);
        foreach (var table in new[] { "members", "invitations", "access_requests", "activity", "member_children", "invitation_children", "invitation_blocks" })
        {
            Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE family_id = '{circle.Id}'"));
        }
    }

    [Fact]
    public async Task TEN_S05_What_belonged_to_a_deleted_family_never_attaches_to_a_new_one()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        await circle.Founder.DeleteAsync(circle.Path, HttpStatusCode.NoContent, new { name = circle.Name });

        await circle.Founder.RefusedAsync(HttpMethod.Post, "/api/families", new { name = circle.Name, id = circle.Id }, 400, "validation");
        var anew = (await circle.Founder.PostAsync("/api/families", new { name = circle.Name }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

        Assert.NotEqual(circle.Id, anew);
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 404, "invite.unknown");
        await circle.Founder.GetRefusedAsync($"/api/families/{anew}/invites/{invite.GetProperty("id")}", 404, "not_found");
        await circle.Founder.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal(1, (await circle.Founder.GetAsync($"/api/families/{anew}/members")).GetProperty("items").GetArrayLength());
    }

    private static async Task<(string?, string?)> StandingAsync(Person viewer, Circle circle, Guid id)
    {
        var member = await viewer.GetAsync($"{circle.Path}/members/{id}");
        return (member.GetProperty("permission").GetString(), member.GetProperty("role").GetString());
    }

    private static async Task JoinAsync(Circle circle, Person person, object entry) =>
        await person.PostAsync($"/api/invites/{circle.Token(await circle.InviteAsync(entry))}/accept", null, HttpStatusCode.OK);
}
