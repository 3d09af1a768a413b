using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;
using static Kinvite.Server.Tests.Invitations.InviteLinkTests;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Where no account is asked for a name is enough: a guest looks, invites nobody, and can become an account without losing its place.</summary>
public sealed class GuestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_guest_comes_in_with_a_name_and_gets_a_session()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { requireLogin = false, role = "grandparent" });
        Assert.False((await circle.Stranger().GetAsync($"/api/invites/{Token(link)}")).GetProperty("requireLogin").GetBoolean());

        Assert.Equal(["name"], await circle.Stranger().FaultsAsync(Accept(link), new { }));
        Assert.Equal(["name"], await circle.Stranger().FaultsAsync(Accept(link), new { name = " " }));
        Assert.Equal(["accountId"], await circle.Stranger().FaultsAsync(Accept(link), new { name = "Gus", accountId = Guid.NewGuid() }));
        var (guest, joined) = await GuestAsync(circle, link, "Gus");

        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        Assert.Equal(3600, joined.GetProperty("expiresIn").GetInt32());
        var account = await guest.GetAsync("/api/account");
        Assert.Equal((true, "Gus", JsonValueKind.Null, circle.Id), (account.GetProperty("isGuest").GetBoolean(), account.GetProperty("displayName").GetString(), account.GetProperty("email").ValueKind, account.GetProperty("defaultFamilyId").GetGuid()));
        var member = await circle.Founder.GetAsync($"{circle.Path}/members/{joined.GetProperty("memberId")}");
        Assert.Equal((true, true, "grandparent", "view"), (member.GetProperty("isGuest").GetBoolean(), member.GetProperty("hasAccount").GetBoolean(), member.GetProperty("role").GetString(), member.GetProperty("permission").GetString()));
        Assert.Equal(["family.view", "activity.view"], (await guest.GetAsync($"{circle.Path}/me")).GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).Order().Reverse());
        // The same session again is the same guest.
        Assert.Equal("alreadyMember", (await guest.PostAsync(Accept(link), null, HttpStatusCode.OK)).GetProperty("outcome").GetString());
        Assert.Equal(1, (await circle.Founder.GetAsync($"{LinksOf(circle)}/current")).GetProperty("uses").GetInt32());
        // The refresh token works as any other.
        await circle.Stranger().PostAsync("/api/auth/refresh", new { refreshToken = guest.RefreshToken }, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Where_one_has_to_sign_in_a_name_is_not_enough()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var open = await MakeAsync(circle, new { requireLogin = false });
        var (guest, _) = await GuestAsync(circle, open, "Gus");
        var link = await MakeAsync(circle, new { });
        var before = await AccountsAsync();

        await circle.Stranger().PostRefusedAsync(Accept(link), new { name = "Gus" }, 401, "auth.required");
        await circle.Stranger().PostRefusedAsync($"/api/invites/{circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }))}/accept", new { name = "Gus" }, 401, "auth.required");
        Assert.Equal(before, await AccountsAsync());
        // A guest's session is no sign-in.
        using var other = await Circle.StartAsync(App, "vault");
        await guest.PostRefusedAsync(Accept(await MakeAsync(other, new { })), null, 403, "rights.missing");
    }

    [Theory]
    [InlineData("vault", null, "joined")]
    [InlineData("vault", "confirm", "waitingForApproval")]
    [InlineData("home", null, "waitingForApproval")]
    public async Task An_invitation_too_may_do_without_an_account(string kind, string? binding, string outcome)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var created = await circle.Founder.PostAsync(
            circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, requireLogin = false, binding }, HttpStatusCode.Created);
        var invite = created.GetProperty("items")[0].GetProperty("invite");
        Assert.False(invite.GetProperty("requireLogin").GetBoolean());
        using var guest = App.NewPerson();

        var answer = await guest.PostAsync($"/api/invites/{circle.Token(invite)}/accept", new { name = "Gus" }, HttpStatusCode.OK);

        Assert.Equal(outcome, answer.GetProperty("outcome").GetString());
        guest.Take(answer);
        Assert.True((await guest.GetAsync("/api/account")).GetProperty("isGuest").GetBoolean());
        if (outcome == "joined")
        {
            await circle.Stranger().PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", new { name = "Eve" }, 409, "invite.already_accepted");
            return;
        }

        var approve = $"{circle.Path}/access-requests/{answer.GetProperty("requestId")}/approve";
        var card = (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items")[0];
        Assert.Equal(("Gus", JsonValueKind.Null), (card.GetProperty("account").GetProperty("displayName").GetString(), card.GetProperty("account").GetProperty("email").ValueKind));
        Assert.Equal(["permission"], await circle.Founder.FaultsAsync(approve, kind == "vault" ? new { permission = "edit" } : new { role = "co-parent" }));
        await circle.Founder.PostAsync(approve, new { }, HttpStatusCode.OK);
        Assert.True((await guest.GetAsync($"{circle.Path}/members")).GetProperty("items").EnumerateArray().Single(m => m.GetProperty("isYou").GetBoolean()).GetProperty("isGuest").GetBoolean());
    }

    [Theory]
    [InlineData("vault", """{"invites":[{"email":"a@example.org","permission":"edit"}],"requireLogin":false}""")]
    [InlineData("vault", """{"invites":[{"email":"a@example.org"}],"requireLogin":false,"binding":"verified"}""")]
    [InlineData("home", """{"invites":[{"email":"a@example.org","role":"co-parent"}],"requireLogin":false}""")]
    [InlineData("home", """{"invites":[{"email":"a@example.org","role":"co-parent","permission":"view"}],"requireLogin":false}""")]
    [InlineData("care", """{"invites":[{"email":"a@example.org","role":"member"}],"requireLogin":false}""")]
    public async Task It_is_refused_where_it_would_give_too_much(string kind, string body)
    {
        using var circle = await Circle.StartAsync(App, kind);

        Assert.Equal(["requireLogin"], await circle.Founder.FaultsAsync(circle.Invites, body));
    }

    [Fact]
    public async Task A_change_afterwards_gives_a_guest_no_more()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var created = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, requireLogin = false }, HttpStatusCode.Created);
        var invite = created.GetProperty("items")[0].GetProperty("invite");
        await circle.Founder.RefusedAsync(HttpMethod.Patch, $"{circle.Invites}/{invite.GetProperty("id")}", new { permission = "edit" }, 400, "validation");
        using var guest = App.NewPerson();
        var joined = await guest.PostAsync($"/api/invites/{circle.Token(invite)}/accept", new { name = "Gus" }, HttpStatusCode.OK);

        await circle.Founder.RefusedAsync(HttpMethod.Patch, $"{circle.Path}/members/{joined.GetProperty("memberId")}", new { permission = "edit" }, 403, "rights.ceiling");
        await circle.Founder.PostRefusedAsync($"{circle.Path}/owner", new { memberId = joined.GetProperty("memberId") }, 409, "member.cannot_own");
    }

    [Fact]
    public async Task Twenty_guests_come_by_one_link_in_a_day_and_others_with_an_account()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await MakeAsync(circle, new { requireLogin = false });
        for (var i = 0; i < 20; i++)
        {
            await circle.Stranger().PostAsync(Accept(link), new { name = $"Gus {i}" }, HttpStatusCode.OK);
        }

        using var refused = await circle.Stranger().RequestAsync(HttpMethod.Post, Accept(link), new { name = "One more" });
        await refused.ProblemAsync(429, "limit.exceeded");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("joined", (await (await circle.SomebodyAsync()).PostAsync(Accept(link), null, HttpStatusCode.OK)).GetProperty("outcome").GetString());
        // Another link has its own.
        await circle.Stranger().PostAsync(Accept(await MakeAsync(circle, new { requireLogin = false })), new { name = "Gus" }, HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_same_key_is_the_same_guest_with_a_new_session()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var accept = await OwnInvitationAsync(circle);
        var key = Guid.NewGuid().ToString();

        var (first, second) = (await RepeatAsync(circle, accept, key), await RepeatAsync(circle, accept, key));

        Assert.Equal(
            (first.GetProperty("memberId").GetGuid(), first.GetProperty("accountId").GetGuid()), (second.GetProperty("memberId").GetGuid(), second.GetProperty("accountId").GetGuid()));
        Assert.NotEqual(first.GetProperty("accessToken").GetString(), second.GetProperty("accessToken").GetString());
        foreach (var tokens in new[] { first, second })
        {
            using var device = App.NewPerson();
            device.Take(tokens);
            await device.GetAsync(circle.Path);
        }

        Assert.Equal(2, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("signed out")]
    [InlineData("keys ended")]
    [InlineData("guests used up")]
    public async Task A_guests_key_is_no_way_in_after_its_end(string end)
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var accept = await OwnInvitationAsync(circle);
        using var guest = App.NewPerson();
        var joined = await RepeatAsync(circle, accept, "mine");
        guest.Take(joined);
        var sessions = $"SELECT count(*) FROM sessions WHERE account_id = '{guest.AccountId}'";
        switch (end)
        {
            case "removed":
                await circle.Founder.DeleteAsync($"{circle.Path}/members/{joined.GetProperty("memberId")}", HttpStatusCode.NoContent);
                break;
            case "signed out":
                await guest.PostAsync("/api/auth/logout", null, HttpStatusCode.NoContent);
                break;
            case "keys ended":
                // What another server's invalidate-all leaves in the table, before this one has heard of it.
                await shared.Database.ExecuteAsync("UPDATE key_epochs SET ends_at = created_at WHERE number = (SELECT max(number) FROM key_epochs)");
                break;
            default:
                for (var i = 1; i < 20; i++)
                {
                    await RepeatAsync(circle, accept, "mine");
                }

                break;
        }

        var before = await shared.Database.ScalarAsync<long>(sessions);
        using var replayed = await circle.Stranger().RequestAsync(HttpMethod.Post, accept, new { name = "Gus" }, ("Idempotency-Key", "mine"));
        await shared.Database.ExecuteAsync("UPDATE key_epochs SET ends_at = NULL WHERE number = (SELECT max(number) FROM key_epochs)");

        await replayed.ProblemAsync(end == "guests used up" ? 429 : 401, end == "guests used up" ? "limit.exceeded" : "auth.required");
        Assert.Equal(before, await shared.Database.ScalarAsync<long>(sessions));
    }

    [Fact]
    public async Task With_an_address_a_guest_becomes_an_account_and_keeps_every_place()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        using var other = await Circle.StartAsync(App, "vault");
        var accept = await OwnInvitationAsync(circle);
        var answer = await RepeatAsync(circle, accept, "mine");
        using var guest = App.NewPerson();
        guest.Take(answer);
        using var elsewhere = App.NewPerson();
        elsewhere.Take(await RepeatAsync(circle, accept, "mine"));
        await guest.PostAsync(Accept(await MakeAsync(other, new { requireLogin = false })), null, HttpStatusCode.OK);
        var email = Circle.NewEmail("gus");

        await guest.PostAsync("/api/account/addresses", new { email }, HttpStatusCode.Accepted);
        var code = App.Services.GetRequiredService<KeyRing>().CodeDigits(await shared.Database.ScalarAsync<Guid>($"SELECT id FROM codes WHERE address_key = '{email}'"));
        await guest.PostRefusedAsync("/api/account/addresses/verify", new { email, code = code == "000000" ? "000001" : "000000" }, 401, "code.invalid");
        Assert.True((await guest.GetAsync("/api/account")).GetProperty("isGuest").GetBoolean());
        await guest.PostAsync("/api/account/addresses/verify", new { email, code }, HttpStatusCode.OK);

        Assert.False((await guest.GetAsync("/api/account")).GetProperty("isGuest").GetBoolean());
        // Who else had come in as this guest is not in the account that it became.
        await elsewhere.GetRefusedAsync("/api/account", 401, "auth.required");
        var places = new[] { (Circle: circle, Member: answer.GetProperty("memberId").GetGuid()), (Circle: other, Member: await other.MemberIdAsync(guest)) };
        foreach (var (place, id) in places)
        {
            Assert.False((await place.Founder.GetAsync($"{place.Path}/members/{id}")).GetProperty("isGuest").GetBoolean());
        }

        // Signs in by it from now on: the same account, the same place, and the key of before is no way in.
        using var signedIn = App.NewPerson();
        await signedIn.SignInAsync(email);
        Assert.Equal(guest.AccountId, signedIn.AccountId);
        Assert.Equal(answer.GetProperty("memberId").GetGuid(), await circle.MemberIdAsync(signedIn));
        using var replayed = await circle.Stranger().RequestAsync(HttpMethod.Post, accept, new { name = "Gus" }, ("Idempotency-Key", "mine"));
        await replayed.ProblemAsync(401, "auth.required");
        // And may be given more.
        await circle.Founder.PatchAsync($"{circle.Path}/members/{places[0].Member}", new { permission = "edit" });
    }

    [Fact]
    public async Task Another_persons_address_does_not_become_a_guests()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var (guest, _) = await GuestAsync(circle, await MakeAsync(circle, new { requireLogin = false }), "Gus");
        var olga = await circle.SomebodyAsync();
        await guest.PostAsync("/api/account/addresses", new { email = olga.Email }, HttpStatusCode.Accepted);
        var code = App.Services.GetRequiredService<KeyRing>().CodeDigits(
            await shared.Database.ScalarAsync<Guid>($"SELECT id FROM codes WHERE address_key = '{olga.Email}' AND account_id = '{guest.AccountId}'"));

        await guest.PostRefusedAsync("/api/account/addresses/verify", new { email = olga.Email, code }, 409, "address.taken");

        Assert.True((await guest.GetAsync("/api/account")).GetProperty("isGuest").GetBoolean());
        await guest.PostRefusedAsync("/api/families", new { name = "Mine" }, 403, "rights.missing");
        await guest.DeleteAsync("/api/account", HttpStatusCode.NoContent);
    }

    // For one person, who needs no account: where its accept is.
    private static async Task<string> OwnInvitationAsync(Circle circle)
    {
        var created = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, requireLogin = false }, HttpStatusCode.Created);
        return $"/api/invites/{circle.Token(created.GetProperty("items")[0].GetProperty("invite"))}/accept";
    }

    private static async Task<JsonElement> RepeatAsync(Circle circle, string accept, string key)
    {
        using var answer = await circle.Stranger().RequestAsync(HttpMethod.Post, accept, new { name = "Gus" }, ("Idempotency-Key", key));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.Clone();
    }

    private async Task<(Person Guest, JsonElement Joined)> GuestAsync(Circle circle, JsonElement link, string name)
    {
        var guest = circle.Stranger();
        var joined = await guest.PostAsync(Accept(link), new { name }, HttpStatusCode.OK);
        guest.Take(joined);
        return (guest, joined);
    }

    private Task<long> AccountsAsync() => shared.Database.ScalarAsync<long>("SELECT count(*) FROM accounts");
}
