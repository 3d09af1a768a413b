using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using static Kinvite.Server.Tests.Accounts.Passwords;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class RegisterTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task The_code_of_the_mail_proves_the_address_and_the_password_stays()
    {
        var email = Circle.NewEmail();
        using var answer = await RegisterAsync(App, email);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var mail = await App.Mailbox.WaitForAsync(email);
        var (code, loggedIn) = (DevelopmentMailbox.CodeIn(mail), await LoggedInAsync(App, email));
        using (loggedIn)
        {
            using var verified = await VerifyAsync(App, new { email, code });
            Assert.Equal(HttpStatusCode.OK, verified.StatusCode);
            Assert.Equal(loggedIn.AccountId, (await JsonAsync(verified)).GetProperty("accountId").GetGuid());
            var account = await loggedIn.GetAsync("/api/account"); // the session that was there lives on
            Assert.True(account.GetProperty("emailVerified").GetBoolean());
            Assert.Equal("Olga", account.GetProperty("displayName").GetString());
        }

        using var again = await LoggedInAsync(App, email);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(again));
    }

    [Fact]
    public async Task ENU_S01_Signing_up_and_forgetting_look_alike_for_existing_and_new_addresses_and_the_owner_gets_a_mail()
    {
        var existing = Circle.NewEmail("existing");
        using var owner = await SignInAsync(App, existing);
        var fresh = Circle.NewEmail("fresh");
        var answers = new List<string>();
        foreach (var email in new[] { existing, fresh })
        {
            var before = await CountAsync();
            using var registered = await RegisterAsync(App, email);
            var after = await CountAsync();
            answers.Add($"{Shape(registered)} {string.Join(',', (await JsonAsync(registered)).EnumerateObject().Select(p => p.Name))} {after.Item1 - before.Item1} {after.Item2 - before.Item2} {after.Item3 - before.Item3}");
            using var person = App.NewPerson();
            before = await CountAsync();
            using var forgot = await person.RequestAsync(HttpMethod.Post, "/api/auth/password/forgot", new { email });
            after = await CountAsync();
            answers.Add($"{Shape(forgot)} {await forgot.Content.ReadAsStringAsync()} {after.Item1 - before.Item1} {after.Item2 - before.Item2} {after.Item3 - before.Item3}");
        }

        Assert.Equal(answers[..2], answers[2..]);
        Assert.StartsWith("Accepted", answers[0], StringComparison.Ordinal);
        var mail = await MailAsync(App, existing, "You have an account already");
        Assert.DoesNotContain("Finish signing up", mail, StringComparison.Ordinal);
        await MailAsync(App, fresh, "Finish signing up");
    }

    [Fact]
    public async Task ENU_S01_Whoever_signs_up_with_a_foreign_address_gets_in_to_nothing_of_its_owner()
    {
        var email = Circle.NewEmail();
        using var owner = await SignInAsync(App, email);
        await ClaimAsync(App, email);

        using var other = await LoggedInAsync(App, email); // as with an address that nobody has: no difference to see
        Assert.NotEqual(owner.AccountId, other.AccountId);
        Assert.False((await other.GetAsync("/api/account")).GetProperty("emailVerified").GetBoolean());
        using var again = await SignInAsync(App, email);
        Assert.Equal(owner.AccountId, again.AccountId);
    }

    [Fact]
    public async Task The_mail_that_says_there_is_an_account_signs_its_owner_in_and_accepts_no_password()
    {
        var email = Circle.NewEmail();
        using var owner = await SignInAsync(App, email);
        var challenge = await ClaimAsync(App, email, "a password of somebody else");

        var proven = await ProveAsync(App, email, challenge);
        Assert.Equal(owner.AccountId, proven.GetProperty("accountId").GetGuid());
        Assert.True(await shared.Rows.ScalarAsync<bool>($"SELECT password_hash IS NULL FROM accounts WHERE id = '{owner.AccountId}'"));
    }

    [Fact]
    public async Task BND_S02_An_address_that_is_only_claimed_gets_no_invitations()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail("victim");
        var invite = await circle.InviteAsync(new { email, role = "relative" });
        await ClaimAsync(App, email);

        using var attacker = await LoggedInAsync(App, email);
        Assert.Empty((await attacker.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        await attacker.PostAsync($"/api/invites/by-id/{invite.GetProperty("id").GetGuid()}/accept", null, HttpStatusCode.NotFound);
        Assert.Equal("onboarding", (await attacker.GetAsync("/api/account/next-step")).GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_link_that_was_mailed_signs_up_at_once_and_is_enough_for_its_own_invitation_only()
    {
        using var circle = await Circle.StartAsync(App, kind: "care");
        using var other = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email, role = "caregiver" });
        var foreign = await other.InviteAsync(new { email, role = "relative" });

        using var answer = await RegisterAsync(App, email, inviteToken: circle.Token(invite));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var tokens = await JsonAsync(answer);
        Assert.True(tokens.GetProperty("created").GetBoolean());
        using var person = App.NewPerson();
        person.Take(tokens, email);
        Assert.False((await person.GetAsync("/api/account")).GetProperty("emailVerified").GetBoolean());
        var waiting = (await person.GetAsync("/api/invites")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid());
        Assert.Equal([invite.GetProperty("id").GetGuid()], waiting);

        await person.PostAsync($"/api/invites/by-id/{foreign.GetProperty("id").GetGuid()}/accept", null, HttpStatusCode.NotFound);
        var joined = await person.PostAsync($"/api/invites/by-id/{invite.GetProperty("id").GetGuid()}/accept", null, HttpStatusCode.OK);
        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_link_that_is_not_of_that_mailbox_signs_nobody_up_at_once()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email, role = "relative" });
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["copied"] = circle.Token(invite, LinkKind.Copied),
            ["older"] = circle.Token(invite, generation: 0),
            ["forged"] = circle.Token(invite)[..47] + (circle.Token(invite)[47] == 'A' ? 'B' : 'A'),
            ["malformed"] = "no token",
        };
        foreach (var (_, token) in tokens)
        {
            using var answer = await RegisterAsync(App, email, inviteToken: token);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        using var otherAddress = await RegisterAsync(App, Circle.NewEmail(), inviteToken: circle.Token(invite));
        Assert.Equal(HttpStatusCode.Accepted, otherAddress.StatusCode);
        using var owner = await SignInAsync(App, email);
        using var existing = await RegisterAsync(App, email, inviteToken: circle.Token(invite)); // never into an account that is there
        Assert.Equal(HttpStatusCode.Accepted, existing.StatusCode);
    }

    [Fact]
    public async Task Of_many_who_sign_up_with_one_mailed_link_at_once_one_is_signed_in()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var token = circle.Token(await circle.InviteAsync(new { email, role = "relative" }));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => RegisterAsync(App, email, $"{Right} {i}", token)));

        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Accepted));
    }

    [Fact]
    public async Task ENU_S03_With_a_good_link_a_bad_password_is_refused_alike_whether_or_not_there_is_an_account()
    {
        using var circle = await Circle.StartAsync(App);
        var (known, unknown) = (Circle.NewEmail(), Circle.NewEmail());
        using var owner = await SignInAsync(App, known);
        var bodies = new List<string>();
        foreach (var email in new[] { known, unknown })
        {
            var invite = await circle.InviteAsync(new { email, role = "relative" });
            using var answer = await RegisterAsync(App, email, "12345678", circle.Token(invite));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            bodies.Add(await WordsAsync(answer));
        }

        Assert.Equal(bodies[0], bodies[1]);
        Assert.Contains("\"password\"", bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var person = App.NewPerson();
        var problem = await person.PostAsync("/api/auth/register", new { email = "nothing", password = "short", displayName = "https://spam.example" }, HttpStatusCode.BadRequest);
        Assert.Equal(["displayName", "email", "password"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_sign_up_is_by_invitation_or_closed_the_refusal_tells_nothing_about_an_address()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var token = circle.Token(await circle.InviteAsync(new { email, role = "relative" }));
        await using var invited = await shared.StartAnotherAsync(s => s.Configuration["Kinvite:SignUp"] = "invited");
        await using var closed = await shared.StartAnotherAsync(s => s.Configuration["Kinvite:SignUp"] = "closed");

        foreach (var address in new[] { email, circle.Founder.Email, Circle.NewEmail() })
        {
            using var without = await RegisterAsync(invited, address);
            Assert.Equal("sign_up.invited", await CodeOfAsync(without));
            using var shut = await RegisterAsync(closed, address, inviteToken: token);
            Assert.Equal("sign_up.closed", await CodeOfAsync(shut));
        }

        using var withLink = await RegisterAsync(invited, email, inviteToken: token);
        Assert.Equal(HttpStatusCode.OK, withLink.StatusCode);
    }

    [Fact]
    public async Task No_password_and_no_address_stands_in_a_log_or_message()
    {
        var email = Circle.NewEmail("secret");
        await ClaimAsync(App, email);
        using var wrong = await LoginAsync(App, email, NotRight);
        await App.Mailbox.WaitForAsync(email);

        Assert.DoesNotContain(Right, App.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(NotRight, App.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(email, App.Logs.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM outbox o WHERE o::text LIKE '%{email}%'"));
    }

    private async Task<(long, long, long)> CountAsync() => (
        await shared.Rows.ScalarAsync<long>("SELECT count(*) FROM accounts"),
        await shared.Rows.ScalarAsync<long>("SELECT count(*) FROM codes"),
        await shared.Rows.ScalarAsync<long>("SELECT count(*) FROM outbox"));

    private static string Shape(HttpResponseMessage answer) => $"{answer.StatusCode} {string.Join(',', answer.Headers.Select(h => h.Key).Order(StringComparer.Ordinal))}";
}
