using System.Net;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class PasskeyTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    private const string Ways = "/account/sign-in";

    [Fact]
    public async Task A_passkey_is_added_told_of_and_signs_in_with_a_session_of_its_own()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var passkey = await AddAsync(olga, "My phone");
        await olga.FollowAsync();
        Assert.Contains("My phone", olga.Text, StringComparison.Ordinal);

        using var elsewhere = new Browser(App);
        await SignInAsync(elsewhere, passkey, returnTo: "/account/shared");

        Assert.Equal("/account/shared", elsewhere.SeeOther);
        await elsewhere.FollowAsync();
        Assert.Equal(HttpStatusCode.OK, elsewhere.Status);
        Assert.Equal(2L, await Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE ended_at IS NULL"));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        // Told at the address there was; and what is kept of the passkey counts on.
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'security' AND generation = 3"));
        Assert.Equal("2", await Database.ScalarAsync<string>("SELECT \"Data\"->>'SignCount' FROM account_passkeys"));
    }

    [Fact]
    public async Task With_a_passkey_a_guest_becomes_an_account_and_keeps_its_place()
    {
        using var circle = await Circle.StartAsync(App, "vault");
        var link = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { requireLogin = false }, HttpStatusCode.Created);
        using var guest = new Browser(App);
        await guest.OpenAsync(new Uri(link.GetProperty("url").GetString()!).AbsolutePath);
        await guest.SendAsync("/join/accept", ("name", "Gus"));
        var place = $"members WHERE family_id = '{circle.Id}' AND name = 'Gus'";
        var member = await Database.ScalarAsync<Guid>($"SELECT id FROM {place} AND is_guest");
        Assert.NotEqual(Guid.Empty, member);

        using var passkey = await AddAsync(guest, "Phone");

        Assert.Equal(member, await Database.ScalarAsync<Guid>($"SELECT id FROM {place} AND NOT is_guest"));
        Assert.False((await circle.Founder.GetAsync($"{circle.Path}/members/{member}")).GetProperty("isGuest").GetBoolean());
        // From now on the passkey is the way in, also elsewhere, and back to the same place.
        using var elsewhere = new Browser(App);
        await SignInAsync(elsewhere, passkey, returnTo: $"/families/{circle.Id}");
        await elsewhere.FollowAsync();
        Assert.Equal(HttpStatusCode.OK, elsewhere.Status);
        Assert.Contains("Gus", elsewhere.Text, StringComparison.Ordinal);
        await circle.Founder.PatchAsync($"{circle.Path}/members/{member}", new { permission = "edit" });
    }

    [Fact]
    public async Task AUT_S03_An_answer_is_good_once_on_whatever_server()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var passkey = await AddAsync(olga);
        using var thief = new Browser(App);
        var question = await AskAsync(thief);
        var cookie = thief.Cookies.GetAllCookies()["kinvite-passkey"]!.Value;
        var answer = passkey.Answer(question);
        await SendAsync(thief, answer);
        Assert.Equal("/", thief.SeeOther);

        // The same cookie, the same answer, another browser and another server.
        await using var second = await StartAsync(settings => settings.Clock = App.Clock);
        foreach (var server in (KinviteApp[])[App, second])
        {
            using var again = new Browser(server);
            await again.OpenAsync("/sign-in");
            again.Cookies.Add(server.Address, new Cookie("kinvite-passkey", cookie, "/"));
            await SendAsync(again, answer);
            AssertRefused(again);
        }
    }

    [Fact]
    public async Task AUT_S03_An_old_question_gets_no_answer()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var passkey = await AddAsync(olga);
        using var browser = new Browser(App);
        var question = await AskAsync(browser);
        App.Clock.Advance(PasskeyChallenge.Life);
        await SendAsync(browser, passkey.Answer(question));
        AssertRefused(browser);
        await SignInAsync(browser, passkey);
        Assert.Equal("/", browser.SeeOther);
    }

    [Theory]
    [InlineData(Lie.OtherChallenge)]
    [InlineData(Lie.OtherOrigin)]
    [InlineData(Lie.OtherPort)]
    [InlineData(Lie.CrossOrigin)]
    [InlineData(Lie.OtherServer)]
    [InlineData(Lie.OtherType)]
    [InlineData(Lie.NotVerified)]
    [InlineData(Lie.NotPresent)]
    [InlineData(Lie.LowerCounter)]
    [InlineData(Lie.OtherSignature)]
    public async Task AUT_S03_A_forged_answer_does_not_sign_in_and_the_true_one_still_does(Lie lie)
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var passkey = await AddAsync(olga);
        using var browser = new Browser(App);
        await SignInAsync(browser, passkey);
        await SendAsync(browser, passkey.Answer(await AskAsync(browser), lie));
        using var forged = new Browser(App);
        await SendAsync(forged, passkey.Answer(await AskAsync(forged), lie == Lie.LowerCounter ? Lie.LowerCounter : lie));
        AssertRefused(forged);

        passkey.Counter += 10;
        await SignInAsync(forged, passkey);
        Assert.Equal("/", forged.SeeOther);
    }

    [Fact]
    public async Task AUT_S03_A_passkey_opens_no_other_account_by_its_handle()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var hers = await AddAsync(olga);
        using var nils = new Browser(App);
        await nils.SignInAsync(App, "nils@example.org");
        using var his = await AddAsync(nils);

        using var browser = new Browser(App);
        (his.UserHandle, var own) = (hers.UserHandle, his.UserHandle);
        await SignInAsync(browser, his);
        AssertRefused(browser);
        his.UserHandle = "";
        await SignInAsync(browser, his);
        AssertRefused(browser);
        his.UserHandle = own;
        await SignInAsync(browser, his);
        Assert.Equal("/", browser.SeeOther);
    }

    [Fact]
    public async Task AUT_S03_Somebody_elses_passkey_confirms_nothing_and_an_answer_is_for_its_purpose_only()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var hers = await AddAsync(olga);
        using var nils = new Browser(App);
        await nils.SignInAsync(App, "nils@example.org");
        using var his = await AddAsync(nils);
        App.Clock.Advance(TimeSpan.FromMinutes(11));

        await nils.OpenAsync("/account/confirm");
        await SendAsync(nils, hers.Answer(await AskAsync(nils, "/account/confirm", "/account/confirm/passkey")), "/account/confirm/passkey");
        Assert.Equal(HttpStatusCode.BadRequest, nils.Status);
        // A question for signing in, answered as a confirmation.
        var question = await AskAsync(nils, "/account/confirm", "/sign-in/passkey");
        await SendAsync(nils, his.Answer(question), "/account/confirm/passkey");
        Assert.Equal(HttpStatusCode.BadRequest, nils.Status);

        await SendAsync(nils, his.Answer(await AskAsync(nils, "/account/confirm", "/account/confirm/passkey")), "/account/confirm/passkey");
        Assert.Equal("/account", nils.SeeOther);
        await nils.OpenAsync(Ways);
        Assert.NotNull(nils.Page.QuerySelector($"form[action='{Ways}/passkeys']"));
    }

    [Fact]
    public async Task AUT_S04_Adding_and_removing_a_passkey_needs_a_recent_sign_in()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var passkey = await AddAsync(olga);
        await olga.OpenAsync(Ways);
        var token = Token(olga);
        var id = olga.Page.QuerySelector($"form[action='{Ways}/passkeys/remove'] input[name=id]")!.GetAttribute("value")!;
        App.Clock.Advance(TimeSpan.FromMinutes(11));

        await olga.PostAsync($"{Ways}/passkeys/options", [token]);
        Assert.Equal(HttpStatusCode.Forbidden, olga.Status);
        await olga.PostAsync($"{Ways}/passkeys", [token, new("credential", "{}")]);
        Assert.StartsWith("/account/confirm", olga.SeeOther, StringComparison.Ordinal);
        await olga.PostAsync($"{Ways}/passkeys/remove", [token, new("id", id)]);
        Assert.StartsWith("/account/confirm", olga.SeeOther, StringComparison.Ordinal);
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM account_passkeys"));
    }

    [Fact]
    public async Task AUT_S05_Of_a_last_address_and_a_last_passkey_removed_at_once_one_stays()
    {
        for (var round = 0; round < 10; round++)
        {
            using var olga = new Browser(App);
            var email = Circle.NewEmail("last");
            await olga.SignInAsync(App, email);
            using var passkey = await AddAsync(olga);
            await olga.OpenAsync(Ways);
            var token = Token(olga);
            KeyValuePair<string, string> Id(string what) => new("id", olga.Page.QuerySelector($"form[action='{Ways}/{what}/remove'] input[name=id]")!.GetAttribute("value")!);

            var answers = await Task.WhenAll(
                olga.Client.PostAsync($"{Ways}/passkeys/remove", new FormUrlEncodedContent([token, Id("passkeys")])),
                olga.Client.PostAsync($"{Ways}/addresses/remove", new FormUrlEncodedContent([token, Id("addresses")])));

            Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.BadRequest], answers.Select(a => a.StatusCode).Order());
            Array.ForEach(answers, a => a.Dispose());
            Assert.Equal(1L, await Database.ScalarAsync<long>($"""
                SELECT (SELECT count(*) FROM account_passkeys p WHERE p.user_id = a.id) + (SELECT count(*) FROM account_addresses x WHERE x.account_id = a.id AND x.proven_at IS NOT NULL)
                FROM accounts a ORDER BY a.id DESC LIMIT 1
                """));
        }
    }

    private static KeyValuePair<string, string> Token(Browser browser) =>
        new("__RequestVerificationToken", browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!);

    private static async Task<SoftPasskey> AddAsync(Browser browser, string name = "Phone")
    {
        var passkey = new SoftPasskey();
        await SendAsync(browser, passkey.Create(await AskAsync(browser, Ways, $"{Ways}/passkeys")), $"{Ways}/passkeys", new KeyValuePair<string, string>("name", name));
        Assert.Equal(Ways, browser.SeeOther);
        return passkey;
    }

    private static async Task SignInAsync(Browser browser, SoftPasskey passkey, string? returnTo = null) =>
        await SendAsync(browser, passkey.Answer(await AskAsync(browser)), "/sign-in/passkey", new KeyValuePair<string, string>("return", returnTo ?? ""));

    /// <summary>What the script asks for.</summary>
    private static async Task<string> AskAsync(Browser browser, string page = "/sign-in", string action = "/sign-in/passkey")
    {
        await browser.OpenAsync(page);
        using var asked = await browser.Client.PostAsync($"{action}/options", new FormUrlEncodedContent([Token(browser)]));
        var question = await asked.Content.ReadAsStringAsync();
        Assert.True(asked.IsSuccessStatusCode, question);
        return question;
    }

    private static Task SendAsync(Browser browser, string credential, string action = "/sign-in/passkey", params KeyValuePair<string, string>[] more) =>
        browser.PostAsync(action, [Token(browser), new("credential", credential), .. more]);

    private static void AssertRefused(Browser browser)
    {
        Assert.Equal("/sign-in", browser.SeeOther);
        Assert.Null(browser.Cookies.GetAllCookies()["kinvite"]);
    }
}
