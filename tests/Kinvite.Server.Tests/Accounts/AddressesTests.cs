using System.Net;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Links;
using static Kinvite.Server.Tests.Accounts.OwnAddresses;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class AddressesTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task An_address_is_ones_own_once_its_code_came_back()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        await olga.PostAsync("/api/account/addresses", new { email = "Olga.Work@Example.org" }, HttpStatusCode.Accepted);
        Assert.Single(await ListAsync(olga)); // nothing is kept until then

        var code = await CodeAsync(App, Database, olga, "olga.work@example.org");
        var added = await olga.PostAsync("/api/account/addresses/verify", new { email = "olga.work@example.org", code }, HttpStatusCode.OK);

        Assert.Equal("email", added.GetProperty("type").GetString());
        Assert.True(added.GetProperty("verified").GetBoolean());
        Assert.False(added.GetProperty("primary").GetBoolean());
        var all = await ListAsync(olga);
        Assert.Equal(["olga@example.org", "olga.work@example.org"], all.Select(a => a.GetProperty("value").GetString()));
        // And it signs in to the same account.
        using var again = await SignInAsync(App, "olga.work@example.org");
        Assert.Equal(olga.AccountId, again.AccountId);
    }

    [Fact]
    public async Task A_wrong_code_and_one_that_was_sent_for_signing_in_prove_nothing()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        var signIn = await AskAsync(App, "other@example.org");
        await olga.PostRefusedAsync("/api/account/addresses/verify", new { email = "other@example.org", code = Digits(App, signIn) }, 401, "code.invalid");
        await olga.PostAsync("/api/account/addresses", new { email = "other@example.org" }, HttpStatusCode.Accepted);
        var code = await CodeAsync(App, Database, olga, "other@example.org");
        await olga.PostRefusedAsync("/api/account/addresses/verify", new { email = "other@example.org", code = code == "000000" ? "000001" : "000000" }, 401, "code.invalid");
        // Nor one that another account asked for.
        using var mallory = await SignInAsync(App, "mallory@example.org");
        await mallory.PostRefusedAsync("/api/account/addresses/verify", new { email = "other@example.org", code }, 401, "code.invalid");
        Assert.Single(await ListAsync(olga));
        Assert.Single(await ListAsync(mallory));
    }

    [Fact]
    public async Task That_an_address_is_anothers_is_said_only_after_a_right_code()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        using var nils = await SignInAsync(App, "nils@example.org");
        using var known = await nils.RequestAsync(HttpMethod.Post, "/api/account/addresses", new { email = "olga@example.org" });
        using var unknown = await nils.RequestAsync(HttpMethod.Post, "/api/account/addresses", new { email = "nobody@example.org" });
        Assert.Equal(HttpStatusCode.Accepted, known.StatusCode);
        Assert.Equal(known.StatusCode, unknown.StatusCode);
        Assert.Equal(await known.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        var code = await CodeAsync(App, Database, nils, "olga@example.org");
        await nils.PostRefusedAsync("/api/account/addresses/verify", new { email = "olga@example.org", code = code == "000000" ? "000001" : "000000" }, 401, "code.invalid");

        await nils.PostRefusedAsync("/api/account/addresses/verify", new { email = "olga@example.org", code }, 409, "address.taken");

        await nils.PostRefusedAsync("/api/account/addresses/verify", new { email = "olga@example.org", code }, 401, "code.invalid"); // used up
        Assert.Equal("olga@example.org", Assert.Single(await ListAsync(olga)).GetProperty("value").GetString());
    }

    [Fact]
    public async Task AUT_S05_The_last_way_in_stays_and_a_foreign_address_does_not_exist()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        using var nils = await SignInAsync(App, "nils@example.org");
        var only = Assert.Single(await ListAsync(olga)).GetProperty("id").GetGuid();
        await olga.DeleteRefusedAsync($"/api/account/addresses/{only}", 409, "account.last_sign_in");
        await nils.DeleteRefusedAsync($"/api/account/addresses/{only}", 404, "not_found");
        await nils.RefusedAsync(HttpMethod.Patch, $"/api/account/addresses/{only}", new { primary = true }, 404, "not_found");

        await AddAsync(App, Database, olga, "olga2@example.org");
        await olga.DeleteAsync($"/api/account/addresses/{only}", HttpStatusCode.NoContent);

        var left = Assert.Single(await ListAsync(olga));
        Assert.Equal("olga2@example.org", left.GetProperty("value").GetString());
        Assert.True(left.GetProperty("primary").GetBoolean());
        await olga.DeleteRefusedAsync($"/api/account/addresses/{only}", 404, "not_found");
        // The old address is free: whoever proves it gets an account of their own.
        using var somebody = await SignInAsync(App, "olga@example.org");
        Assert.NotEqual(olga.AccountId, somebody.AccountId);
    }

    [Fact]
    public async Task Mail_goes_where_its_person_says()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        var second = (await AddAsync(App, Database, olga, "olga2@example.org")).GetProperty("id").GetGuid();
        var changed = await olga.PatchAsync($"/api/account/addresses/{second}", new { primary = true });
        Assert.True(changed.GetProperty("primary").GetBoolean());
        Assert.Equal("olga2@example.org", (await olga.GetAsync("/api/account")).GetProperty("email").GetString());
        Assert.Single(await ListAsync(olga), a => a.GetProperty("primary").GetBoolean());
        await olga.RefusedAsync(HttpMethod.Patch, $"/api/account/addresses/{second}", new { primary = false }, 400, "validation");
    }

    [Fact]
    public async Task A_phone_number_is_refused_clearly_where_no_texts_go()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        await olga.PostRefusedAsync("/api/account/addresses", new { phone = "+47 912 34 567" }, 409, "channel.unavailable");
        Assert.Equal(["phone"], await olga.FaultsAsync("/api/account/addresses", new { phone = "12" }));
        Assert.Equal(["email"], await olga.FaultsAsync("/api/account/addresses", new { email = "olga" }));
        Assert.Equal(["phone"], await olga.FaultsAsync("/api/account/addresses", new { email = "olga@example.org", phone = "+4791234567" }));
        await olga.PostRefusedAsync("/api/account/addresses/verify", new { phone = "+4791234567", code = "123456" }, 401, "code.invalid");
    }

    [Fact]
    public async Task AUT_S04_What_changes_how_one_signs_in_needs_a_sign_in_of_the_last_ten_minutes()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        var second = (await AddAsync(App, Database, olga, "olga2@example.org")).GetProperty("id").GetGuid();
        await olga.PostAsync("/api/account/addresses", new { email = "olga3@example.org" }, HttpStatusCode.Accepted);
        var code = await CodeAsync(App, Database, olga, "olga3@example.org");
        App.Clock.Advance(RecentSignIn.Window + TimeSpan.FromSeconds(1));

        await olga.PostRefusedAsync("/api/account/addresses", new { email = "olga4@example.org" }, 403, "auth.reauthenticate");
        await olga.PostRefusedAsync("/api/account/addresses/verify", new { email = "olga3@example.org", code }, 403, "auth.reauthenticate");
        await olga.RefusedAsync(HttpMethod.Patch, $"/api/account/addresses/{second}", new { primary = true }, 403, "auth.reauthenticate");
        await olga.DeleteRefusedAsync($"/api/account/addresses/{second}", 403, "auth.reauthenticate");
        Assert.Equal(2, (await ListAsync(olga)).Count);

        // Refreshed tokens are as old as their sign-in; a new one is the way out.
        olga.Take(await olga.PostAsync("/api/auth/refresh", new { refreshToken = olga.RefreshToken }, HttpStatusCode.OK));
        await olga.DeleteRefusedAsync($"/api/account/addresses/{second}", 403, "auth.reauthenticate");
        using var again = await SignInAsync(App, "olga@example.org");
        await again.DeleteAsync($"/api/account/addresses/{second}", HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task AUT_S04_The_addresses_there_were_are_told_and_a_removed_one_is_told_last()
    {
        using var olga = await SignInAsync(App, "told@example.org");
        await AddAsync(App, Database, olga, "told2@example.org");
        var added = await App.Mailbox.WaitForAsync("told@example.org", App.Mailbox.To("told@example.org").Count(m => !m.Contains("An address was added", StringComparison.Ordinal)));
        Assert.Contains("An address was added to your account", added, StringComparison.Ordinal);
        Assert.DoesNotContain(App.Mailbox.To("told2@example.org"), m => m.Contains("An address was added", StringComparison.Ordinal));

        var first = (await ListAsync(olga))[0].GetProperty("id").GetGuid();
        await olga.DeleteAsync($"/api/account/addresses/{first}", HttpStatusCode.NoContent);

        foreach (var address in (string[])["told@example.org", "told2@example.org"])
        {
            await WaitAsync(() => App.Mailbox.To(address).Any(m => m.Contains("An address was taken off your account", StringComparison.Ordinal)));
        }

        // What is sent is forgotten.
        await WaitAsync(async () => await Database.ScalarAsync<long>($"SELECT count(*) FROM account_addresses WHERE account_id = '{olga.AccountId}'") == 1);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'security' AND outbox::text LIKE '%told%'"));
    }

    [Fact]
    public async Task The_mail_with_a_code_for_an_address_has_no_button_that_would_sign_in_as_somebody_new()
    {
        using var olga = await SignInAsync(App, "button@example.org");
        await olga.PostAsync("/api/account/addresses", new { email = "button2@example.org" }, HttpStatusCode.Accepted);
        var inside = await App.Mailbox.WaitForAsync("button2@example.org");
        Assert.NotNull(DevelopmentMailbox.CodeIn(inside));
        Assert.DoesNotContain("/sign-in/link/", inside, StringComparison.Ordinal);
        Assert.Contains("/sign-in/link/", await App.Mailbox.WaitForAsync("button@example.org"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BND_S06_A_tagged_address_is_an_address_of_its_own_and_nobody_joins_twice()
    {
        using var circle = await Circle.StartAsync(App);
        using var bob = await SignInAsync(App, "bob@x.test.example.org");
        var (plain, tagged) = (await circle.InviteAsync(new { email = "bob@x.test.example.org", role = "relative" }), await circle.InviteAsync(new { email = "bob+kid@x.test.example.org", role = "relative" }));

        // Two addresses: a tag is not cut off, so the tagged invitation is nobody's until its address is proven.
        var mine = Assert.Single((await bob.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal(plain.GetProperty("id").GetGuid(), mine.GetProperty("id").GetGuid());
        Assert.Equal("joined", await OutcomeAsync(bob, circle.Token(plain)));
        await AddAsync(App, Database, bob, "bob+kid@x.test.example.org");
        Assert.Single((await bob.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal("alreadyMember", await OutcomeAsync(bob, circle.Token(tagged)));
        Assert.Equal(1L, await Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE account_id = '{bob.AccountId}'"));
    }

    [Fact]
    public async Task BND_S07_An_invitation_to_an_address_that_is_not_ones_own_any_more_is_not_ones_own()
    {
        using var circle = await Circle.StartAsync(App, "care");
        using var olga = await SignInAsync(App, "old@example.org");
        var invite = await circle.InviteAsync(new { email = "old@example.org", role = "member" });
        await AddAsync(App, Database, olga, "new@example.org");
        var old = (await ListAsync(olga)).Single(a => a.GetProperty("value").GetString() == "old@example.org").GetProperty("id").GetGuid();
        await olga.DeleteAsync($"/api/account/addresses/{old}", HttpStatusCode.NoContent);

        Assert.Empty((await olga.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        await olga.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id").GetGuid()}/accept", null, 404, "not_found");
        await olga.PostRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, 403, "invite.wrong_account");
        // Whoever has the address now finds the invitation, and joins only by saying so.
        using var next = await SignInAsync(App, "old@example.org");
        Assert.Single((await next.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        Assert.Equal(1L, await Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
    }

    private static async Task<string?> OutcomeAsync(Person person, string token) =>
        (await person.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK)).GetProperty("outcome").GetString();

    private static Task WaitAsync(Func<bool> when) => WaitAsync(() => Task.FromResult(when()));

    private static async Task WaitAsync(Func<Task<bool>> when)
    {
        for (var tries = 0; !await when(); tries++)
        {
            Assert.True(tries < 200, "It did not happen within 20 s.");
            await Task.Delay(100);
        }
    }
}
