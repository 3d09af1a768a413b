using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Invitations.InviteLinkTests;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Open links between people: who has to agree, who answers for one, and whom it never takes.</summary>
public sealed class InviteLinkLifeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task With_approval_one_waits_and_being_let_in_is_what_uses_it()
    {
        using var circle = await Circle.StartAsync(App);
        var link = await MakeAsync(circle, new { role = "caregiver", permission = "edit", maxUses = 1 });
        Assert.True(link.GetProperty("requireApproval").GetBoolean());
        var (olga, eve) = (await circle.SomebodyAsync("Olga Berg"), await circle.SomebodyAsync("Eve"));

        var waiting = await AcceptAsync(olga, link);
        var again = await AcceptAsync(olga, link);
        await AcceptAsync(eve, link);

        Assert.Equal("waitingForApproval", waiting.GetProperty("outcome").GetString());
        Assert.Equal(waiting.GetProperty("requestId").GetGuid(), again.GetProperty("requestId").GetGuid());
        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal(0, (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetProperty("uses").GetInt32());

        var requests = $"{circle.Path}/access-requests";
        var approved = await circle.Founder.PostAsync($"{requests}/{waiting.GetProperty("requestId")}/approve", new { }, HttpStatusCode.OK);
        var member = await circle.Founder.GetAsync($"{circle.Path}/members/{approved.GetProperty("memberId")}");
        Assert.Equal("Olga Berg caregiver edit", Words(member, "name", "role", "permission"));
        await ExpectOverAsync(circle, await circle.SomebodyAsync(), link, "invite.used");
        // Somebody who waited is let in by a person, not by the link; it never counts more than were meant to.
        var second = (await circle.Founder.GetAsync(requests)).GetProperty("items")[0].GetProperty("id");
        await circle.Founder.PostAsync($"{requests}/{second}/approve", new { role = "friend", permission = "view" }, HttpStatusCode.OK);
        Assert.Equal("1 1", Words((await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items")[0], "uses", "maxUses"));
    }

    [Fact]
    public async Task It_ends_with_the_rights_of_whoever_made_it()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        foreach (var end in new Func<Person, Guid, Task>[]
        {
            (_, id) => circle.Founder.DeleteAsync($"{circle.Path}/members/{id}", HttpStatusCode.NoContent),
            (bo, _) => bo.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent),
            (_, id) => circle.Founder.PatchAsync($"{circle.Path}/members/{id}", new { role = "caregiver" }),
            (bo, _) => bo.DeleteAsync("/api/account", HttpStatusCode.NoContent),
        })
        {
            var bo = await circle.MemberAsync("co-parent", "Bo");
            var link = await MakeAsync(circle, new { requireApproval = false }, bo);
            await circle.Stranger().GetAsync($"/api/invites/{Token(link)}");

            await end(bo, await circle.MemberIdAsync(bo));

            await ExpectOverAsync(circle, olga, link, "invite.revoked");
            Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());
            Assert.Equal("revoked", (await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items")[0].GetProperty("status").GetString());
        }

        // Time that has run out is told by the clock alone.
        var cy = await circle.MemberAsync("co-parent", "Cy");
        var last = await MakeAsync(circle, new { requireApproval = false }, cy);
        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = now() - interval '1 second' WHERE account_id = '{cy.AccountId}'");
        await circle.Stranger().GetRefusedAsync($"/api/invites/{Token(last)}", 410, "invite.revoked");
        await olga.PostRefusedAsync(Accept(last), null, 410, "invite.revoked");
    }

    [Fact]
    public async Task Handing_the_family_over_ends_the_link_of_who_may_not_invite_any_more_and_no_other()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative", "Olga Berg");
        var (founder, relative) = (await circle.MemberIdAsync(circle.Founder), await circle.MemberIdAsync(olga));
        var first = await MakeAsync(circle, new { requireApproval = false });

        // A co-parent goes on inviting without owning the family.
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = relative }, HttpStatusCode.NoContent);
        Assert.Equal("joined", (await AcceptAsync(await circle.SomebodyAsync(), first)).GetProperty("outcome").GetString());

        // A relative invites as long as the family is theirs.
        var second = await MakeAsync(circle, new { requireApproval = false }, olga);
        Assert.Equal("joined", (await AcceptAsync(await circle.SomebodyAsync(), second)).GetProperty("outcome").GetString());
        await olga.PostAsync($"{circle.Path}/owner", new { memberId = founder }, HttpStatusCode.NoContent);

        await ExpectOverAsync(circle, await circle.SomebodyAsync(), second, "invite.revoked");
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());
        await olga.PostRefusedAsync(LinksOf(circle), new { }, 403, "rights.missing");
        // It is the owner's again to make one.
        await AcceptAsync(await circle.SomebodyAsync(), await MakeAsync(circle, new { requireApproval = false }));
    }

    [Fact]
    public async Task Declining_changes_nothing()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { });

        Assert.Equal("""{"ok":true}""", (await circle.Stranger().PostAsync($"/api/invites/{Token(link)}/decline", new { block = true }, HttpStatusCode.OK)).GetRawText());
        await circle.Stranger().PostAsync($"/api/invites/{Token(link)}/decline", null, HttpStatusCode.OK);

        Assert.Equal("joined", (await AcceptAsync(await circle.SomebodyAsync(), link)).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Whom_the_family_has_blocked_comes_in_by_no_link_and_is_not_told()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var eve = await circle.SomebodyAsync("Eve");
        var first = await MakeAsync(circle, new { requireApproval = true });
        var request = (await AcceptAsync(eve, first)).GetProperty("requestId");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/deny", new { block = true }, HttpStatusCode.OK);
        var link = await MakeAsync(circle, new { });

        Assert.Equal("waitingForApproval", (await AcceptAsync(eve, link)).GetProperty("outcome").GetString());

        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetProperty("uses").GetInt32());
    }
}
