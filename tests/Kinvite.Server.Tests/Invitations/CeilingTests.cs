using System.Net;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Nobody gives more than they hold: asked when inviting, sending again, handing over, and once more when somebody joins.</summary>
public sealed class CeilingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Who_was_lowered_cannot_give_what_they_held_before()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email }, by: player);
        // A player invites by role; at view they hold less than the players whom they would invite.
        await LowerAsync(circle, player);
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";

        await player.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, 403, "rights.ceiling");
        await player.PostRefusedAsync($"{own}/resend", null, 403, "rights.ceiling");
        await player.PostRefusedAsync($"{own}/link", null, 403, "rights.ceiling");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");

        // Somebody who holds enough takes it over by sending it again.
        var resent = await circle.Founder.PostAsync($"{own}/resend", null, HttpStatusCode.OK);
        Assert.Equal(await circle.MemberIdAsync(circle.Founder), resent.GetProperty("invitedBy").GetProperty("memberId").GetGuid());
        await olga.PostAsync($"/api/invites/{circle.Token(invite, generation: 2)}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_inviter_who_may_invite_no_more_answers_for_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "relative" }, by: bo);
        await LowerAsync(circle, bo);

        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.revoked");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
        Assert.Equal(0, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
        Assert.Equal("onboarding", (await olga.GetAsync("/api/account/next-step")).GetProperty("type").GetString());
        await olga.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 410, "invite.revoked");
    }

    [Fact]
    public async Task An_inviter_whose_time_is_over_answers_for_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email }, by: bo);
        using var other = await Circle.StartAsync(App, name: "The Bergs");
        var good = await other.InviteAsync(new { email = olga.Email });
        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = now() - interval '1 second' WHERE family_id = '{circle.Id}' AND account_id = '{bo.AccountId}'");

        // What is left out makes its page shorter, and the rest is still found.
        var first = await olga.GetAsync("/api/invites?limit=1");
        var listed = new List<Guid>(first.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
        if (first.GetProperty("next").GetString() is { } cursor)
        {
            listed.AddRange((await olga.GetAsync($"/api/invites?limit=1&cursor={cursor}")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
        }

        Assert.Equal([good.GetProperty("id").GetGuid()], listed);
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.revoked");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
    }

    [Fact]
    public async Task What_was_for_a_child_who_is_gone_is_over()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "relative", children = new[] { new { childId = mia } } });
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{mia}", HttpStatusCode.NoContent);
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";

        await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.revoked");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
        Assert.Equal(0, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
        await circle.Founder.PostRefusedAsync($"{own}/resend", null, 409, "invite.not_pending");
        await circle.Founder.PostRefusedAsync($"{own}/link", null, 409, "invite.not_pending");
        await circle.InviteAsync(new { email = olga.Email, role = "relative" });
    }

    [Fact]
    public async Task Who_sees_some_children_invites_to_those_alone()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var noa = await circle.AddChildAsync(shared.Database, "Noa");
        var bo = await circle.SomebodyAsync("Bo");
        var invite = await circle.InviteAsync(new { email = bo.Email, role = "co-parent", children = new[] { new { childId = mia } } });
        await bo.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        object Entry(object? children) => new { invites = new[] { new { email = Circle.NewEmail(), role = "caregiver", children } } };
        await bo.PostRefusedAsync(circle.Invites, Entry(null), 403, "rights.ceiling");
        Assert.Equal(["invites[0].children"], await bo.FaultsAsync(circle.Invites, Entry(new[] { new { childId = noa } })));
        await bo.PostAsync(circle.Invites, Entry(new[] { new { childId = mia } }), HttpStatusCode.Created);

        // And lists what is about that child alone.
        await circle.InviteAsync(new { email = Circle.NewEmail() });
        Assert.Equal(1, (await bo.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal(["Bo", "Mia", "Ana Aasen"], (await bo.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task STA_S09_A_member_keeps_role_and_permission_whatever_they_accept()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var mia = await circle.AddChildAsync(shared.Database, "Mia");
        var noa = await circle.AddChildAsync(shared.Database, "Noa");
        Assert.Equal("joined", await AcceptAsync(circle, olga, "caregiver", mia));

        // Another child is added, none lowered; asked in again for what one has nothing changes.
        Assert.Equal("joined", await AcceptAsync(circle, olga, "relative", noa));
        var nothingNew = await circle.InviteAsync(new { name = "Olga", role = "relative", children = new[] { new { childId = mia } } });
        var answer = await olga.PostAsync($"/api/invites/{circle.Token(nothingNew, LinkKind.Copied)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("alreadyMember", answer.GetProperty("outcome").GetString());
        var memberAgain = await circle.Founder.PostAsync(
            circle.Invites, new { invites = new[] { new { email = olga.Email, children = new[] { new { childId = mia } } } } }, HttpStatusCode.OK);
        Assert.Equal("alreadyMember", memberAgain.GetProperty("items")[0].GetProperty("outcome").GetString());

        var me = await olga.GetAsync($"{circle.Path}/me");
        Assert.Equal("caregiver", me.GetProperty("role").GetString());
        Assert.Equal("edit", me.GetProperty("permission").GetString());
        var children = me.GetProperty("children").EnumerateArray().ToDictionary(c => c.GetProperty("childId").GetGuid(), c => c.GetProperty("permission").GetString());
        Assert.Equal("edit", children[mia]);
        Assert.Equal("view", children[noa]);
    }

    [Fact]
    public async Task STA_S07_A_removed_members_link_stays_used()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{await circle.MemberIdAsync(olga)}", HttpStatusCode.NoContent);

        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 409, "invite.already_accepted");
        await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.used");
        await olga.GetRefusedAsync(circle.Path, 404, "not_found");

        // Invited anew by another link they are back; the old one stays what it is.
        var anew = await circle.InviteAsync(new { email = olga.Email });
        Assert.NotEqual(circle.Token(invite), circle.Token(anew));
        await olga.PostAsync($"/api/invites/{circle.Token(anew)}/accept", null, HttpStatusCode.OK);
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 409, "invite.already_accepted");
    }

    [Theory]
    [InlineData("""{"role":"co-parent"}""", "role")]
    [InlineData("""{"permission":"owner"}""", "permission")]
    [InlineData("""{"familyId":"00000000-0000-0000-0000-000000000001"}""", "familyId")]
    [InlineData("""{"status":"pending"}""", "status")]
    [InlineData("""{"name":"+1 800 555 0199"}""", "name")]
    [InlineData("""{"accountId":"00000000-0000-0000-0000-000000000001"}""", "accountId")]
    [InlineData("""{"accountId":"me"}""", "accountId")]
    public async Task Accepting_takes_a_name_and_no_rights(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var accept = $"/api/invites/{circle.Token(await circle.InviteAsync(new { email = olga.Email }))}/accept";

        Assert.Equal([field], await olga.FaultsAsync(accept, body));

        await olga.PostAsync(accept, new { name = "Olga L.", accountId = olga.AccountId }, HttpStatusCode.OK);
        var members = (await olga.GetAsync($"{circle.Path}/members")).GetProperty("items");
        Assert.Equal("Olga L.", members[0].GetProperty("name").GetString());
        Assert.Equal("relative", members[0].GetProperty("role").GetString());
    }

    private static async Task<string?> AcceptAsync(Circle circle, Person person, string role, Guid child)
    {
        var invite = await circle.InviteAsync(new { email = person.Email, role, children = new[] { new { childId = child } } });
        return (await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("outcome").GetString();
    }

    private Task LowerAsync(Circle circle, Person person) => shared.Database.ExecuteAsync(
        $"UPDATE members SET permission = 1 WHERE family_id = '{circle.Id}' AND account_id = '{person.AccountId}'");
}
