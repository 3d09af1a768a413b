using System.Net;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the care document promises (seed 003): owners and admins invite helpers, who find and answer their invitations by their own address.</summary>
public sealed class Seed003CareTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    [InlineData("admin", true)]
    [InlineData("caregiver", false)]
    [InlineData("member", false)]
    public async Task Seed003_Care_Only_owner_and_admins_invite(string role, bool may)
    {
        using var circle = await Circle.StartAsync(App, "care");
        var member = await circle.MemberAsync(role);
        var wanted = new { invites = new[] { new { email = Circle.NewEmail() } } };

        if (may)
        {
            await member.PostAsync(circle.Invites, wanted, HttpStatusCode.Created);
            await member.GetAsync(circle.Invites);
        }
        else
        {
            await member.PostRefusedAsync(circle.Invites, wanted, 403, "rights.missing");
            await member.GetRefusedAsync(circle.Invites, 403, "rights.missing");
        }

        using var outsider = await circle.SomebodyAsync();
        await outsider.PostRefusedAsync(circle.Invites, wanted, 404, "not_found");
        using var nobody = App.NewPerson();
        await nobody.PostRefusedAsync(circle.Invites, wanted, 401, "auth.required");
    }

    [Fact]
    public async Task Seed003_Care_A_helper_is_invited_for_seven_days_unless_another_role_is_named()
    {
        using var circle = await Circle.StartAsync(App, "care");

        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        Assert.Equal(("caregiver", "edit"), (invite.GetProperty("role").GetString(), invite.GetProperty("permission").GetString()));
        Assert.Equal(7, (invite.GetProperty("expiresAt").GetDateTimeOffset() - invite.GetProperty("createdAt").GetDateTimeOffset()).TotalDays);
        foreach (var role in new[] { "admin", "member" })
        {
            Assert.Equal(role, (await circle.InviteAsync(new { email = Circle.NewEmail(), role })).GetProperty("role").GetString());
        }
    }

    [Fact]
    public async Task Seed003_Care_An_address_that_waits_already_is_refused_by_name()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var email = Circle.NewEmail();
        await circle.InviteAsync(new { email });

        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email } } }, 409, "invite.already_pending");

        // In another family the same address is free.
        using var other = await Circle.StartAsync(App, "care", "Care for Leo");
        await other.InviteAsync(new { email });
    }

    [Fact]
    public async Task Seed003_Care_I_see_what_waits_for_my_address_with_the_familys_name_and_accept_it_by_id()
    {
        using var circle = await Circle.StartAsync(App, "care", "Care for Ana");
        var helper = await circle.SomebodyAsync("Hal");
        var invite = await circle.InviteAsync(new { email = helper.Email.ToUpperInvariant() });

        var mine = Assert.Single((await helper.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        var accepted = await helper.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, HttpStatusCode.OK);

        Assert.Equal(("Care for Ana", invite.GetProperty("id").GetGuid()), (mine.GetProperty("familyName").GetString(), mine.GetProperty("id").GetGuid()));
        Assert.Equal(("joined", circle.Id), (accepted.GetProperty("outcome").GetString(), accepted.GetProperty("familyId").GetGuid()));
        Assert.Empty((await helper.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal("caregiver", (await helper.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Seed003_Care_Declining_by_id_needs_the_invited_address_and_ends_it()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var (helper, other) = (await circle.SomebodyAsync(), await circle.SomebodyAsync());
        var invite = await circle.InviteAsync(new { email = helper.Email });
        var own = $"/api/invites/by-id/{invite.GetProperty("id")}";

        await other.PostRefusedAsync($"{own}/decline", null, 404, "not_found");
        await other.PostRefusedAsync($"{own}/accept", null, 404, "not_found");
        await helper.PostAsync($"{own}/decline", null, HttpStatusCode.OK);

        Assert.Equal("declined", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
        await helper.PostRefusedAsync($"{own}/accept", null, 410, "invite.declined");
    }

    [Fact]
    public async Task Seed003_Care_Expiry_is_noticed_at_the_moment_of_accepting()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var helper = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = helper.Email });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{invite.GetProperty("id")}'");

        await helper.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 410, "invite.expired");

        Assert.Equal("expired", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
        await helper.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task Seed003_Care_Whoever_is_in_already_accepts_and_nothing_is_doubled()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var helper = await circle.MemberAsync("caregiver");
        // Invited to an address of theirs that the family does not know yet, so that the invitation is made at all.
        var (second, member) = (Circle.NewEmail(), await circle.MemberIdAsync(helper));
        var invite = await circle.InviteAsync(new { email = second, role = "admin" });
        await shared.Database.ExecuteAsync($"""
            INSERT INTO account_addresses (id, account_id, type, value, key, proven_at, "primary", created_at)
            SELECT gen_random_uuid(), account_id, 1, '{second}', '{second}', now(), false, now() FROM members WHERE id = '{member}'
            """);

        var accepted = await helper.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, HttpStatusCode.OK);

        Assert.Equal(("alreadyMember", member), (accepted.GetProperty("outcome").GetString(), accepted.GetProperty("memberId").GetGuid()));
        Assert.Equal("accepted", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
        Assert.Equal(2, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
        Assert.Equal("caregiver", (await helper.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Seed003_Care_An_invitation_that_is_answered_is_no_longer_pending_for_anybody()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var (helper, other) = (await circle.SomebodyAsync(), await circle.SomebodyAsync());
        var invite = await circle.InviteAsync(new { email = helper.Email });
        var token = circle.Token(invite);

        await other.PostRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, 403, "invite.wrong_account");
        await helper.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK);

        await other.PostRefusedAsync($"/api/invites/{token}/accept", null, 409, "invite.already_accepted");
        await circle.Stranger().GetRefusedAsync($"/api/invites/{token}", 410, "invite.used");
        await circle.Founder.DeleteRefusedAsync($"{circle.Invites}/{invite.GetProperty("id")}", 409, "invite.already_accepted");
    }
}
