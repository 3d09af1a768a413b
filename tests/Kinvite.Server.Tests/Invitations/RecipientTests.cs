using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>What the person invited can do: see what waits, say yes by id, say no, and say never again.</summary>
public sealed class RecipientTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task What_waits_for_my_addresses_is_listed_with_the_documented_fields()
    {
        using var circle = await Circle.StartAsync(App, name: "The Aasens", founder: "Ana Aasen");
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email.ToUpperInvariant(), role = "grandparent" });
        await circle.InviteAsync(new { email = Circle.NewEmail() });

        var mine = (await olga.GetAsync("/api/invites")).GetProperty("items");

        Assert.Equal(1, mine.GetArrayLength());
        string[] fields =
        [
            "id", "familyId", "familyName", "inviterName", "email", "phone", "role", "roleName", "permission", "children", "message", "accessUntil", "createdAt", "expiresAt",
        ];
        Assert.Equal(fields, mine[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(invite.GetProperty("id").GetString(), mine[0].GetProperty("id").GetString());
        Assert.Equal("The Aasens", mine[0].GetProperty("familyName").GetString());
        Assert.Equal("Ana Aasen", mine[0].GetProperty("inviterName").GetString());
        Assert.Equal(circle.Id, mine[0].GetProperty("familyId").GetGuid());
        await circle.Stranger().GetRefusedAsync("/api/invites", 401, "auth.required");
    }

    [Theory]
    [InlineData("UPDATE invitations SET status = 6", 1)]
    [InlineData("UPDATE invitations SET expires_at = now() - interval '1 second'", 0)]
    [InlineData("UPDATE invitations SET status = 4, ended_at = now()", 0)]
    [InlineData("UPDATE invitations SET status = 3, ended_at = now()", 0)]
    public async Task Only_what_can_still_be_accepted_is_listed(string change, int expected)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        await shared.Database.ExecuteAsync($"{change} WHERE id = '{invite.GetProperty("id")}'");

        Assert.Equal(expected, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task By_id_only_the_invited_one_can_answer()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var other = await circle.SomebodyAsync();
        var byId = $"/api/invites/by-id/{(await circle.InviteAsync(new { email = olga.Email })).GetProperty("id")}";
        var unknown = $"/api/invites/by-id/{Guid.CreateVersion7(App.Clock.GetUtcNow())}";

        foreach (var action in new[] { "accept", "decline" })
        {
            await other.PostRefusedAsync($"{byId}/{action}", null, 404, "not_found");
            await circle.Founder.PostRefusedAsync($"{byId}/{action}", null, 404, "not_found");
            await olga.PostRefusedAsync($"{unknown}/{action}", null, 404, "not_found");
            await circle.Stranger().PostRefusedAsync($"{byId}/{action}", null, 401, "auth.required");
        }

        var joined = await olga.PostAsync($"{byId}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        Assert.Equal(joined.ToString(), (await olga.PostAsync($"{byId}/accept", null, HttpStatusCode.OK)).ToString());
        await olga.PostRefusedAsync($"{byId}/decline", null, 409, "invite.already_accepted");
    }

    [Fact]
    public async Task Declining_by_id_is_as_declining_by_link()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });

        await olga.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/decline", null, HttpStatusCode.OK);

        await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.declined");
        await olga.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 410, "invite.declined");
        Assert.Equal(0, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_inviter_hears_no_more_than_declined()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite)}/decline", new { block = true }, HttpStatusCode.OK);

        var seen = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        Assert.Equal("declined", seen.GetProperty("status").GetString());
        Assert.DoesNotContain("block", seen.ToString(), StringComparison.OrdinalIgnoreCase);
        var entry = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray()
            .Single(a => a.GetProperty("type").GetString() == "invite.declined");
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("actor").ValueKind);
        Assert.DoesNotContain("block", entry.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("mailed", false, false)]
    [InlineData("mailed", true, true)]
    // A copied link may be in anybody's hands: it cannot speak for the mailbox.
    [InlineData("copied", true, false)]
    public async Task STA_S05_After_a_no_there_is_peace_for_seven_days_and_after_a_block_for_good(string link, bool block, bool forGood)
    {
        using var circle = await Circle.StartAsync(App);
        using var others = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite, link == "copied" ? LinkKind.Copied : LinkKind.Mailed)}/decline", new { block }, HttpStatusCode.OK);
        var again = new { invites = new[] { new { email = email.ToUpperInvariant() } } };
        var refused = await circle.Founder.PostRefusedAsync(circle.Invites, again, 409, "invite.recipient_declined");

        await shared.Database.ExecuteAsync($"UPDATE invitations SET ended_at = now() - interval '6 days 23 hours' WHERE id = '{invite.GetProperty("id")}'");
        await circle.Founder.PostRefusedAsync(circle.Invites, again, 409, "invite.recipient_declined");
        await shared.Database.ExecuteAsync($"UPDATE invitations SET ended_at = now() - interval '7 days' WHERE id = '{invite.GetProperty("id")}'");
        if (forGood)
        {
            var blocked = await circle.Founder.PostRefusedAsync(circle.Invites, again, 409, "invite.recipient_declined");
            Assert.Equal(refused.GetProperty("detail").GetString(), blocked.GetProperty("detail").GetString());
        }
        else
        {
            await circle.Founder.PostAsync(circle.Invites, again, HttpStatusCode.Created);
        }

        // It is between these two: other families may ask.
        await others.InviteAsync(new { email });
    }

    [Fact]
    public async Task Whoever_proved_the_address_blocks_by_id_and_twice_is_no_fault()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        for (var i = 0; i < 2; i++)
        {
            await olga.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/decline", new { block = true }, HttpStatusCode.OK);
        }

        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM invitation_blocks WHERE family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task A_resend_does_not_reach_who_declined_another_one()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var old = await circle.InviteAsync(new { email });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{old.GetProperty("id")}'");
        var newer = await circle.InviteAsync(new { email });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(newer)}/decline", null, HttpStatusCode.OK);

        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{old.GetProperty("id")}/resend", null, 409, "invite.recipient_declined");
    }
}
