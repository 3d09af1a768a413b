using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;
using Npgsql;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>
/// A session that is ended while its last request waits for the account: whoever ended it has the last word, and what it wanted does not happen.
/// The test holds the account as another request would, ends the sessions, and lets go.
/// </summary>
public sealed class EndedSessionTests(PostgresFixture postgres) : ProviderTest(postgres)
{
    private static readonly string[] What =
    [
        "SELECT count(*) FROM accounts", "SELECT count(*) FROM account_addresses WHERE removed_at IS NULL AND proven_at IS NOT NULL", "SELECT count(*) FROM account_addresses WHERE \"primary\"",
        "SELECT count(*) FROM account_passkeys", "SELECT count(*) FROM account_logins", "SELECT count(*) FROM accounts WHERE password_hash IS NOT NULL",
        "SELECT count(*) FROM sessions WHERE ended_at IS NULL", "SELECT count(*) FROM outbox WHERE type = 'security'",
    ];

    [Theory]
    [InlineData("PATCH", "/api/account/addresses/{other}")]
    [InlineData("DELETE", "/api/account/addresses/{other}")]
    [InlineData("DELETE", "/api/account")]
    [InlineData("DELETE", "/api/account/sessions")]
    [InlineData("DELETE", "/api/account/sessions/{session}")]
    public async Task SES_S03_A_program_whose_session_is_ended_meanwhile_changes_nothing(string method, string path)
    {
        using var olga = await SigningIn.SignInAsync(app, "olga@example.org");
        var (address, session) = await GiveWaysAsync(olga);
        var before = await StateAsync();

        using var answer = await RaceAsync(olga, () => olga.RequestAsync(
            new(method), path.Replace("{other}", address.ToString(), StringComparison.Ordinal).Replace("{session}", session.ToString(), StringComparison.Ordinal),
            method == "PATCH" ? new { primary = true } : null));

        await answer.ProblemAsync(401, "auth.required");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("/account/sign-in/password", "password", "seven green lanterns")]
    [InlineData("/account/sign-in/password/remove", "password", "")]
    [InlineData("/account/sign-in/passkeys/remove", "id", null)]
    [InlineData("/account/sign-in/providers/remove", "id", null)]
    [InlineData("/account/devices/end-others", "id", "")]
    public async Task SES_S03_A_browser_whose_session_is_ended_meanwhile_changes_nothing(string action, string field, string? value)
    {
        using var olga = await SigningIn.SignInAsync(app, "olga@example.org");
        await GiveWaysAsync(olga);
        using var browser = new Browser(app);
        await browser.SignInAsync(app, "olga@example.org");
        await browser.OpenAsync(action.StartsWith("/account/devices", StringComparison.Ordinal) ? "/account/devices" : "/account/sign-in");
        var fields = ProviderJourney.TokenOf(browser);
        fields[field] = value ?? browser.Page.QuerySelector($"form[action='{action}'] input[name={field}]")!.GetAttribute("value")!;
        var before = await StateAsync();

        await RaceAsync(olga, async () =>
        {
            await browser.PostAsync(action, fields);
            return new HttpResponseMessage(browser.Status);
        });

        Assert.StartsWith("/sign-in?return=", browser.SeeOther, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync());
    }

    /// <summary>Another address, a password, a passkey, a provider; and another device, which lives on.</summary>
    private async Task<(Guid Address, Guid Session)> GiveWaysAsync(Person olga)
    {
        var address = (await OwnAddresses.AddAsync(app, database, olga, "other@example.org")).GetProperty("id").GetGuid();
        using var device = await SigningIn.SignInAsync(app, "olga@example.org");
        await database.ExecuteAsync($"""
            UPDATE accounts SET password_hash = 'x' WHERE id = '{olga.AccountId}';
            INSERT INTO account_passkeys (credential_id, user_id, "Data") SELECT '\x01', id, jsonb_build_object() FROM accounts;
            INSERT INTO account_logins (login_provider, provider_key, provider_display_name, user_id) VALUES ('{provider.Issuer}', 'olga-1', 'Acme', '{olga.AccountId}')
            """);
        kept = await database.ScalarAsync<Guid>("SELECT id FROM sessions ORDER BY id DESC LIMIT 1");
        return (address, kept);
    }

    private Guid kept;

    private async Task<T> RaceAsync<T>(Person olga, Func<Task<T>> request)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var held = await connection.BeginTransactionAsync();
        await RunAsync($"SELECT 1 FROM accounts WHERE id = '{olga.AccountId}' FOR UPDATE");
        var asked = request();
        while (await database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%accounts%'") == 0)
        {
            Assert.False(asked.IsCompleted, "The request did not wait for its account.");
            await Task.Delay(10);
        }

        await RunAsync($"UPDATE sessions SET ended_at = now() WHERE account_id = '{olga.AccountId}' AND id <> '{kept}'");
        await held.CommitAsync();
        return await asked;

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, held);
            await command.ExecuteNonQueryAsync();
        }
    }

    // The sessions that the test itself ends do not count: only that of the other device.
    private async Task<string> StateAsync()
    {
        var state = new List<long>();
        foreach (var sql in What)
        {
            state.Add(await database.ScalarAsync<long>(sql.Replace("sessions WHERE", $"sessions WHERE id = '{kept}' AND", StringComparison.Ordinal)));
        }

        return string.Join(' ', state);
    }
}
