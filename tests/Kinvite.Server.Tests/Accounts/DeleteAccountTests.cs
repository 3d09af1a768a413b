using System.Net;
using System.Text;
using Kinvite.Harness;
using Kinvite.Links;
using static Kinvite.Server.Tests.Accounts.OwnAddresses;

namespace Kinvite.Server.Tests.Accounts;

public sealed class DeleteAccountTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task PRV_S02_Nothing_in_any_table_says_who_a_deleted_account_was()
    {
        using var circle = await Circle.StartAsync(App);
        using var other = await Circle.StartAsync(App, "home", "The Dahls", "Eva Dahl");
        var olga = await circle.SomebodyAsync("Olga Zetterlund", "olga.zetterlund@example.org");
        await AddAsync(App, Database, olga, "zetterlund.work@example.org");
        var joined = await circle.InviteAsync(new { email = olga.Email, name = "Olga Zetterlund", role = "co-parent" });
        await olga.PostAsync($"/api/invites/{circle.Token(joined)}/accept", null, HttpStatusCode.OK);
        // What she did, what waits for her elsewhere, and what she asked.
        await olga.PostAsync(circle.Invites, new { invites = new[] { new { email = "friend@example.org", role = "friend" } } }, HttpStatusCode.Created);
        var waiting = await other.InviteAsync(new { email = "zetterlund.work@example.org", name = "Olga Zetterlund", role = "relative" });
        using var third = await Circle.StartAsync(App, "home", "The Moens", "Nils Moen");
        var passed = await third.InviteAsync(new { email = "somebody.else@example.org", role = "relative" });
        await olga.PostAsync($"/api/invites/{third.Token(passed, LinkKind.Copied)}/ask", new { message = "It is me, Zetterlund" }, HttpStatusCode.Accepted);
        using var device = await SigningIn.SignInAsync(App, olga.Email);
        await WaitForQuietAsync();
        Assert.Contains("Zetterlund", await DumpAsync(), StringComparison.OrdinalIgnoreCase);

        await olga.DeleteAsync("/api/account", HttpStatusCode.NoContent);

        Assert.DoesNotContain("zetterlund", await DumpAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0L, await Database.ScalarAsync<long>($"SELECT count(*) FROM accounts WHERE id = '{olga.AccountId}'"));
        await olga.GetRefusedAsync("/api/account", 401, "auth.required");
        await device.GetRefusedAsync("/api/account", 401, "auth.required");
        // The family keeps what happened, and what it sent to others is withdrawn.
        var activity = await circle.Founder.GetAsync($"{circle.Path}/activity");
        var types = activity.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString()).ToList();
        Assert.Contains("member.joined", types);
        Assert.Contains("member.left", types);
        Assert.Equal("revoked", (await circle.Founder.GetAsync($"{circle.Invites}?status=revoked")).GetProperty("items")[0].GetProperty("status").GetString());
        var declined = await other.Founder.GetAsync($"{other.Invites}/{waiting.GetProperty("id").GetGuid()}");
        Assert.Equal("declined", declined.GetProperty("status").GetString());
        // The address is free.
        using var again = await SigningIn.SignInAsync(App, "olga.zetterlund@example.org");
        Assert.NotEqual(olga.AccountId, again.AccountId);
        Assert.Empty((await again.GetAsync("/api/families")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task What_somebody_asked_for_waits_for_nobody_once_they_are_gone()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync("Olga Zetterlund");
        await olga.PostAsync("/api/access-requests", new { familyId = circle.Id, message = "Olga from next door" }, HttpStatusCode.Accepted);
        var requests = $"{circle.Path}/access-requests?status=pending";
        var request = Assert.Single((await circle.Founder.GetAsync(requests)).GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid();

        await olga.DeleteAsync("/api/account", HttpStatusCode.NoContent);

        Assert.Empty((await circle.Founder.GetAsync(requests)).GetProperty("items").EnumerateArray());
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", new { role = "friend" }, 404, "not_found");
        var told = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").ToString();
        Assert.Contains("request.created", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Olga", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_ones_hands_alone_is_handed_over_first()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.Founder.DeleteRefusedAsync("/api/account", 409, "member.last_owner");

        var partner = await circle.MemberAsync("co-parent", "Per Aasen");
        await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(partner) }, HttpStatusCode.NoContent);
        await circle.Founder.DeleteAsync("/api/account", HttpStatusCode.NoContent);

        await circle.AddChildAsync(Database, "Ida");
        await partner.DeleteRefusedAsync("/api/account", 409, "member.last_owner");
        Assert.Equal(2L, await Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task CHD_S02_The_last_guardian_of_a_child_deletes_no_account()
    {
        using var circle = await Circle.StartAsync(App);
        var partner = await circle.MemberAsync("co-parent", "Per Aasen");
        var child = await circle.AddChildAsync(Database, "Ida");
        // The founder's time ends: who stays without end is the only guardian, though not the owner.
        await Database.ExecuteAsync($"UPDATE members SET access_until = now() + interval '9 years' WHERE family_id = '{circle.Id}' AND account_id = '{circle.Founder.AccountId}'");
        await partner.DeleteRefusedAsync("/api/account", 409, "member.last_guardian");
        await Database.ExecuteAsync($"DELETE FROM members WHERE id = '{child}'");
        await partner.DeleteAsync("/api/account", HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task AUT_S04_An_account_is_deleted_only_right_after_a_sign_in()
    {
        using var olga = await SigningIn.SignInAsync(App, "olga@example.org");
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await olga.DeleteRefusedAsync("/api/account", 403, "auth.reauthenticate");
        Assert.Equal("olga@example.org", (await olga.GetAsync("/api/account")).GetProperty("email").GetString());
    }

    [Fact]
    public async Task What_was_tried_at_an_address_of_somebody_else_still_counts_there()
    {
        using var mallory = await SigningIn.SignInAsync(App, "mallory@example.org");
        await mallory.PostAsync("/api/account/addresses", new { email = "victim@example.org" }, HttpStatusCode.Accepted);
        var code = await CodeAsync(App, Database, mallory, "victim@example.org");
        await mallory.PostRefusedAsync("/api/account/addresses/verify", new { email = "victim@example.org", code = code == "000000" ? "000001" : "000000" }, 401, "code.invalid");
        await mallory.DeleteAsync("/api/account", HttpStatusCode.NoContent);
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT sum(tries_used)::bigint FROM codes WHERE address_key = 'victim@example.org'"));
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM codes WHERE address_key = 'mallory@example.org' OR account_id IS NOT NULL"));
    }

    [Fact]
    public async Task Deleting_twice_at_once_deletes_once()
    {
        using var olga = await SigningIn.SignInAsync(App, "olga@example.org");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => olga.RequestAsync(HttpMethod.Delete, "/api/account")));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.NoContent);
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.NoContent), a => Assert.Equal(HttpStatusCode.Unauthorized, a.StatusCode));
        Array.ForEach(answers, a => a.Dispose());
    }

    [Fact]
    public async Task PRV_S01_The_copy_of_ones_data_has_all_of_it_and_nobody_else_s()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync("Olga Berg", "olga.copy@example.org");
        await AddAsync(App, Database, olga, "olga.second@example.org");
        var joined = await circle.InviteAsync(new { email = olga.Email, role = "co-parent" });
        var token = circle.Token(joined);
        await olga.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK);
        await olga.PostAsync(circle.Invites, new { invites = new[] { new { email = "friend.copy@example.org", role = "friend" } } }, HttpStatusCode.Created);
        await circle.InviteAsync(new { email = "not.hers@example.org", role = "friend", name = "Not Hers" });

        using var answer = await olga.RequestAsync(HttpMethod.Get, "/api/account/export");

        var text = await answer.Content.ReadAsStringAsync();
        var copy = System.Text.Json.JsonDocument.Parse(text).RootElement;
        Assert.Equal("attachment; filename=\"kinvite-account.json\"", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("Olga Berg", copy.GetProperty("account").GetProperty("displayName").GetString());
        Assert.Equal(["olga.copy@example.org", "olga.second@example.org"], copy.GetProperty("addresses").EnumerateArray().Select(a => a.GetProperty("value").GetString()));
        var membership = Assert.Single(copy.GetProperty("memberships").EnumerateArray());
        Assert.Equal((circle.Name, "co-parent"), (membership.GetProperty("familyName").GetString(), membership.GetProperty("role").GetString()));
        Assert.Equal("f•••@example.org", Assert.Single(copy.GetProperty("invitationsMade").EnumerateArray()).GetProperty("address").GetString());
        Assert.Equal("olga.copy@example.org", Assert.Single(copy.GetProperty("invitationsReceived").EnumerateArray()).GetProperty("address").GetString());
        Assert.Single(copy.GetProperty("sessions").EnumerateArray());
        Assert.DoesNotContain("not.hers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Not Hers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("friend.copy", text, StringComparison.Ordinal);
        Assert.DoesNotContain(circle.Founder.Email, text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        using var nobody = App.NewPerson();
        await nobody.GetRefusedAsync("/api/account/export", 401, "auth.required");
    }

    // What the worker still has to say must not be what is found afterwards.
    private async Task WaitForQuietAsync()
    {
        for (var tries = 0; await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE done_at IS NULL") > 0; tries++)
        {
            Assert.True(tries < 200, "The outbox did not empty within 20 s.");
            await Task.Delay(100);
        }
    }

    /// <summary>Every row of every table as text.</summary>
    private async Task<string> DumpAsync()
    {
        var tables = (await Database.ScalarAsync<string>("SELECT string_agg(quote_ident(table_name), ',') FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"))!;
        Assert.True(tables.Split(',').Length > 15, tables);
        var dump = new StringBuilder();
        foreach (var table in tables.Split(','))
        {
            dump.AppendLine(await Database.ScalarAsync<string?>($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t"));
        }

        return dump.ToString();
    }
}
