using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.Passwords;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Somebody signs up with an address that is another's, and waits.</summary>
public sealed class TakeOverTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Fact]
    public async Task BND_S02_Whoever_proves_the_address_owns_the_account_and_nothing_of_before_signs_in()
    {
        var email = Circle.NewEmail("victim");
        await ClaimAsync(App, email);
        using var attacker = await LoggedInAsync(App, email);
        await shared.Rows.ExecuteAsync($"INSERT INTO account_passkeys (credential_id, user_id, \"Data\") VALUES ('\\x01{attacker.AccountId:N}', '{attacker.AccountId}', '{{}}')");
        var refresh = attacker.RefreshToken;

        using var victim = await SignInAsync(App, email);

        Assert.Equal(attacker.AccountId, victim.AccountId);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(attacker));
        await attacker.PostAsync("/api/auth/refresh", new { refreshToken = refresh }, HttpStatusCode.Unauthorized);
        using var login = await LoginAsync(App, email);
        Assert.Equal("login.failed", await CodeOfAsync(login));
        Assert.Equal(0L, await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM account_passkeys WHERE user_id = '{victim.AccountId}'"));
        Assert.True((await victim.GetAsync("/api/account")).GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task BND_S02_A_code_that_was_sent_within_the_account_dies_with_the_take_over()
    {
        var (email, other) = (Circle.NewEmail("victim"), Circle.NewEmail("attacker"));
        var registered = await ClaimAsync(App, email);
        using var attacker = await LoggedInAsync(App, email);
        await attacker.PostAsync("/api/account/addresses", new { email = other }, HttpStatusCode.Accepted);
        using var victim = await SignInAsync(App, email);

        var pending = await shared.Rows.ScalarAsync<Guid>($"SELECT id FROM codes WHERE address_key = '{other}'");
        using var late = await VerifyAsync(App, new { email = other, code = Digits(App, pending), challenge = pending });
        Assert.Equal("code.invalid", await CodeOfAsync(late));
        using var first = await VerifyAsync(App, new { email, code = Digits(App, registered), challenge = registered });
        Assert.Equal("code.invalid", await CodeOfAsync(first));
    }

    [Fact]
    public async Task BND_S02_An_account_with_a_proven_address_of_its_maker_is_left_to_them_and_the_victim_gets_one_of_their_own()
    {
        var (email, mine) = (Circle.NewEmail("victim"), Circle.NewEmail("attacker"));
        await ClaimAsync(App, email);
        using var attacker = await LoggedInAsync(App, email);
        await OwnAddresses.AddAsync(App, shared.Rows, attacker, mine);

        using var victim = await SignInAsync(App, email);

        Assert.NotEqual(attacker.AccountId, victim.AccountId);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(attacker));
        Assert.Equal([mine], (await OwnAddresses.ListAsync(attacker)).Select(a => a.GetProperty("value").GetString()));
        using var login = await LoginAsync(App, email);
        Assert.Equal("login.failed", await CodeOfAsync(login));
    }

    [Theory]
    [InlineData("older", "older")]
    [InlineData("newer", "newer")]
    [InlineData("nobody", "newer")]
    public async Task Of_several_who_claim_an_address_the_one_proven_wins_and_the_others_lose_it(string codeOf, string winner)
    {
        var email = Circle.NewEmail();
        var (older, newer) = (await ClaimAsync(App, email, "password of the older"), await ClaimAsync(App, email, "password of the newer"));
        var accounts = await AccountsAsync(email);

        var challenge = codeOf switch { "older" => older, "newer" => newer, _ => await AskAsync(App, email) };
        var proven = (await ProveAsync(App, email, challenge)).GetProperty("accountId").GetGuid();

        Assert.Equal(winner == "older" ? accounts[0] : accounts[1], proven);
        Assert.Equal([proven], await AccountsAsync(email));
        foreach (var (name, password) in new[] { ("older", "password of the older"), ("newer", "password of the newer") })
        {
            using var login = await LoginAsync(App, email, password);
            Assert.Equal(codeOf == name ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, login.StatusCode);
        }
    }

    [Fact]
    public async Task Whoever_proves_an_address_within_their_account_takes_it_from_those_who_only_claim_it()
    {
        var email = Circle.NewEmail();
        using var person = await SignInAsync(App, Circle.NewEmail());
        await ClaimAsync(App, email);
        await OwnAddresses.AddAsync(App, shared.Rows, person, email);

        Assert.Equal([person.AccountId], await AccountsAsync(email));
        using var login = await LoginAsync(App, email);
        Assert.Equal("login.failed", await CodeOfAsync(login));
    }

    [Fact]
    public async Task Who_was_taken_over_learns_by_mail_that_the_password_is_gone()
    {
        var email = Circle.NewEmail();
        await ClaimAsync(App, email);
        using var person = await SignInAsync(App, email);

        Assert.NotEmpty(await MailAsync(App, email, "has no password any more"));
    }

    [Fact]
    public async Task The_account_of_a_mailed_link_keeps_its_family_when_its_person_asks_for_a_code()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email, role = "relative" });
        using var answer = await RegisterAsync(App, email, inviteToken: circle.Token(invite));
        using var person = App.NewPerson();
        person.Take(await JsonAsync(answer), email);
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        await ClaimAsync(App, email, "somebody else, a moment later");

        using var again = await SignInAsync(App, email);
        Assert.Equal(person.AccountId, again.AccountId);
        Assert.Single((await again.GetAsync("/api/families")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task BND_S02_Whatever_races_with_the_take_over_no_session_of_before_is_left()
    {
        for (var round = 0; round < 4; round++)
        {
            var email = Circle.NewEmail("race");
            await ClaimAsync(App, email);
            var challenge = await AskAsync(App, email);
            var logins = Enumerable.Range(0, 5).Select(_ => LoginAsync(App, email)).ToList();
            var proven = await ProveAsync(App, email, challenge);
            var answers = await Task.WhenAll(logins);

            var account = proven.GetProperty("accountId").GetGuid();
            Assert.Equal([account], await AccountsAsync(email));
            Assert.Equal(1L, await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE account_id = '{account}' AND ended_at IS NULL"));
            Array.ForEach(answers, a => a.Dispose());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_many_prove_an_address_at_once_it_has_one_owner(int round)
    {
        var email = Circle.NewEmail();
        var challenges = new List<Guid> { await ClaimAsync(App, email, $"password number one of {round}"), await ClaimAsync(App, email, $"password number two of {round}") };
        challenges.Add(await AskAsync(App, email));
        challenges.Add(await AskAsync(App, email));
        var answers = await Task.WhenAll(challenges.Select(c => VerifyAsync(App, new { email, code = Digits(App, c), challenge = c })));

        var owners = new HashSet<Guid>();
        foreach (var answer in answers)
        {
            // A code of the account that was taken over meanwhile is dead.
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                owners.Add((await JsonAsync(answer)).GetProperty("accountId").GetGuid());
            }
            else
            {
                Assert.Equal("code.invalid", await CodeOfAsync(answer));
            }
        }

        Assert.Equal(owners, (await AccountsAsync(email)).ToHashSet());
        Assert.Single(owners);
    }

    private async Task<List<Guid>> AccountsAsync(string email) =>
        [.. (await shared.Rows.ScalarAsync<Guid[]>($"SELECT coalesce(array_agg(account_id ORDER BY id), ARRAY[]::uuid[]) FROM account_addresses WHERE key = '{email}'"))!];
}
