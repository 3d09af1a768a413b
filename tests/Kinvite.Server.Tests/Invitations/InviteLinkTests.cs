using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Open links: whoever has one comes in, within its limits, as long as somebody answers for it.</summary>
public sealed class InviteLinkTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_link_is_made_shown_again_listed_and_withdrawn()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());

        var made = await MakeAsync(circle, new { });

        Assert.Equal(
            ["id", "url", "role", "permission", "expiresAt", "uses", "maxUses", "requireLogin", "requireApproval"],
            made.EnumerateObject().Select(p => p.Name));
        Assert.Equal("member view 0 null true false", Words(made, "role", "permission", "uses", "maxUses", "requireLogin", "requireApproval"));
        Assert.Equal(App.Clock.GetUtcNow().AddDays(7), made.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.StartsWith("http://localhost:5080/invite-link/", made.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal(48, Token(made).Length);
        // Shown again from nothing: the table holds no part of it.
        Assert.Equal(made.GetRawText(), (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());
        var row = await shared.Database.ScalarAsync<string>($"SELECT row_to_json(l)::text FROM invite_links l WHERE family_id = '{circle.Id}'");
        Assert.DoesNotContain(Token(made)[24..], row, StringComparison.Ordinal);

        var list = await circle.Founder.GetAsync(LinksOf(circle));
        var item = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(
            ["id", "status", "role", "permission", "uses", "maxUses", "requireLogin", "requireApproval", "allowedDomains", "createdBy", "createdAt", "expiresAt"],
            item.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("active", "Ana Aasen"), (item.GetProperty("status").GetString(), item.GetProperty("createdBy").GetProperty("name").GetString()));
        Assert.DoesNotContain(Token(made), list.GetRawText(), StringComparison.Ordinal);

        var one = $"{LinksOf(circle)}/{made.GetProperty("id")}";
        Assert.Equal("""{"ok":true}""", (await circle.Founder.DeleteAsync(one, HttpStatusCode.OK)).GetRawText());
        await circle.Founder.DeleteAsync(one, HttpStatusCode.OK);
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());
        Assert.Equal("revoked", (await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items")[0].GetProperty("status").GetString());
        var activity = await circle.Founder.GetAsync($"{circle.Path}/activity");
        Assert.Equal(["link.revoked", "link.created", "family.created"], activity.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("type").GetString()));
        Assert.DoesNotContain(Token(made), activity.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_says_what_anybody_may_know()
    {
        using var circle = await Circle.StartAsync(App, "vault", "The Aasens");
        var link = await MakeAsync(circle, new { role = "parent", permission = "edit", expiresInDays = 90 });

        var preview = await circle.Stranger().GetAsync($"/api/invites/{Token(link)}");

        Assert.Equal("link The Aasens Ana parent Parent edit true false", Words(preview, "type", "familyName", "inviterName", "role", "roleName", "permission", "requireLogin", "requireApproval"));
        foreach (var secret in new[] { "email", "phone", "name", "message", "accessUntil" })
        {
            Assert.Equal(JsonValueKind.Null, preview.GetProperty(secret).ValueKind);
        }

        Assert.Equal(0, preview.GetProperty("children").GetArrayLength());
        Assert.Equal("""{"count":1,"names":[]}""", preview.GetProperty("members").GetRawText());
    }

    [Fact]
    public async Task Whoever_has_it_joins_once_and_uses_it_once()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { role = "grandparent", permission = "edit", maxUses = 5 });
        var olga = await circle.SomebodyAsync("Olga Berg");

        var joined = await AcceptAsync(olga, link);
        var again = await AcceptAsync(olga, link);
        await AcceptAsync(circle.Founder, link);

        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        Assert.Equal(("alreadyMember", joined.GetProperty("memberId").GetGuid()), (again.GetProperty("outcome").GetString(), again.GetProperty("memberId").GetGuid()));
        Assert.Equal(1, (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetProperty("uses").GetInt32());
        var member = await circle.Founder.GetAsync($"{circle.Path}/members/{joined.GetProperty("memberId")}");
        Assert.Equal("Olga Berg grandparent edit false family", Words(member, "name", "role", "permission", "isGuest", "scope"));
        Assert.Equal(await circle.MemberIdAsync(circle.Founder), member.GetProperty("invitedBy").GetProperty("memberId").GetGuid());
        Assert.Equal(circle.Id, (await olga.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
    }

    [Fact]
    public async Task LNK_S01_What_is_over_says_which()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var olga = await circle.SomebodyAsync();
        var first = await MakeAsync(circle, new { });
        var second = await MakeAsync(circle, new { maxUses = 1 });
        await ExpectOverAsync(circle, olga, first, "invite.replaced");

        await AcceptAsync(await circle.SomebodyAsync(), second);
        await ExpectOverAsync(circle, olga, second, "invite.used");

        var third = await MakeAsync(circle, new { });
        await circle.Founder.DeleteAsync($"{LinksOf(circle)}/{third.GetProperty("id")}", HttpStatusCode.OK);
        await ExpectOverAsync(circle, olga, third, "invite.revoked");

        var fourth = await MakeAsync(circle, new { expiresInDays = 1 });
        await shared.Database.ExecuteAsync($"UPDATE invite_links SET expires_at = now() - interval '1 second' WHERE id = '{fourth.GetProperty("id")}'");
        await ExpectOverAsync(circle, olga, fourth, "invite.expired");
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());

        // One past its time stays expired when another takes its place.
        await MakeAsync(circle, new { });
        await ExpectOverAsync(circle, olga, fourth, "invite.expired");
        Assert.Equal(
            ["active", "expired", "revoked", "used", "replaced"],
            (await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items").EnumerateArray().Select(l => l.GetProperty("status").GetString()));
        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Theory]
    [InlineData("""{"expiresInDays":0}""", "expiresInDays")]
    [InlineData("""{"expiresInDays":91}""", "expiresInDays")]
    [InlineData("""{"expiresInDays":-1}""", "expiresInDays")]
    [InlineData("""{"expiresInDays":null}""", "expiresInDays")]
    [InlineData("""{"maxUses":0}""", "maxUses")]
    [InlineData("""{"maxUses":-1}""", "maxUses")]
    [InlineData("""{"maxUses":1000000000}""", "maxUses")]
    [InlineData("""{"role":"astronaut"}""", "role")]
    [InlineData("""{"allowedDomains":["not a domain"]}""", "allowedDomains[0]")]
    [InlineData("""{"allowedDomains":["example.org",null]}""", "allowedDomains[1]")]
    [InlineData("""{"allowedDomains":["example.org"],"requireLogin":false}""", "allowedDomains")]
    [InlineData("""{"permission":"edit","requireLogin":false}""", "requireLogin")]
    [InlineData("""{"forever":true}""", "forever")]
    public async Task LNK_S02_Only_what_is_within_the_limits(string body, string field)
    {
        using var circle = await Circle.StartAsync(App, "vault");

        Assert.Equal([field], await circle.Founder.FaultsAsync(LinksOf(circle), body));
        Assert.Equal("""{"url":null}""", (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetRawText());
    }

    [Fact]
    public async Task LNK_S02_Never_a_manager_whoever_makes_it()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        await circle.Founder.PostRefusedAsync(LinksOf(circle), new { permission = "admin" }, 403, "rights.ceiling");
        await circle.Founder.PostRefusedAsync(LinksOf(circle), new { permission = "owner" }, 403, "rights.ceiling");
        using var home = await Circle.StartAsync(App);
        await home.Founder.PostRefusedAsync(LinksOf(home), new { role = "co-parent" }, 403, "rights.ceiling");
        using var team = await Circle.StartAsync(App, "team");
        await team.Founder.PostRefusedAsync(LinksOf(team), new { }, 409, "channel.unavailable");
    }

    [Fact]
    public async Task LNK_S03_A_link_for_a_domain_takes_only_a_proven_address_of_it()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { allowedDomains = new[] { " Family.TEST " } });
        var item = (await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items")[0];
        Assert.Equal("""["family.test"]""", item.GetProperty("allowedDomains").GetRawText());

        foreach (var email in new[] { $"{Guid.NewGuid():N}@evil.test", $"{Guid.NewGuid():N}@family.test.evil.test", $"{Guid.NewGuid():N}@sub.family.test" })
        {
            var problem = await (await circle.SomebodyAsync("Eve", email)).PostRefusedAsync(Accept(link), null, 403, "invite.wrong_account");
            Assert.Contains("family.test", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        // It is not enough to say so.
        var claimer = await circle.SomebodyAsync("Claims");
        await shared.Database.ExecuteAsync(
            $"INSERT INTO account_addresses (id, account_id, type, value, key, \"primary\", created_at) VALUES ('{Guid.CreateVersion7(App.Clock.GetUtcNow())}', '{claimer.AccountId}', 1, 'c@family.test', 'c@family.test', false, now())");
        await claimer.PostRefusedAsync(Accept(link), null, 403, "invite.wrong_account");
        // The way out: ask whoever gave the link.
        await claimer.PostAsync($"/api/invites/{Token(link)}/ask", new { message = "It is me" }, HttpStatusCode.Accepted);
        var request = Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());
        Assert.Equal("It is me", request.GetProperty("message").GetString());

        Assert.Equal("joined", (await AcceptAsync(await circle.SomebodyAsync("Mia", $"{Guid.NewGuid():N}@FAMILY.test"), link)).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task LNK_S05_Whoever_came_by_it_to_look_invites_nobody()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { requireLogin = false });
        using var guest = App.NewPerson();
        guest.Take(await guest.PostAsync(Accept(link), new { name = "Gus" }, HttpStatusCode.OK));

        await guest.GetAsync(circle.Path);
        await guest.PostRefusedAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, 403, "rights.missing");
        await guest.PostRefusedAsync(LinksOf(circle), new { }, 403, "rights.missing");
        await guest.GetRefusedAsync(LinksOf(circle), 403, "rights.missing");
        await guest.GetRefusedAsync($"{LinksOf(circle)}/current", 403, "rights.missing");
        await guest.DeleteRefusedAsync($"{LinksOf(circle)}/{link.GetProperty("id")}", 403, "rights.missing");
        await guest.GetRefusedAsync($"{circle.Path}/export", 403, "rights.missing");
        // And nobody who is not in the family gets anything at all.
        var stranger = circle.Stranger();
        await stranger.GetRefusedAsync($"{circle.Path}/members", 401, "auth.required");
        await (await circle.SomebodyAsync()).GetRefusedAsync($"{circle.Path}/members", 404, "not_found");
    }

    [Fact]
    public async Task The_same_key_makes_the_link_once()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        (string, string)[] key = [("Idempotency-Key", Guid.NewGuid().ToString())];
        async Task<string> MakeOnceAsync(object body, HttpStatusCode status)
        {
            using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, LinksOf(circle), body, key);
            Assert.Equal(status, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }

        var first = await MakeOnceAsync(new { maxUses = 3 }, HttpStatusCode.Created);
        Assert.Equal(first, await MakeOnceAsync(new { maxUses = 3 }, HttpStatusCode.Created));
        Assert.Contains("idempotency.mismatch", await MakeOnceAsync(new { maxUses = 4 }, HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        Assert.Equal(1, (await circle.Founder.GetAsync(LinksOf(circle))).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task LNK_S04_A_link_of_another_family_or_a_forged_one_is_nothing()
    {
        using var a = await Circle.StartAsync(App, "vault");
        using var b = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(a, new { });
        await b.Founder.DeleteRefusedAsync($"{LinksOf(b)}/{link.GetProperty("id")}", 404, "not_found");
        await b.Founder.DeleteRefusedAsync($"{LinksOf(a)}/{link.GetProperty("id")}", 404, "not_found");
        var olga = await a.SomebodyAsync();
        // The same id as another sort of link: the sort is part of what is signed.
        await olga.PostRefusedAsync($"/api/invites/{a.Token(link.GetProperty("id").GetGuid())}/accept", null, 404, "invite.unknown");
        var token = Token(link);
        await olga.PostRefusedAsync($"/api/invites/{token[..47]}{(token[47] == 'A' ? 'B' : 'A')}/accept", null, 404, "invite.unknown");

        // A deleted family's link leads nowhere, and never to another.
        await a.Founder.DeleteAsync(a.Path, HttpStatusCode.NoContent, new { name = a.Name });
        await MakeAsync(b, new { });
        await olga.PostRefusedAsync(Accept(link), null, 404, "invite.unknown");
        await olga.GetRefusedAsync($"/api/invites/{token}", 404, "invite.unknown");
    }

    internal static string LinksOf(Circle circle) => $"{circle.Path}/invite-links";

    internal static async Task<JsonElement> MakeAsync(Circle circle, object body, Person? by = null) =>
        await (by ?? circle.Founder).PostAsync(LinksOf(circle), body, HttpStatusCode.Created);

    internal static string Token(JsonElement link) => link.GetProperty("url").GetString()!.Split('/')[^1];

    internal static string Accept(JsonElement link) => $"/api/invites/{Token(link)}/accept";

    internal static Task<JsonElement> AcceptAsync(Person person, JsonElement link) => person.PostAsync(Accept(link), null, HttpStatusCode.OK);

    internal static async Task ExpectOverAsync(Circle circle, Person somebody, JsonElement link, string code)
    {
        await circle.Stranger().GetRefusedAsync($"/api/invites/{Token(link)}", 410, code);
        await circle.Stranger().PostRefusedAsync($"/api/invites/{Token(link)}/decline", null, 410, code);
        await somebody.PostRefusedAsync(Accept(link), null, 410, code);
    }

    internal static string Words(JsonElement element, params string[] names) => string.Join(' ', names.Select(n => element.GetProperty(n) is var value && value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()));
}
