using Kinvite.Accounts;
using Kinvite.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Accounts;

public sealed class AccountsSweepTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task Only_what_is_over_goes()
    {
        using var stays = await SigningIn.SignInAsync(App, "stays@example.org");
        using var ended = await SigningIn.SignInAsync(App, "stays@example.org");
        await ended.PostAsync("/api/auth/logout", null, System.Net.HttpStatusCode.NoContent);
        await Passwords.ClaimAsync(App, "claimed@example.org");
        using var wrong = await Passwords.LoginAsync(App, "stays@example.org", Passwords.NotRight);
        await SigningIn.AskAsync(App, "unknown@example.org");

        App.Clock.Advance(TimeSpan.FromHours(23));
        await SweepAsync();
        Assert.Equal((4L, 2L, 1L, 2L), await CountAsync());

        App.Clock.Advance(TimeSpan.FromHours(2));
        var fresh = await SigningIn.AskAsync(App, "unknown@example.org");
        await SweepAsync();
        Assert.Equal((1L, 2L, 0L, 2L), await CountAsync());
        Assert.Equal(fresh, await Database.ScalarAsync<Guid>("SELECT id FROM codes"));

        App.Clock.Advance(TimeSpan.FromDays(29.5));
        await SweepAsync();
        // The ended session, and the account that nobody proved; the living session's time is over, and it is kept for its person to see.
        Assert.Equal((0L, 1L, 0L, 1L), await CountAsync());

        App.Clock.Advance(TimeSpan.FromDays(30));
        await SweepAsync();
        Assert.Equal((0L, 0L, 0L, 1L), await CountAsync());
        using var again = await SigningIn.SignInAsync(App, "stays@example.org");
        Assert.Equal(stays.AccountId, again.AccountId);
    }

    [Fact]
    public async Task An_unproven_account_that_is_used_or_in_a_family_stays()
    {
        using var first = await SigningIn.SignInAsync(App, "first@example.org");
        await Passwords.ClaimAsync(App, "founder@example.org");
        using var founder = await Passwords.LoggedInAsync(App, "founder@example.org");
        await founder.PostAsync("/api/families", new { name = "The Bergs" }, System.Net.HttpStatusCode.Created);
        App.Clock.Advance(TimeSpan.FromDays(29));
        await Passwords.ClaimAsync(App, "used@example.org");
        App.Clock.Advance(TimeSpan.FromDays(20));
        using var used = await Passwords.LoggedInAsync(App, "used@example.org");
        App.Clock.Advance(TimeSpan.FromDays(20));
        await SweepAsync();

        Assert.Equal(3L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    private async Task SweepAsync() => await App.Services.GetServices<IHostedService>().OfType<AccountsSweep>().Single().SweepAsync(CancellationToken.None);

    private async Task<(long Codes, long Sessions, long Tries, long Accounts)> CountAsync() => (
        await Database.ScalarAsync<long>("SELECT count(*) FROM codes"), await Database.ScalarAsync<long>("SELECT count(*) FROM sessions"),
        await Database.ScalarAsync<long>("SELECT count(*) FROM password_tries"), await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
}
