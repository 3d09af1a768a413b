using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What the vault's design promises, one after the other: create, list, resend, withdraw, open links, accept.</summary>
public sealed class Seed000VaultTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Invites = "/api/family/invites";
    private const string Links = "/api/family/invite-links";

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Seed000_Vault_Many_people_at_once_each_with_a_permission_and_a_place_in_the_family()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        string[] permissions = ["view", "edit", "admin"];
        string[] roles = ["parent", "child", "grandparent", "member", "other"];
        var people = roles.Select((familyRole, i) => new { email = Circle.NewEmail(familyRole), permission = permissions[i % 3], familyRole }).ToList();

        var sent = await circle.Founder.PostAsync(Invites, new { invites = people, notify = true, message = "Welcome home" }, HttpStatusCode.OK);

        Assert.Equal("""{"ok":true,"count":5}""", sent.GetRawText());
        var items = (await circle.Founder.GetAsync($"{Invites}?status=pending")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            people.Select(p => $"{p.email} {p.permission} {p.familyRole} pending").Order(),
            items.Select(i => $"{Text(i, "email")} {Text(i, "permission")} {Text(i, "familyRole")} {Text(i, "status")}").Order());
        Assert.Equal(5L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'invitation' AND subject_id IN (SELECT id FROM invitations WHERE family_id = '{circle.Id}')"));
    }

    [Fact]
    public async Task Seed000_Vault_An_invitation_works_fourteen_days_and_a_new_sending_begins_them_anew()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostAsync(Invites, Body(Circle.NewEmail()), HttpStatusCode.OK);
        var first = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0];
        Assert.Equal(first.GetProperty("createdAt").GetDateTimeOffset().AddDays(14), first.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        App.Clock.Advance(TimeSpan.FromMinutes(5));

        await circle.Founder.PostAsync($"{Invites}/{first.GetProperty("id")}/resend", null, HttpStatusCode.OK);

        var again = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0];
        Assert.True(again.GetProperty("expiresAt").GetDateTimeOffset() > first.GetProperty("expiresAt").GetDateTimeOffset().AddMinutes(4));
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(first)}", 410, "invite.replaced");
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(first, generation: 2)}");
        await circle.Founder.PostRefusedAsync($"{Invites}/{Guid.NewGuid()}/resend", null, 404, "not_found");
    }

    [Fact]
    public async Task Seed000_Vault_The_page_of_an_invitation_says_what_accepting_means()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var email = Circle.NewEmail();
        await circle.Founder.PostAsync(Invites, Body(email, "edit", "grandparent"), HttpStatusCode.OK);
        var item = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0];

        var preview = await circle.Stranger().GetAsync($"/api/invites/{circle.Token(item)}");

        Assert.Equal((email, "edit", "grandparent", true), (Text(preview, "email"), Text(preview, "permission"), Text(preview, "role"), preview.GetProperty("requireLogin").GetBoolean()));
        Assert.Equal(item.GetProperty("expiresAt").GetDateTimeOffset(), preview.GetProperty("expiresAt").GetDateTimeOffset());
        await circle.Stranger().GetRefusedAsync("/api/invites/" + new string('x', 48), 404, "invite.unknown");
    }

    [Fact]
    public async Task Seed000_Vault_Accepting_makes_the_persons_card_with_the_role_and_the_permission()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var olga = await circle.SomebodyAsync("Olga Berg");
        await circle.Founder.PostAsync(Invites, Body(olga.Email, "edit", "grandparent"), HttpStatusCode.OK);
        var token = circle.Token((await circle.Founder.GetAsync(Invites)).GetProperty("items")[0]);
        await circle.Stranger().PostRefusedAsync($"/api/invites/{token}/accept", null, 401, "auth.required");
        await olga.PostRefusedAsync($"/api/invites/{token}/accept", new { accountId = Guid.NewGuid() }, 400, "validation");

        var joined = await olga.PostAsync($"/api/invites/{token}/accept", new { accountId = olga.AccountId }, HttpStatusCode.OK);

        Assert.True(joined.GetProperty("ok").GetBoolean());
        var card = await circle.Founder.GetAsync($"{circle.Path}/members/{joined.GetProperty("memberId")}");
        Assert.Equal(("Olga Berg", "grandparent", "edit"), (Text(card, "name"), Text(card, "role"), Text(card, "permission")));
        // Not pending any more: for another 409 when accepting, 410 when looking; the same person gets the same answer.
        await (await circle.SomebodyAsync()).PostRefusedAsync($"/api/invites/{token}/accept", null, 409, "invite.already_accepted");
        await circle.Stranger().GetRefusedAsync($"/api/invites/{token}", 410, "invite.used");
        Assert.Equal(joined.GetProperty("memberId").GetGuid(), (await olga.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK)).GetProperty("memberId").GetGuid());
        Assert.Equal(
            ["accepted"], (await circle.Founder.GetAsync($"{Invites}?status=accepted")).GetProperty("items").EnumerateArray().Select(i => Text(i, "status")));
    }

    [Fact]
    public async Task Seed000_Vault_Withdrawn_or_run_out_it_is_gone()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var olga = await circle.SomebodyAsync();
        await circle.Founder.PostAsync(Invites, Body(Circle.NewEmail(), "view", "member"), HttpStatusCode.OK);
        var withdrawn = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0];
        Assert.Equal("""{"ok":true}""", (await circle.Founder.DeleteAsync($"{Invites}/{withdrawn.GetProperty("id")}", HttpStatusCode.OK)).GetRawText());
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(withdrawn)}/accept", null, 410, "invite.revoked");
        await circle.Founder.PostRefusedAsync($"{Invites}/{withdrawn.GetProperty("id")}/resend", null, 409, "invite.not_pending");

        await circle.Founder.PostAsync(Invites, Body(Circle.NewEmail(), "view", "member"), HttpStatusCode.OK);
        var old = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0];
        await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{old.GetProperty("id")}'");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(old)}/accept", null, 410, "invite.expired");
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(old)}", 410, "invite.expired");
    }

    [Fact]
    public async Task Seed000_Vault_Without_notify_nothing_is_sent_and_the_message_has_its_limit()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostAsync(Invites, new { invites = new[] { new { email = Circle.NewEmail(), permission = "view", familyRole = "member" } }, notify = false }, HttpStatusCode.OK);

        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'invitation' AND subject_id IN (SELECT id FROM invitations WHERE family_id = '{circle.Id}')"));
        Assert.Equal(["message"], await circle.Founder.FaultsAsync(Invites, new { invites = new[] { new { email = Circle.NewEmail(), permission = "view", familyRole = "member" } }, message = new string('x', 501) }));
        Assert.Equal(["invites"], await circle.Founder.FaultsAsync(Invites, new { invites = Array.Empty<object>() }));
    }

    [Fact]
    public async Task Seed000_Vault_A_mailbox_that_does_not_last_is_refused_and_the_same_address_is_asked_once()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostRefusedAsync(Invites, Body($"{Guid.NewGuid():N}@mailinator.com"), 409, "invite.disposable");

        var email = Circle.NewEmail();
        await circle.Founder.PostAsync(Invites, Body(email), HttpStatusCode.OK);
        Assert.Equal("""{"ok":true,"count":0}""", (await circle.Founder.PostAsync(Invites, Body(email.ToUpperInvariant()), HttpStatusCode.OK)).GetRawText());
        Assert.Equal(1, (await circle.Founder.GetAsync(Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Seed000_Vault_An_open_link_with_its_defaults_and_its_limits()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{Links}/current")).GetRawText());

        var made = await circle.Founder.PostAsync(Links, new { }, HttpStatusCode.OK);

        Assert.Equal(["id", "url", "expiresAt"], made.EnumerateObject().Select(p => p.Name));
        Assert.Equal(App.Clock.GetUtcNow().AddDays(7), made.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        var preview = await circle.Stranger().GetAsync($"/api/invites/{Token(made)}");
        Assert.Equal(("link", "view", "member", true, false), (Text(preview, "type"), Text(preview, "permission"), Text(preview, "role"), preview.GetProperty("requireLogin").GetBoolean(), preview.GetProperty("requireApproval").GetBoolean()));
        foreach (var days in new[] { 0, 91, -7 })
        {
            Assert.Equal(["expiresInDays"], await circle.Founder.FaultsAsync(Links, new { expiresInDays = days }));
        }

        var longest = await circle.Founder.PostAsync(Links, new { permission = "view", expiresInDays = 90, requireLogin = true }, HttpStatusCode.OK);
        Assert.Equal(App.Clock.GetUtcNow().AddDays(90), longest.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        await circle.Founder.PostRefusedAsync(Links, new { permission = "admin" }, 403, "rights.ceiling");
        Assert.Equal(["familyRole"], await circle.Founder.FaultsAsync(Links, new { familyRole = "owner" }));
        Assert.Equal(["familyRole"], await circle.Founder.FaultsAsync(Links, new { familyRole = "astronaut" }));
    }

    [Fact]
    public async Task Seed000_Vault_The_link_of_now_is_shown_as_often_as_one_asks_and_one_works_at_a_time()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var first = await circle.Founder.PostAsync(Links, new { permission = "edit", familyRole = "parent" }, HttpStatusCode.OK);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var current = await circle.Founder.GetAsync($"{Links}/current");
            Assert.Equal(["url", "expiresAt"], current.EnumerateObject().Select(p => p.Name));
            Assert.Equal(Text(first, "url"), Text(current, "url"));
        }

        var second = await circle.Founder.PostAsync(Links, new { }, HttpStatusCode.OK);

        Assert.Equal(Text(second, "url"), Text(await circle.Founder.GetAsync($"{Links}/current"), "url"));
        await circle.Stranger().GetRefusedAsync($"/api/invites/{Token(first)}", 410, "invite.replaced");
        await shared.Database.ExecuteAsync($"UPDATE invite_links SET expires_at = now() - interval '1 second' WHERE family_id = '{circle.Id}'");
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{Links}/current")).GetRawText());
    }

    [Fact]
    public async Task Seed000_Vault_Who_comes_by_the_link_is_what_its_maker_chose()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await circle.Founder.PostAsync(Links, new { permission = "edit", familyRole = "grandparent" }, HttpStatusCode.OK);
        var olga = await circle.SomebodyAsync("Olga Berg");
        await circle.Stranger().PostRefusedAsync($"/api/invites/{Token(link)}/accept", new { name = "Nobody" }, 401, "auth.required");

        var joined = await olga.PostAsync($"/api/invites/{Token(link)}/accept", new { accountId = olga.AccountId }, HttpStatusCode.OK);

        var card = await circle.Founder.GetAsync($"{circle.Path}/members/{joined.GetProperty("memberId")}");
        Assert.Equal(("Olga Berg", "grandparent", "edit", false), (Text(card, "name"), Text(card, "role"), Text(card, "permission"), card.GetProperty("isGuest").GetBoolean()));
    }

    [Fact]
    public async Task Seed000_Vault_Without_login_a_name_is_enough_to_look()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        Assert.Equal(["requireLogin"], await circle.Founder.FaultsAsync(Links, new { permission = "edit", requireLogin = false }));
        var link = await circle.Founder.PostAsync(Links, new { requireLogin = false }, HttpStatusCode.OK);
        using var guest = App.NewPerson();

        guest.Take(await guest.PostAsync($"/api/invites/{Token(link)}/accept", new { name = "Aunt Gerd" }, HttpStatusCode.OK));

        Assert.Equal(["Ana Aasen", "Aunt Gerd"], (await guest.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().Select(m => Text(m, "name")).Order());
        await guest.PostRefusedAsync(Invites, Body(Circle.NewEmail()), 403, "rights.missing");
        await guest.PostRefusedAsync(Links, new { }, 403, "rights.missing");
    }

    [Fact]
    public async Task Seed000_Vault_The_secret_is_random_enough_and_in_no_table_list_or_activity()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var links = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            links.Add(Token(await circle.Founder.PostAsync(Links, new { }, HttpStatusCode.OK)));
        }

        await circle.Founder.PostAsync(Invites, Body(Circle.NewEmail()), HttpStatusCode.OK);
        links.Add(circle.Token((await circle.Founder.GetAsync(Invites)).GetProperty("items")[0], LinkKind.Mailed));

        Assert.Equal(6, links.Distinct(StringComparer.Ordinal).Count());
        Assert.All(links, l => Assert.Equal(48, l.Length));
        string[] seen =
        [
            (await circle.Founder.GetAsync(Invites)).GetRawText(), (await circle.Founder.GetAsync($"{circle.Path}/invite-links")).GetRawText(),
            (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetRawText(), (await circle.Founder.GetAsync($"{circle.Path}/export")).GetRawText(),
            await shared.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(to_jsonb(l)::text, ' '), '') FROM invite_links l WHERE family_id = '{circle.Id}'") ?? "",
            await shared.Database.ScalarAsync<string>($"SELECT coalesce(string_agg(to_jsonb(i)::text, ' '), '') FROM invitations i WHERE family_id = '{circle.Id}'") ?? "",
        ];
        Assert.All(links, l => Assert.All(seen, s => Assert.DoesNotContain(l, s, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Seed000_Vault_The_family_and_the_right_are_asked_on_every_route()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostAsync(Links, new { }, HttpStatusCode.OK);
        var viewer = await circle.MemberAsync("member");
        using var elsewhere = await Circle.StartAsync(App, "vault");

        await viewer.PostRefusedAsync(Links, new { }, 403, "rights.missing");
        await viewer.GetRefusedAsync($"{Links}/current", 403, "rights.missing");
        await viewer.GetRefusedAsync(Invites, 403, "rights.missing");

        await circle.Stranger().PostRefusedAsync(Links, new { }, 401, "auth.required");
        await circle.Stranger().GetRefusedAsync($"{Links}/current", 401, "auth.required");
        // The founder of another vault sees that one, and nothing of this.
        Assert.Equal("""{"url":null}""", (await elsewhere.Founder.GetAsync($"{Links}/current")).GetRawText());
    }

    [Fact]
    public async Task Seed000_Vault_What_happened_is_told_in_the_activity()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var olga = await circle.SomebodyAsync("Olga Berg");
        await circle.Founder.PostAsync(Invites, Body(olga.Email), HttpStatusCode.OK);
        var id = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0].GetProperty("id").GetGuid();
        await circle.Founder.PostAsync($"{Invites}/{id}/resend", null, HttpStatusCode.OK);
        await olga.PostAsync($"/api/invites/{circle.Token(id, generation: 2)}/accept", null, HttpStatusCode.OK);
        await circle.Founder.PostAsync(Invites, Body(Circle.NewEmail()), HttpStatusCode.OK);
        var other = (await circle.Founder.GetAsync(Invites)).GetProperty("items")[0].GetProperty("id").GetGuid();
        await circle.Founder.DeleteAsync($"{Invites}/{other}", HttpStatusCode.OK);
        var link = await circle.Founder.PostAsync(Links, new { }, HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Path}/invite-links/{link.GetProperty("id")}", HttpStatusCode.OK);

        var types = (await circle.Founder.GetAsync($"{circle.Path}/activity?limit=100")).GetProperty("items").EnumerateArray().Select(a => Text(a, "type")).ToList();

        Assert.All(
            ["invite.created", "invite.resent", "invite.accepted", "invite.revoked", "member.joined", "link.created", "link.revoked"], (string type) => Assert.Contains(type, types));
    }

    private static object Body(string email, string permission = "view", string familyRole = "member") =>
        new { invites = new[] { new { email, permission, familyRole } }, notify = true };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Token(JsonElement link) => Text(link, "url")!.Split('/')[^1];
}
