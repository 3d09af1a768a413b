using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Somebody who had no account signs in as who they are in the family already: the same member, and nobody else's.</summary>
public sealed class TakeOverTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Who_accepts_is_the_profile_from_then_on()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await ChildAsync(circle);
        var account = await circle.SomebodyAsync("Mia Aasen");
        var invite = await circle.InviteAsync(new { email = account.Email, role = "teen", memberId = mia });
        Assert.Equal(mia, invite.GetProperty("memberId").GetGuid());

        var joined = await account.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal(("joined", mia), (Text(joined, "outcome"), joined.GetProperty("memberId").GetGuid()));
        var member = await account.GetAsync($"{circle.Path}/members/{mia}");
        Assert.Equal(("Mia", "teen", "view", "star"), (Text(member, "name"), Text(member, "role"), Text(member, "permission"), Text(member, "avatar")));
        Assert.True(member.GetProperty("hasAccount").GetBoolean() && member.GetProperty("isYou").GetBoolean());
        Assert.False(member.GetProperty("hasPin").GetBoolean());
        Assert.Equal((7L, 2L), (await MemberAsync<long>(mia, "points"), await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'")));
        Assert.Equal(circle.Id, (await account.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
        Assert.Equal(joined.ToString(), (await account.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).ToString());
        var happened = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray().Select(a => Text(a, "type")).ToList();
        Assert.Equal((1, 1), (happened.Count(t => t == "invite.accepted"), happened.Count(t => t == "member.joined")));
    }

    [Fact]
    public async Task A_manager_who_agrees_hands_it_over_as_well()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await ChildAsync(circle);
        var invite = await circle.InviteAsync(new { name = "Mia", role = "teen", memberId = mia });
        var account = await circle.SomebodyAsync("Mia");
        var waits = await account.PostAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, HttpStatusCode.OK);

        var approved = await circle.Founder.PostAsync($"{circle.Path}/access-requests/{waits.GetProperty("requestId")}/approve", null, HttpStatusCode.OK);

        Assert.Equal(mia, approved.GetProperty("memberId").GetGuid());
        Assert.Equal(account.AccountId, await MemberAsync<Guid>(mia, "account_id"));
        Assert.Equal("accepted", Text(await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}"), "status"));
    }

    [Fact]
    public async Task Who_is_in_the_family_already_is_refused_and_it_waits_on()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await ChildAsync(circle);
        var olga = await circle.MemberAsync("relative");
        var invite = await circle.InviteAsync(new { role = "teen", memberId = mia });

        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, 409, "member.already");

        Assert.Equal("pending", Text(await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}"), "status"));
        var again = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = olga.Email, role = "teen", memberId = mia } } }, HttpStatusCode.OK);
        Assert.Equal("alreadyMember", Text(again.GetProperty("items")[0], "outcome"));
    }

    [Fact]
    public async Task A_profile_is_promised_to_one_at_a_time_and_only_while_it_is_free()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await ChildAsync(circle);
        var account = await circle.SomebodyAsync();
        var first = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "teen", memberId = mia });
        await circle.Founder.PostRefusedAsync(circle.Invites, One(new { email = account.Email, role = "teen", memberId = mia }), 409, "invite.already_pending");

        // Its time is over: it stands in nobody's way, and cannot come back while another one waits.
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{first.GetProperty("id")}'");
        var second = await circle.InviteAsync(new { email = account.Email, role = "teen", memberId = mia });
        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{first.GetProperty("id")}/resend", null, 409, "invite.already_pending");
        await account.PostAsync($"/api/invites/{circle.Token(second)}/accept", null, HttpStatusCode.OK);

        await circle.Founder.PostRefusedAsync(circle.Invites, One(new { email = Circle.NewEmail(), role = "teen", memberId = mia }), 409, "member.has_account");
        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{first.GetProperty("id")}/resend", null, 409, "invite.not_pending");
    }

    [Fact]
    public async Task A_profile_that_is_gone_cannot_be_taken_over()
    {
        using var circle = await Circle.StartAsync(App);
        var mia = await ChildAsync(circle);
        var account = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = account.Email, role = "teen", memberId = mia });
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{mia}", HttpStatusCode.NoContent);

        await account.GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.revoked");
        await account.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
        Assert.Equal(["invites[0].memberId"], await circle.Founder.FaultsAsync(circle.Invites, One(new { email = Circle.NewEmail(), role = "teen", memberId = mia })));
        Assert.Equal(["invites[0].memberId"], await circle.Founder.FaultsAsync(circle.Invites, One(new { email = Circle.NewEmail(), memberId = Guid.NewGuid() })));
    }

    [Fact]
    public async Task Only_guardians_and_managers_hand_a_profile_over()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var mia = await ChildAsync(circle, "player");
        var player = await circle.MemberAsync("player", "Pia");
        var account = await circle.SomebodyAsync();
        await player.PostRefusedAsync(circle.Invites, One(new { email = account.Email, memberId = mia }), 403, "rights.missing");

        var invite = await circle.InviteAsync(new { email = account.Email, memberId = mia });
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";
        await player.PostRefusedAsync($"{own}/resend", null, 403, "rights.missing");
        await player.PostRefusedAsync($"{own}/link", null, 403, "rights.missing");
        await player.RefusedAsync(HttpMethod.Patch, own, new { name = "Mia" }, 403, "rights.missing");

        // Asked once more at accept.
        await shared.Database.ExecuteAsync($"UPDATE invitations SET inviter_id = '{await circle.MemberIdAsync(player)}' WHERE id = '{invite.GetProperty("id")}'");
        await account.PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 410, "invite.revoked");
    }

    private async Task<Guid> ChildAsync(Circle circle, string role = "child")
    {
        var mia = await circle.AddChildAsync(shared.Database, "Mia", role);
        await shared.Database.ExecuteAsync($"UPDATE members SET points = 7, avatar = 'star', pin_hash = 'x' WHERE id = '{mia}'");
        return mia;
    }

    private Task<T?> MemberAsync<T>(Guid id, string column) => shared.Database.ScalarAsync<T>($"SELECT {(typeof(T) == typeof(long) ? $"{column}::bigint" : column)} FROM members WHERE id = '{id}'");

    private static object One(object entry) => new { invites = new[] { entry } };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
