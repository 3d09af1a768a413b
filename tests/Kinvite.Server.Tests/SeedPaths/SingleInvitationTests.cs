using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.SeedPaths;

/// <summary>One invitation at a time, as the chores and the team app ask for it (seeds 001, 002), and the pages that older links name.</summary>
public sealed class SingleInvitationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed002_Team_Anybody_invites_lists_and_revokes_to_send_anew()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        var email = Circle.NewEmail();

        var created = await player.PostAsync("/api/family/invite", new { email, role = "parent" }, HttpStatusCode.Created);

        Assert.Equal(["ok", "invitation"], created.EnumerateObject().Select(p => p.Name));
        Assert.True(created.GetProperty("ok").GetBoolean());
        var invitation = created.GetProperty("invitation");
        Assert.Equal(["id", "channel", "email", "phone", "name", "role", "status", "invitedBy", "createdAt", "expiresAt"], invitation.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("email", email, "parent", "pending"), (Text(invitation, "channel"), Text(invitation, "email"), Text(invitation, "role"), Text(invitation, "status")));
        Assert.Equal("Pia", Text(invitation.GetProperty("invitedBy"), "name"));
        Assert.Equal(7, (invitation.GetProperty("expiresAt").GetDateTimeOffset() - invitation.GetProperty("createdAt").GetDateTimeOffset()).TotalDays);
        var problem = await player.PostRefusedAsync("/api/family/invite", new { email, role = "parent" }, 409, "invite.already_pending");
        Assert.Equal(Text(problem, "title"), Text(problem, "error"));
        Assert.Equal(invitation.GetRawText(), Assert.Single((await player.GetAsync("/api/family/invitations")).GetProperty("items").EnumerateArray()).GetRawText());

        Assert.Equal("""{"ok":true}""", (await player.DeleteAsync($"/api/family/invitations/{invitation.GetProperty("id")}", HttpStatusCode.OK)).GetRawText());
        Assert.Equal(0, (await player.GetAsync("/api/family/invitations")).GetProperty("items").GetArrayLength());
        await player.PostAsync("/api/family/invite", new { email, role = "parent" }, HttpStatusCode.Created);
    }

    [Fact]
    public async Task Seed001_Chores_A_parent_invites_by_channel_and_contact()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var email = Circle.NewEmail();

        var invitation = (await circle.Founder.PostAsync(
            "/api/family/invite", new { channel = "email", contact = email, name = "Sam", role = "parent" }, HttpStatusCode.Created)).GetProperty("invitation");

        Assert.Equal((email, "Sam", "parent"), (Text(invitation, "email"), Text(invitation, "name"), Text(invitation, "role")));
        // The role left out is the kind's default.
        var other = await circle.Founder.PostAsync("/api/family/invite", new { channel = "email", contact = Circle.NewEmail() }, HttpStatusCode.Created);
        Assert.Equal("parent", Text(other.GetProperty("invitation"), "role"));
        await circle.Founder.PostRefusedAsync("/api/family/invite", new { channel = "phone", contact = "+1 415 555 2671" }, 409, "channel.unavailable");
        Assert.Equal(["contact"], await circle.Founder.FaultsAsync("/api/family/invite", new { channel = "phone", contact = "12" }));
        Assert.Equal(["contact"], await circle.Founder.FaultsAsync("/api/family/invite", new { channel = "email", contact = "nobody" }));
        Assert.Equal(["channel"], await circle.Founder.FaultsAsync("/api/family/invite", new { channel = "pigeon", contact = "coop 3" }));
        Assert.Equal(["contact"], await circle.Founder.FaultsAsync("/api/family/invite", new { channel = "email" }));
        Assert.Equal(["contact"], await circle.Founder.FaultsAsync("/api/family/invite", new { email, channel = "email", contact = email }));
        Assert.Equal(["email"], await circle.Founder.FaultsAsync("/api/family/invite", new { role = "parent" }));
        Assert.Equal(["email"], await circle.Founder.FaultsAsync("/api/family/invite", new { email = "nobody" }));
        Assert.Equal(["name", "role"], (await circle.Founder.FaultsAsync("/api/family/invite", new { channel = "email", contact = email, name = "https://x.example", role = "owner" })).Order());
    }

    [Fact]
    public async Task Seed001_Chores_Five_may_wait_and_others_than_parents_may_not_invite()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var sitter = await circle.MemberAsync("caregiver", "Sitter");
        for (var i = 0; i < 5; i++)
        {
            await circle.Founder.PostAsync("/api/family/invite", new { email = Circle.NewEmail(), role = "teen" }, HttpStatusCode.Created);
        }

        await circle.Founder.PostRefusedAsync("/api/family/invite", new { email = Circle.NewEmail() }, 409, "invite.limit");
        await sitter.PostRefusedAsync("/api/family/invite", new { email = Circle.NewEmail() }, 403, "rights.missing");
        await sitter.GetRefusedAsync("/api/family/invitations", 403, "rights.missing");
    }

    [Fact]
    public async Task Seed000_Vault_Who_is_invited_already_gets_the_one_there_is_and_a_member_is_named_as_one()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var email = Circle.NewEmail();
        var first = (await circle.Founder.PostAsync("/api/family/invite", new { email, role = "member" }, HttpStatusCode.Created)).GetProperty("invitation").GetProperty("id").GetGuid();

        Assert.Equal(first, (await circle.Founder.PostAsync("/api/family/invite", new { email, role = "member" }, HttpStatusCode.OK)).GetProperty("invitation").GetProperty("id").GetGuid());
        var olga = await circle.MemberAsync("member");
        await circle.Founder.PostRefusedAsync("/api/family/invite", new { email = olga.Email }, 409, "invite.already_member");
    }

    [Fact]
    public async Task The_same_call_with_the_same_key_is_one_invitation()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var body = new { email = Circle.NewEmail(), role = "player" };
        var ids = new List<Guid>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, "/api/family/invite", body, ("Idempotency-Key", "once"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            ids.Add(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("invitation").GetProperty("id").GetGuid());
        }

        Assert.Single(ids.Distinct());
        using var other = await circle.Founder.RequestAsync(HttpMethod.Post, "/api/family/invite", new { email = Circle.NewEmail() }, ("Idempotency-Key", "once"));
        var problem = await other.ProblemAsync(422, "idempotency.mismatch");
        Assert.Equal(Text(problem, "title"), Text(problem, "error"));
    }

    [Fact]
    public async Task These_addresses_mean_the_default_family_and_follow_it()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var second = (await circle.Founder.PostAsync("/api/families", new { name = "Second", kind = "team" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await circle.Founder.PostAsync("/api/family/invite", new { email = Circle.NewEmail(), role = "player" }, HttpStatusCode.Created);
        Assert.Equal(1, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());

        await circle.Founder.PatchAsync("/api/account", new { defaultFamilyId = second });

        Assert.Equal(0, (await circle.Founder.GetAsync("/api/family/invitations")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("/settings/family-management", "invitations")]
    [InlineData("/settings/babies/share", "invitations")]
    [InlineData("/settings/babies/requests", "requests")]
    public async Task Older_pages_lead_to_the_same_of_the_default_family(string path, string page)
    {
        using var browser = new Browser(App);
        await browser.OpenAsync(path, follow: false);
        Assert.Equal($"/sign-in?return={Uri.EscapeDataString(path)}", browser.SeeOther);
        using var circle = await Circle.StartAsync(App, "baby");
        await browser.FollowAsync();
        await SignInAsync(browser, circle.Founder.Email);
        Assert.Equal(path, browser.SeeOther);
        await browser.OpenAsync(path, follow: false);
        Assert.Equal($"/families/{circle.Id}/{page}", browser.SeeOther);

        using var lonely = new Browser(App);
        await lonely.OpenAsync("/sign-in");
        await SignInAsync(lonely, Circle.NewEmail());
        await lonely.OpenAsync(path, follow: false);
        Assert.Equal("/welcome", lonely.SeeOther);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task SignInAsync(Browser browser, string email)
    {
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(App, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
    }
}
