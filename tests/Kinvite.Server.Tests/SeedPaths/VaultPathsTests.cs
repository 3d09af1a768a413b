using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.SeedPaths;

/// <summary>What a client of the vault's own addresses sends, and what it looks at in the answers (seed 000).</summary>
public sealed class VaultPathsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Invites = "/api/family/invites";

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed000_Vault_Invites_many_with_a_permission_each_and_counts_them()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var (one, two) = (Circle.NewEmail("One.Upper"), Circle.NewEmail());

        var answer = await circle.Founder.PostAsync(
            Invites,
            new
            {
                invites = new[] { new { email = one, permission = "admin", familyRole = "parent" }, new { email = two, permission = "view", familyRole = "other" } },
                notify = true,
                message = "Come in",
            },
            HttpStatusCode.OK);

        Assert.Equal("""{"ok":true,"count":2}""", answer.GetRawText());
        // What one call makes has no order of its own.
        var items = (await circle.Founder.GetAsync($"{Invites}?status=pending")).GetProperty("items").EnumerateArray().OrderByDescending(i => Text(i, "permission"), StringComparer.Ordinal).ToList();
        Assert.Equal(["id", "email", "permission", "familyRole", "status", "expiresAt", "createdAt"], items[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal([(two, "view", "other"), (one, "admin", "parent")], items.Select(i => (Text(i, "email"), Text(i, "permission"), Text(i, "familyRole"))));
        Assert.All(items, i => Assert.Equal(
            (("pending"), 14.0), (Text(i, "status"), (i.GetProperty("expiresAt").GetDateTimeOffset() - i.GetProperty("createdAt").GetDateTimeOffset()).TotalDays)));
        var own = await circle.Founder.GetAsync($"{circle.Invites}/{items[1].GetProperty("id")}");
        Assert.Equal(("Come in", "queued"), (Text(own, "message"), await QueuedAsync(own)));
        // Asked again it is the one there is.
        Assert.Equal("""{"ok":true,"count":0}""", (await circle.Founder.PostAsync(
            Invites, new { invites = new[] { new { email = one, permission = "admin", familyRole = "parent" } } }, HttpStatusCode.OK)).GetRawText());
    }

    [Fact]
    public async Task Seed000_Vault_Notify_false_sends_nothing()
    {
        using var circle = await Circle.StartAsync(App, "vault");

        await circle.Founder.PostAsync(Invites, new { invites = new[] { Entry() }, notify = false }, HttpStatusCode.OK);

        var invite = (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items")[0];
        Assert.Equal("none", Text(invite.GetProperty("delivery"), "state"));
    }

    [Fact]
    public async Task Seed000_Vault_Resend_and_revoke_answer_ok_and_do_it()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostAsync(Invites, new { invites = new[] { Entry() } }, HttpStatusCode.OK);
        var id = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0].GetProperty("id").GetGuid();

        Assert.Equal("""{"ok":true}""", (await circle.Founder.PostAsync($"{Invites}/{id}/resend", null, HttpStatusCode.OK)).GetRawText());
        using var stranger = App.NewPerson();
        await stranger.GetRefusedAsync($"/api/invites/{circle.Token(id)}", 410, "invite.replaced");
        await stranger.GetAsync($"/api/invites/{circle.Token(id, generation: 2)}");

        Assert.Equal("""{"ok":true}""", (await circle.Founder.DeleteAsync($"{Invites}/{id}", HttpStatusCode.OK)).GetRawText());
        await stranger.GetRefusedAsync($"/api/invites/{circle.Token(id, generation: 2)}", 410, "invite.revoked");
        Assert.Equal(0, (await circle.Founder.GetAsync(Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal("revoked", Text((await circle.Founder.GetAsync($"{Invites}?status=revoked")).GetProperty("items")[0], "status"));
        // Not pending any more: 409, and the title in "error" as their client shows it.
        var problem = await circle.Founder.PostRefusedAsync($"{Invites}/{id}/resend", null, 409, "invite.not_pending");
        Assert.Equal(Text(problem, "title"), Text(problem, "error"));
    }

    [Fact]
    public async Task Seed000_Vault_Faults_are_at_the_names_that_were_sent()
    {
        using var circle = await Circle.StartAsync(App, "vault");

        Assert.Equal(["invites[0].familyRole"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { Entry(familyRole: "owner") } }));
        Assert.Equal(["invites[1].familyRole"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { Entry(), Entry(familyRole: "astronaut") } }));
        Assert.Equal(["invites[0].permission"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { Entry(permission: "owner") } }));
        Assert.Equal(["invites[0].email"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { Entry(email: "nobody") } }));
        Assert.Equal(["invites[0].email"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { new { permission = "view", familyRole = "member" } } }));
        Assert.Equal(["invites"], await circle.Founder.FaultsAsync(Invites, new { invites = Array.Empty<object>() }));
        Assert.Equal(["message"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { Entry() }, message = new string('x', 501) }));
        Assert.Equal(0, (await circle.Founder.GetAsync(Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Seed000_Vault_Every_refusal_repeats_its_title_in_error()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var viewer = await circle.MemberAsync("member");
        var lonely = await circle.SomebodyAsync("In no family");
        List<JsonElement> problems =
        [
            await circle.Stranger().GetRefusedAsync(Invites, 401, "auth.required"),
            await lonely.GetRefusedAsync(Invites, 409, "family.none"),
            await lonely.PostRefusedAsync(Invites, new { invites = new[] { Entry() } }, 409, "family.none"),
            await lonely.PostRefusedAsync($"{Invites}/{Guid.NewGuid()}/resend", null, 409, "family.none"),
            await lonely.DeleteRefusedAsync($"{Invites}/{Guid.NewGuid()}", 409, "family.none"),
            await viewer.PostRefusedAsync(Invites, new { invites = new[] { Entry() } }, 403, "rights.missing"),
            await viewer.GetRefusedAsync(Invites, 403, "rights.missing"),
            await circle.Founder.PostRefusedAsync($"{Invites}/{Guid.NewGuid()}/resend", null, 404, "not_found"),
            await circle.Founder.DeleteRefusedAsync($"{Invites}/{Guid.NewGuid()}", 404, "not_found"),
            await circle.Founder.GetRefusedAsync($"{Invites}?status=nonsense", 400, "validation"),
            await circle.Founder.PostRefusedAsync(Invites, "{ not json", 400, "validation"),
            await circle.Founder.PostRefusedAsync("/api/family/invite-links", new { permission = "admin", expiresInDays = 7, requireLogin = true }, 403, "rights.ceiling"),
            await lonely.PostRefusedAsync("/api/family/invite-links", new { }, 409, "family.none"),
            await lonely.GetRefusedAsync("/api/family/invite-links/current", 409, "family.none"),
            await viewer.PostRefusedAsync("/api/family/invite-links", new { }, 403, "rights.missing"),
            await viewer.GetRefusedAsync("/api/family/invite-links/current", 403, "rights.missing"),
        ];

        Assert.All(problems, p => Assert.Equal(Text(p, "title"), Text(p, "error")));
        var elsewhere = await circle.Founder.GetRefusedAsync($"/api/families/{Guid.NewGuid()}", 404, "not_found");
        Assert.False(elsewhere.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Seed000_Vault_Nobody_reaches_another_familys_invitation_by_these_addresses()
    {
        using var a = await Circle.StartAsync(App, "vault");
        using var b = await Circle.StartAsync(App, "vault");
        await a.Founder.PostAsync(Invites, new { invites = new[] { Entry() } }, HttpStatusCode.OK);
        var id = (await a.Founder.GetAsync(Invites)).GetProperty("items")[0].GetProperty("id").GetGuid();

        await b.Founder.PostRefusedAsync($"{Invites}/{id}/resend", null, 404, "not_found");
        await b.Founder.DeleteRefusedAsync($"{Invites}/{id}", 404, "not_found");

        Assert.Equal(0, (await b.Founder.GetAsync(Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal("pending", Text((await a.Founder.GetAsync(Invites)).GetProperty("items")[0], "status"));
    }

    [Fact]
    public async Task Seed000_Vault_The_ceiling_and_the_end_of_ones_own_time_count_here_too()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var editor = await circle.SomebodyAsync("Editor");
        var invite = await circle.InviteAsync(new { email = editor.Email, role = "member", permission = "edit" });
        await editor.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        await editor.PostRefusedAsync(Invites, new { invites = new[] { Entry(permission: "admin") } }, 403, "rights.missing");

        await shared.Database.ExecuteAsync($"UPDATE members SET access_until = now() - interval '1 minute' WHERE account_id = '{editor.AccountId}'");
        await editor.GetRefusedAsync(Invites, 409, "family.none");
    }

    private static object Entry(string? email = null, string permission = "view", string familyRole = "member") =>
        new { email = email ?? Circle.NewEmail(), permission, familyRole };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<string> QueuedAsync(JsonElement invite) =>
        await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'invitation' AND subject_id = '{invite.GetProperty("id")}'") == 1 ? "queued" : "none";
}
