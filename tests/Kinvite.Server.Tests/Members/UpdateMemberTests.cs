using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Changing who somebody is and what they may do.</summary>
public sealed class UpdateMemberTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task What_is_absent_stays_and_null_clears()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child", birthYear = 2020, avatar = "sun" }, HttpStatusCode.Created)).GetProperty("id");

        var renamed = await circle.Founder.PatchAsync($"{circle.Path}/members/{mia}", new { name = "Mia Berg" });
        var cleared = await circle.Founder.PatchAsync($"{circle.Path}/members/{mia}", """{"avatar":null,"birthYear":null}""");

        Assert.Equal(("Mia Berg", 2020, "sun"), (renamed.GetProperty("name").GetString(), renamed.GetProperty("birthYear").GetInt32(), renamed.GetProperty("avatar").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (cleared.GetProperty("birthYear").ValueKind, cleared.GetProperty("avatar").ValueKind));
        Assert.Equal(cleared.ToString(), (await circle.Founder.GetAsync($"{circle.Path}/members/{mia}")).ToString());
    }

    [Fact]
    public async Task A_person_renames_themselves_and_nobody_else()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var bo = await circle.MemberAsync("friend", "Bo");

        var renamed = await olga.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(olga)}", new { name = "Grandma Olga", avatar = "moon" });

        Assert.Equal("Grandma Olga", renamed.GetProperty("name").GetString());
        await RefusedAsync(olga, circle, bo, new { name = "Somebody" }, 403, "rights.missing");
        await RefusedAsync(olga, circle, circle.Founder, new { avatar = "sun" }, 403, "rights.missing");
    }

    [Fact]
    public async Task Who_keeps_childrens_data_changes_a_childs_profile_and_nobodys_access()
    {
        using var circle = await Circle.StartAsync(App);
        var carer = await circle.MemberAsync("caregiver", "Carl");
        var relative = await circle.MemberAsync("relative");
        var mia = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created)).GetProperty("id");

        await carer.PatchAsync($"{circle.Path}/members/{mia}", new { birthYear = 2019 });

        await relative.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{mia}", new { birthYear = 2018 }, 403, "rights.missing");
        await RefusedAsync(carer, circle, relative, new { role = "friend" }, 403, "rights.missing");
        await RefusedAsync(carer, circle, relative, new { role = "king" }, 403, "rights.missing");
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"www.evil.example"}""", "name")]
    [InlineData("""{"role":null}""", "role")]
    [InlineData("""{"role":"child"}""", "role")]
    [InlineData("""{"permission":"owner"}""", "permission")]
    [InlineData("""{"permission":"edit"}""", "permission")]
    [InlineData("""{"permission":"root"}""", "permission")]
    [InlineData("""{"avatar":"nobody"}""", "avatar")]
    [InlineData("""{"birthYear":1}""", "birthYear")]
    [InlineData("""{"accessUntil":"2020-01-01T00:00:00Z"}""", "accessUntil")]
    [InlineData("""{"accessUntil":"tomorrow"}""", "accessUntil")]
    [InlineData("""{"children":[{"childId":"00000000-0000-0000-0000-000000000001"}]}""", "children")]
    [InlineData("""{"children":[null]}""", "children")]
    [InlineData("""{"familyId":"00000000-0000-0000-0000-000000000001"}""", "familyId")]
    [InlineData("""{"points":99}""", "points")]
    public async Task A_change_that_cannot_be_is_refused_at_the_field(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");

        var problem = await RefusedAsync(circle.Founder, circle, olga, body, 400, "validation");

        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("""{"role":"elder"}""", "role")]
    [InlineData("""{"permission":"admin"}""", "permission")]
    [InlineData("""{"accessUntil":"2999-01-01T00:00:00Z"}""", "accessUntil")]
    public async Task A_profile_can_do_nothing_and_nothing_of_it_ends(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        var mia = (await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created)).GetProperty("id");

        var problem = await circle.Founder.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{mia}", body, 400, "validation");

        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Theory]
    [InlineData("home", "relative", """{"role":"caregiver"}""", "caregiver", "edit")]
    [InlineData("home", "caregiver", """{"permission":"view"}""", "caregiver", "view")]
    [InlineData("home", "co-parent", """{"role":"caregiver","permission":"view"}""", "caregiver", "view")]
    [InlineData("home", "co-parent", """{"permission":null}""", "co-parent", "admin")]
    [InlineData("vault", "member", """{"permission":"admin"}""", "member", "admin")]
    [InlineData("vault", "member", """{"role":"parent"}""", "parent", "view")]
    [InlineData("chores", "teen", """{"role":"parent"}""", "parent", "admin")]
    [InlineData("care", "admin", """{"role":"member"}""", "member", "view")]
    public async Task Role_and_permission_change_as_the_kind_has_it(string kind, string role, string body, string newRole, string permission)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var olga = await circle.MemberAsync(role);

        var changed = await circle.Founder.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(olga)}", body);

        Assert.Equal((newRole, permission), (changed.GetProperty("role").GetString(), changed.GetProperty("permission").GetString()));
        Assert.Equal(permission, (await olga.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
    }

    [Fact]
    public async Task Where_the_inviter_chooses_a_new_role_keeps_what_is_allowed()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var olga = await circle.MemberAsync("member");
        var id = await circle.MemberIdAsync(olga);
        await circle.Founder.PatchAsync($"{circle.Path}/members/{id}", new { permission = "edit" });

        var changed = await circle.Founder.PatchAsync($"{circle.Path}/members/{id}", new { role = "grandparent" });

        Assert.Equal("edit", changed.GetProperty("permission").GetString());
    }

    [Fact]
    public async Task Somebody_is_limited_to_some_children_and_let_see_everything_again()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var olga = await circle.MemberAsync("caregiver");
        var path = $"{circle.Path}/members/{await circle.MemberIdAsync(olga)}";

        var limited = await circle.Founder.PatchAsync(path, new { children = new[] { new { childId = mia, permission = "view" } } });
        Assert.Equal(("children", "view", 1), (limited.GetProperty("scope").GetString(), limited.GetProperty("permission").GetString(), limited.GetProperty("children").GetArrayLength()));
        await olga.GetAsync($"{circle.Path}/members/{mia}");
        await olga.GetRefusedAsync($"{circle.Path}/members/{noa}", 404, "not_found");

        // Another child keeps the level of the person; a new level is for all of them.
        var both = await circle.Founder.PatchAsync(path, new { children = new[] { new { childId = mia }, new { childId = noa } } });
        Assert.Equal(["view", "view"], both.GetProperty("children").EnumerateArray().Select(c => c.GetProperty("permission").GetString()));
        var raised = await circle.Founder.PatchAsync(path, new { permission = "edit" });
        Assert.Equal(["edit", "edit"], raised.GetProperty("children").EnumerateArray().Select(c => c.GetProperty("permission").GetString()));

        var whole = await circle.Founder.PatchAsync(path, """{"children":null}""");
        Assert.Equal(("family", "edit", 0), (whole.GetProperty("scope").GetString(), whole.GetProperty("permission").GetString(), whole.GetProperty("children").GetArrayLength()));
        await olga.GetAsync($"{circle.Path}/members/{noa}");
    }

    [Fact]
    public async Task Who_manages_one_child_says_who_sees_it_and_learns_nothing_of_what_else_they_see()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await AddBabyAsync(circle, "Mia");
        var noa = await AddBabyAsync(circle, "Noa");
        var dad = await JoinAsync(circle, "Dad", new { role = "owner", children = new[] { new { childId = mia } } });
        var aunt = await JoinAsync(circle, "Aunt", new { role = "editor", children = new[] { new { childId = mia } } });
        var uncle = await JoinAsync(circle, "Uncle", new { role = "editor", children = new[] { new { childId = mia }, new { childId = noa } } });

        foreach (var person in new[] { aunt, uncle })
        {
            var limited = await dad.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(person)}", new { permission = "view" });
            Assert.Equal(("editor", "view", 1), (limited.GetProperty("role").GetString(), limited.GetProperty("permission").GetString(), limited.GetProperty("children").GetArrayLength()));
            await RefusedAsync(dad, circle, person, new { role = "viewer" }, 403, "rights.missing");
            await RefusedAsync(dad, circle, person, new { name = "Another" }, 403, "rights.missing");
        }

        // The other child is as it was.
        Assert.Equal(
            [(mia, "view"), (noa, "edit")],
            (await uncle.GetAsync($"{circle.Path}/me")).GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), c.GetProperty("permission").GetString())).OrderByDescending(c => c.Item2));
        await RefusedAsync(dad, circle, aunt, new { children = new[] { new { childId = noa } } }, 400, "validation");
        await RefusedAsync(dad, circle, aunt, """{"children":[]}""", 400, "validation");
    }

    [Fact]
    public async Task A_weaker_invitation_for_the_whole_family_lowers_nothing_and_adds_the_other_children()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var dad = await JoinAsync(circle, "Dad", new { role = "co-parent", children = new[] { new { childId = mia } } });
        var weaker = await circle.InviteAsync(new { role = "relative" });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET binding = 1 WHERE id = '{weaker.GetProperty("id")}'");

        var joined = await dad.PostAsync($"/api/invites/{circle.Token(weaker, Kinvite.Links.LinkKind.Copied)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        var me = await dad.GetAsync($"{circle.Path}/me");
        Assert.Equal(("co-parent", "admin"), (me.GetProperty("role").GetString(), me.GetProperty("permission").GetString()));
        Assert.Equal(
            [(mia, "admin"), (noa, "view")],
            me.GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), c.GetProperty("permission").GetString())).OrderBy(c => c.Item2));
    }

    [Fact]
    public async Task The_owner_stays_what_they_are_and_has_no_end()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var end = App.Clock.GetUtcNow().AddDays(1);

        foreach (var by in new[] { circle.Founder, bo })
        {
            await RefusedAsync(by, circle, circle.Founder, new { role = "relative" }, 409, "member.last_owner");
            await RefusedAsync(by, circle, circle.Founder, new { permission = "admin" }, 409, "member.last_owner");
            await RefusedAsync(by, circle, circle.Founder, new { accessUntil = end }, 409, "member.last_owner");
        }

        await RefusedAsync(bo, circle, circle.Founder, new { name = "Boss" }, 403, "rights.missing");
        await circle.Founder.PatchAsync($"{circle.Path}/members/{await circle.MemberIdAsync(circle.Founder)}", new { name = "Ana", role = "co-parent", permission = "owner" });
        Assert.Equal("owner", (await circle.Founder.GetAsync($"{circle.Path}/me")).GetProperty("permission").GetString());
    }

    [Fact]
    public async Task What_a_lowered_member_could_not_give_any_more_ends_and_the_rest_stays()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var bo = await circle.MemberAsync("member", "Bo");
        var id = await circle.MemberIdAsync(bo);
        await circle.Founder.PatchAsync($"{circle.Path}/members/{id}", new { permission = "admin" });
        var (olga, pia) = (await circle.SomebodyAsync(), await circle.SomebodyAsync("Pia"));
        var high = await circle.InviteAsync(new { email = olga.Email, role = "member", permission = "admin" }, by: bo);
        var low = await circle.InviteAsync(new { email = pia.Email, role = "member" }, by: circle.Founder);

        await circle.Founder.PatchAsync($"{circle.Path}/members/{id}", new { permission = "edit" });

        Assert.Equal("revoked", (await circle.Founder.GetAsync($"{circle.Invites}/{high.GetProperty("id")}")).GetProperty("status").GetString());
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(high)}/accept", null, 410, "invite.revoked");
        await pia.PostAsync($"/api/invites/{circle.Token(low)}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task With_a_child_the_invitations_for_it_alone_end_and_those_for_more_stay()
    {
        using var circle = await Circle.StartAsync(App);
        var (mia, noa) = (await circle.AddChildAsync(shared.Database, "Mia"), await circle.AddChildAsync(shared.Database, "Noa"));
        var (olga, pia) = (await circle.SomebodyAsync(), await circle.SomebodyAsync("Pia"));
        var alone = await circle.InviteAsync(new { email = olga.Email, children = new[] { new { childId = mia } } });
        var more = await circle.InviteAsync(new { email = pia.Email, children = new[] { new { childId = mia }, new { childId = noa } } });

        await circle.Founder.DeleteAsync($"{circle.Path}/members/{mia}", HttpStatusCode.NoContent);

        await olga.PostRefusedAsync($"/api/invites/{circle.Token(alone)}/accept", null, 410, "invite.revoked");
        await pia.PostAsync($"/api/invites/{circle.Token(more)}/accept", null, HttpStatusCode.OK);
        Assert.Equal([noa], (await pia.GetAsync($"{circle.Path}/me")).GetProperty("children").EnumerateArray().Select(c => c.GetProperty("childId").GetGuid()));
    }

    [Fact]
    public async Task Each_change_is_one_entry_that_says_what_it_was()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var path = $"{circle.Path}/members/{await circle.MemberIdAsync(olga)}";

        await olga.PatchAsync(path, new { name = "Oma" });
        await circle.Founder.PatchAsync(path, new { role = "caregiver" });
        await circle.Founder.PatchAsync(path, new { accessUntil = App.Clock.GetUtcNow().AddDays(2) });
        await circle.Founder.PatchAsync(path, new { role = "caregiver" }); // changes nothing, says nothing

        var entries = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray()
            .Where(a => a.GetProperty("type").GetString() == "member.changed").Select(a => a.GetProperty("data").GetProperty("what").GetString());
        Assert.Equal(["until", "access", "own"], entries);
    }

    private static async Task<JsonElement> RefusedAsync(Person by, Circle circle, Person target, object body, int status, string code) =>
        await by.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{await circle.MemberIdAsync(target)}", body, status, code);

    private static async Task<Guid> AddBabyAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static async Task<Person> JoinAsync(Circle circle, string name, object entry)
    {
        var person = await circle.SomebodyAsync(name);
        var fields = JsonSerializer.SerializeToNode(entry)!.AsObject();
        fields["email"] = person.Email;
        var invite = await circle.InviteAsync(fields);
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }
}
