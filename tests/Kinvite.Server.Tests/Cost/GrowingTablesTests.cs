using Kinvite.Harness;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Cost;

/// <summary>No table grows for ever by mistake: each has something that tidies it, a bound, or a reason why it is kept.</summary>
public sealed class GrowingTablesTests(SharedServer shared, PostgresFixture postgres) : IClassFixture<SharedServer>
{
    // What ends a row's life. A table that is new belongs here before it belongs into a release.
    private static readonly Dictionary<string, string> Ends = new(StringComparer.Ordinal)
    {
        ["access_requests"] = "with its account or family; at most twenty an hour and person, and those for a family that is not there must live as long as the others, or they would tell",
        ["account_addresses"] = "with its account",
        ["account_claims"] = "with its account; none are written",
        ["account_logins"] = "with its account, a handful each",
        ["account_passkeys"] = "with its account, at most ten each",
        ["account_secrets"] = "with its account",
        ["accounts"] = "AccountsSweep: who never proved an address; else until its person deletes it",
        ["activity"] = "what the family reads about itself, with its family; the names of those who never joined go with their invitation's",
        ["codes"] = "AccountsSweep: a day",
        ["data_protection_keys"] = "one in 90 days",
        ["demand"] = "one a person and day, and only while texts are off; with its account or family",
        ["devices"] = "with its family, a handful each",
        ["families"] = "until its owner deletes it",
        ["idempotency_keys"] = "IdempotencyKeySweep: a day",
        ["invitation_blocks"] = "somebody's no: forgotten it would be no no",
        ["invitation_children"] = "with its invitation",
        ["invitations"] = "the family's history; InvitationCare erases address, name and message after Kinvite__Retention__Days",
        ["invite_links"] = "the family's history: one active each, made by hand",
        ["key_epochs"] = "RotateKeys: at most 64 in use",
        ["member_children"] = "with its member",
        ["members"] = "with its family, or until they leave",
        ["outbox"] = "OutboxSweep: 30 days after it was done",
        ["password_tries"] = "AccountsSweep: a day",
        ["point_entries"] = "with its member: the history that the family reads",
        ["rate_counters"] = "RateCounterSweep: as soon as it is full again, those of text budgets after a day",
        ["request_blocks"] = "a family's no to an account",
        ["sessions"] = "AccountsSweep: 30 days after its end",
        ["text_outages"] = "one row at most",
        ["text_stops"] = "somebody's STOP, until START: forgotten it would be no stop",
    };

    [Fact]
    public async Task Each_table_has_what_ends_its_rows_or_a_reason_to_keep_them()
    {
        await using var scope = shared.App.Services.CreateAsyncScope();
        var tables = scope.ServiceProvider.GetRequiredService<KinviteDbContext>().Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal(tables.Order(StringComparer.Ordinal), Ends.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_sweep_that_is_named_runs()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        var running = app.Services.GetServices<IHostedService>().Select(s => s.GetType().Name).ToHashSet(StringComparer.Ordinal);
        var named = Ends.Values.Select(e => e.Split(':')[0]).Where(e => e.EndsWith("Sweep", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(running, StringComparer.Ordinal));
    }
}
