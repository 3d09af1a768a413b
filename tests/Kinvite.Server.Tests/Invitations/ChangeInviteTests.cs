using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>A pending invitation is changed as a new one would be made: nobody gives more than they hold, and another address is asked like a first one.</summary>
public sealed class ChangeInviteTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task What_is_absent_stays_and_null_clears()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Olga", role = "caregiver", accessUntil = App.Clock.GetUtcNow().AddDays(9) });
        var own = Own(circle, invite);

        var changed = await circle.Founder.PatchAsync(own, new { message = "See you soon" });
        Assert.Equal("See you soon", Text(changed, "message"));
        foreach (var field in new[] { "name", "role", "permission", "accessUntil", "email", "expiresAt", "status", "binding" })
        {
            Assert.Equal(invite.GetProperty(field).ToString(), changed.GetProperty(field).ToString());
        }

        changed = await circle.Founder.PatchAsync(own, new { name = (string?)null, accessUntil = (string?)null, message = (string?)null, role = (string?)null });
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Null, JsonValueKind.Null], new[] { "name", "accessUntil", "message" }.Select(f => changed.GetProperty(f).ValueKind));
        Assert.Equal(("relative", "view"), (Text(changed, "role"), Text(changed, "permission")));
        Assert.Equal(changed.ToString(), (await circle.Founder.GetAsync(own)).ToString());
    }

    [Theory]
    [InlineData("home", "co-parent", "view", "caregiver", "view")]
    [InlineData("home", "co-parent", null, "caregiver", "edit")]
    [InlineData("home", "relative", null, "co-parent", "admin")]
    [InlineData("vault", "member", "edit", "parent", "edit")]
    [InlineData("care", "member", null, "admin", "admin")]
    public async Task Another_role_brings_its_own_permission_but_what_was_chosen_or_lowered_stays(string kind, string role, string? permission, string next, string after)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var invite = await circle.InviteAsync(permission is null ? new { email = Circle.NewEmail(), role } : (object)new { email = Circle.NewEmail(), role, permission });

        var changed = await circle.Founder.PatchAsync(Own(circle, invite), new { role = next });

        Assert.Equal((next, after), (Text(changed, "role"), Text(changed, "permission")));
    }

    [Fact]
    public async Task Children_are_set_anew_or_left_as_they_are()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var (mia, leo) = (await circle.AddChildAsync(shared.Database, "Mia", "baby"), await circle.AddChildAsync(shared.Database, "Leo", "baby"));
        var olga = await circle.SomebodyAsync();
        var own = Own(circle, await circle.InviteAsync(new { email = olga.Email, role = "editor", children = new[] { new { childId = mia, permission = "view" } } }));

        var changed = await circle.Founder.PatchAsync(own, new { name = "Olga" });
        Assert.Equal([(mia, "view")], Children(changed));
        changed = await circle.Founder.PatchAsync(own, new { children = new object[] { new { childId = mia }, new { childId = leo, permission = "view" } } });
        Assert.Equal(new[] { (mia, "edit"), (leo, "view") }.OrderBy(c => c.Item1), Children(changed));
        changed = await circle.Founder.PatchAsync(own, new { children = new[] { new { childId = leo } } });
        Assert.Equal([(leo, "edit")], Children(changed));

        foreach (var refused in new object[] { new { children = (string?)null }, new { children = Array.Empty<string>() }, new { children = new[] { new { childId = Guid.NewGuid() } } } })
        {
            var problem = await circle.Founder.RefusedAsync(HttpMethod.Patch, own, refused, 400, "validation");
            Assert.Equal(["children"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        }
    }

    [Theory]
    [InlineData("""{ "role": "owner" }""", "role")]
    [InlineData("""{ "role": "child" }""", "role")]
    [InlineData("""{ "permission": "owner" }""", "permission")]
    [InlineData("""{ "permission": "edit" }""", "permission")]
    [InlineData("""{ "email": "nobody" }""", "email")]
    [InlineData("""{ "phone": "12" }""", "phone")]
    [InlineData("""{ "email": "a@example.org", "phone": "+4741234567" }""", "phone")]
    [InlineData("""{ "name": "https://evil.example" }""", "name")]
    [InlineData("""{ "accessUntil": "2020-01-01T00:00:00Z" }""", "accessUntil")]
    public async Task What_has_the_wrong_shape_is_named_and_nothing_changes(string patch, string field)
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "relative" });

        var problem = await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), patch, 400, "validation");

        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.Equal(invite.GetProperty("role").ToString(), (await circle.Founder.GetAsync(Own(circle, invite))).GetProperty("role").ToString());
        await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), """{ "status": "accepted" }""", 400, "validation");
    }

    [Fact]
    public async Task BND_S04_A_changed_address_kills_the_old_link_and_gets_the_only_mail()
    {
        using var circle = await Circle.StartAsync(App);
        var (before, after) = (await circle.SomebodyAsync(), await circle.SomebodyAsync());
        var invite = await circle.InviteAsync(new { email = before.Email, role = "relative" });
        await MailedAsync(before.Email, circle.Token(invite));
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = expires_at - interval '3 days' WHERE id = '{invite.GetProperty("id")}'");

        var changed = await circle.Founder.PatchAsync(Own(circle, invite), new { email = after.Email });

        Assert.Equal((after.Email, "queued", "pending"), (Text(changed, "email"), Text(changed.GetProperty("delivery"), "state"), Text(changed, "status")));
        Assert.Equal(App.Clock.GetUtcNow().AddDays(7).Date, changed.GetProperty("expiresAt").GetDateTimeOffset().Date);
        foreach (var kind in new[] { LinkKind.Mailed, LinkKind.Copied })
        {
            await before.GetRefusedAsync($"/api/invites/{circle.Token(invite, kind)}", 410, "invite.replaced");
            await before.PostRefusedAsync($"/api/invites/{circle.Token(invite, kind)}/accept", null, 410, "invite.replaced");
        }

        await before.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        await MailedAsync(after.Email, circle.Token(invite, generation: 2));
        Assert.Equal(2L, await MailsAsync(invite));
        Assert.DoesNotContain(App.Mailbox.To(before.Email), m => m.Contains(circle.Token(invite, generation: 2), StringComparison.Ordinal));
        await after.PostAsync($"/api/invites/{circle.Token(invite, generation: 2)}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_spelling_of_the_same_mailbox_is_no_other_address()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });

        var changed = await circle.Founder.PatchAsync(Own(circle, invite), new { email = olga.Email.ToUpperInvariant() });

        Assert.Equal(olga.Email.ToUpperInvariant(), Text(changed, "email"));
        Assert.Equal(invite.GetProperty("expiresAt").ToString(), changed.GetProperty("expiresAt").ToString());
        Assert.Equal(1L, await MailsAsync(invite));
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_is_given_to_a_handed_over_one_and_taken_away_again()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { name = "Olga" });

        var changed = await circle.Founder.PatchAsync(Own(circle, invite), new { email = olga.Email });
        Assert.Equal(("email", "queued"), (Text(changed, "channel"), Text(changed.GetProperty("delivery"), "state")));
        await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}", 410, "invite.replaced");

        changed = await circle.Founder.PatchAsync(Own(circle, invite), new { email = (string?)null });
        Assert.Equal(("none", null, "none"), (Text(changed, "channel"), Text(changed, "email"), Text(changed.GetProperty("delivery"), "state")));
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite, generation: 2)}/accept", null, 410, "invite.replaced");
        await olga.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied, generation: 3)}");
    }

    [Fact]
    public async Task An_address_that_a_new_invitation_would_not_reach_is_refused_alike()
    {
        using var circle = await Circle.StartAsync(App);
        var (member, invited, declined, blocked) = (await circle.MemberAsync("relative"), Circle.NewEmail(), Circle.NewEmail(), Circle.NewEmail());
        await circle.InviteAsync(new { email = invited });
        foreach (var (email, block) in new[] { (declined, false), (blocked, true) })
        {
            var no = await circle.InviteAsync(new { email });
            await circle.Stranger().PostAsync($"/api/invites/{circle.Token(no)}/decline", new { block }, HttpStatusCode.OK);
        }

        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "relative" });
        foreach (var (email, code) in new[]
        {
            (member.Email, "invite.already_member"), (invited.ToUpperInvariant(), "invite.already_pending"),
            ("olga@mailinator.com", "invite.disposable"), (declined, "invite.recipient_declined"), (blocked, "invite.recipient_declined"),
        })
        {
            await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { email, name = "Changed" }, 409, code);
        }

        await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { phone = "+47 412 34 567" }, 409, "channel.unavailable");
        Assert.Equal(invite.GetProperty("name").ToString(), (await circle.Founder.GetAsync(Own(circle, invite))).GetProperty("name").ToString());
        Assert.Equal(1L, await MailsAsync(invite));
    }

    [Theory]
    [InlineData("UPDATE invitations SET status = 2")]
    [InlineData("UPDATE invitations SET status = 3")]
    [InlineData("UPDATE invitations SET status = 4")]
    [InlineData("UPDATE invitations SET expires_at = now() - interval '1 second'")]
    public async Task What_is_over_is_not_changed(string change)
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await shared.Database.ExecuteAsync($"{change} WHERE id = '{invite.GetProperty("id")}'");

        await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { email = Circle.NewEmail() }, 409, "invite.not_pending");
    }

    [Fact]
    public async Task A_bounced_one_is_pending_again_with_another_address_and_only_then()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET status = 6 WHERE id = '{invite.GetProperty("id")}'");

        Assert.Equal("bounced", Text(await circle.Founder.PatchAsync(Own(circle, invite), new { name = "Olga" }), "status"));
        Assert.Equal("pending", Text(await circle.Founder.PatchAsync(Own(circle, invite), new { email = Circle.NewEmail() }), "status"));
    }

    [Fact]
    public async Task Whoever_changes_it_answers_for_it_and_gives_no_more_than_they_hold()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        var changed = await player.PatchAsync(Own(circle, invite), new { name = "Olga" });
        Assert.Equal("Pia", Text(changed.GetProperty("invitedBy"), "name"));

        await shared.Database.ExecuteAsync($"UPDATE members SET permission = 1 WHERE family_id = '{circle.Id}' AND account_id = '{player.AccountId}'");
        await player.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { name = "Per" }, 403, "rights.ceiling");
        await (await circle.SomebodyAsync()).RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { name = "Per" }, 404, "not_found");
    }

    [Fact]
    public async Task Twenty_addresses_are_enough()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await shared.Database.ExecuteAsync($"UPDATE invitations SET generation = 21 WHERE id = '{invite.GetProperty("id")}'");

        await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { email = Circle.NewEmail() }, 409, "invite.too_many_resends");
        await circle.Founder.PatchAsync(Own(circle, invite), new { name = "Olga" });
    }

    // By its link: whether the code to sign in with left as well depends on who was faster.
    private async Task MailedAsync(string email, string token)
    {
        for (var i = 0; i < 200 && !App.Mailbox.To(email).Any(m => m.Contains(token, StringComparison.Ordinal)); i++)
        {
            await Task.Delay(100);
        }

        Assert.Single(App.Mailbox.To(email), m => m.Contains(token, StringComparison.Ordinal));
    }

    private Task<long> MailsAsync(JsonElement invite) =>
        shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'invitation' AND subject_id = '{invite.GetProperty("id")}'");

    private static string Own(Circle circle, JsonElement invite) => $"{circle.Invites}/{invite.GetProperty("id")}";

    private static IEnumerable<(Guid, string)> Children(JsonElement invite) =>
        invite.GetProperty("children").EnumerateArray().Select(c => (c.GetProperty("childId").GetGuid(), c.GetProperty("permission").GetString()!));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
