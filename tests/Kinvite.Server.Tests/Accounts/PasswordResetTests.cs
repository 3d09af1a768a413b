using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.Passwords;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class PasswordResetTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string New = "a wholly new garden gate";

    private KinviteApp App => shared.Server;

    [Fact]
    public async Task SES_S03_A_new_password_ends_every_session_and_the_old_password()
    {
        var email = Circle.NewEmail();
        await ProveAsync(App, email, await ClaimAsync(App, email));
        using var one = await LoggedInAsync(App, email);
        using var two = await SignInAsync(App, email);

        using var reset = await ResetAsync(App, email, await ForgotAsync(email), New);

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(one));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(two));
        await one.PostAsync("/api/auth/refresh", new { refreshToken = one.RefreshToken }, HttpStatusCode.Unauthorized);
        using var old = await LoginAsync(App, email);
        Assert.Equal("login.failed", await CodeOfAsync(old));
        using var again = await LoggedInAsync(App, email, New);
        Assert.Equal(one.AccountId, again.AccountId);
        await MailAsync(App, email, "Your account has a new password");
    }

    [Fact]
    public async Task The_session_that_sets_the_new_password_stays()
    {
        var email = Circle.NewEmail();
        using var here = await SignInAsync(App, email);
        using var there = await SignInAsync(App, email);

        await here.PostAsync("/api/auth/password/reset", new { email, code = await ForgotAsync(email), password = New }, HttpStatusCode.NoContent);

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(here));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(there));
    }

    [Fact]
    public async Task Every_proven_address_is_told()
    {
        var (email, other) = (Circle.NewEmail(), Circle.NewEmail());
        using var person = await SignInAsync(App, email);
        await OwnAddresses.AddAsync(App, shared.Rows, person, other);

        using var reset = await ResetAsync(App, email, await ForgotAsync(email), New);

        await MailAsync(App, email, "Your account has a new password");
        await MailAsync(App, other, "Your account has a new password");
    }

    [Fact]
    public async Task A_new_password_unlocks()
    {
        var email = Circle.NewEmail();
        await ProveAsync(App, email, await ClaimAsync(App, email));
        for (var i = 0; i < 6; i++)
        {
            (await LoginAsync(App, email, NotRight)).Dispose();
        }

        using var reset = await ResetAsync(App, email, await ForgotAsync(email), New);
        using var person = await LoggedInAsync(App, email, New);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(person));
    }

    [Fact]
    public async Task Where_there_is_no_account_no_mail_goes_out_and_no_code_works()
    {
        var email = Circle.NewEmail();
        using var person = App.NewPerson();
        await person.PostAsync("/api/auth/password/forgot", new { email }, HttpStatusCode.Accepted);
        var challenge = await shared.Rows.ScalarAsync<Guid>($"SELECT id FROM codes WHERE address_key = '{email}'");

        using var reset = await ResetAsync(App, email, Digits(App, challenge), New);
        Assert.Equal("code.invalid", await CodeOfAsync(reset));
        Assert.Equal(0L, await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM account_addresses WHERE key = '{email}'"));
        await WaitUntilDroppedAsync(challenge);
        Assert.Empty(App.Mailbox.To(email));
    }

    [Fact]
    public async Task BND_S02_A_reset_at_an_unproven_account_takes_it_over()
    {
        var email = Circle.NewEmail("victim");
        await ClaimAsync(App, email);
        using var attacker = await LoggedInAsync(App, email);

        using var reset = await ResetAsync(App, email, await ForgotAsync(email), New);

        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(attacker));
        using var old = await LoginAsync(App, email);
        Assert.Equal("login.failed", await CodeOfAsync(old));
        using var victim = await LoggedInAsync(App, email, New);
        Assert.True((await victim.GetAsync("/api/account")).GetProperty("emailVerified").GetBoolean());
    }

    [Fact]
    public async Task A_refused_password_costs_no_code_and_a_used_code_sets_no_second_password()
    {
        var email = Circle.NewEmail();
        using var person = await SignInAsync(App, email);
        var code = await ForgotAsync(email);

        using var refused = await ResetAsync(App, email, code, "12345678");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var first = await ResetAsync(App, email, code, New);
        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        using var second = await ResetAsync(App, email, code, New + "!");
        Assert.Equal("code.invalid", await CodeOfAsync(second));
    }

    [Fact]
    public async Task Wrong_codes_count_here_as_they_do_where_codes_sign_in()
    {
        var email = Circle.NewEmail();
        using var person = await SignInAsync(App, email);
        var code = await ForgotAsync(email);
        var wrong = code == "000000" ? "000001" : "000000";
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await ResetAsync(App, email, wrong, New)).Dispose()));

        using var right = await ResetAsync(App, email, code, New);
        Assert.Equal("code.invalid", await CodeOfAsync(right));
    }

    // The digits as the mail has them.
    private async Task<string> ForgotAsync(string email)
    {
        using var person = App.NewPerson();
        await person.PostAsync("/api/auth/password/forgot", new { email }, HttpStatusCode.Accepted);
        return DevelopmentMailbox.CodeIn(await MailAsync(App, email, "Subject: Your new password"));
    }

    private async Task WaitUntilDroppedAsync(Guid code)
    {
        for (var i = 0; i < 200 && await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE subject_id = '{code}' AND done_at IS NOT NULL") == 0; i++)
        {
            await Task.Delay(50);
        }
    }
}
