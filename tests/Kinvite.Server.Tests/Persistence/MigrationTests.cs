using System.Globalization;
using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Persistence;

/// <summary>The way of a database from the first release to this one, with what a family had in it.</summary>
public sealed class MigrationTests(PostgresFixture postgres)
{
    private static readonly TimeSpan HalfAMinute = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task MIG_S01_Of_two_servers_that_start_on_the_first_releases_data_one_migrates_and_the_other_waits()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        using var scratch = new Scratch();
        var all = await MigrateToFirstAsync(database.ConnectionString);
        var family = await InsertAsFirstReleaseAsync(database, "olga@example.org", "Larsens");
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Kinvite"] = database.ConnectionString,
            ["Kinvite__MasterKey"] = PostgresFixture.MasterKey,
        };

        // Both are held at the door, so that they go through it together.
        await using var door = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await door.OpenAsync();
        await ExecuteAsync(door, $"SELECT pg_advisory_lock({StartUp.StartLock})");
        await using var one = ServerProcess.Start(scratch.Path, settings);
        await using var two = ServerProcess.Start(scratch.Path, settings);
        await Faults.FaultsTest.Until(
            async () => await database.ScalarAsync<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = '{database.Name}')") == 2,
            HalfAMinute,
            () => one.Output + two.Output);
        Assert.Equal(1, await database.ScalarAsync<long>("""SELECT count(*) FROM "__EFMigrationsHistory" """));
        await ExecuteAsync(door, $"SELECT pg_advisory_unlock({StartUp.StartLock})");
        await one.WaitUntilReadyAsync();
        await two.WaitUntilReadyAsync();

        Assert.Equal(all.Count, await database.ScalarAsync<long>("""SELECT count(*) FROM "__EFMigrationsHistory" """));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM key_epochs"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM invitations WHERE next_step_at = expires_at"));
        using var olga = new Person(two.Address, two.Mailbox);
        await olga.SignInAsync("olga@example.org");
        Assert.Equal(family, (await olga.GetAsync("/api/families")).GetProperty("items")[0].GetProperty("id").GetGuid());
        var invites = await olga.GetAsync($"/api/families/{family}/invites");
        var invite = invites.GetProperty("items")[0].GetProperty("id").GetGuid();
        await olga.PostAsync($"/api/families/{family}/invites/{invite}/resend", body: null, System.Net.HttpStatusCode.OK);

        // A server of the first release that still runs beside them writes as it always did.
        var second = await InsertAsFirstReleaseAsync(database, "ola@example.org", "Hansens");
        using var ola = new Person(one.Address, one.Mailbox);
        await ola.SignInAsync("ola@example.org");
        Assert.Equal(second, (await ola.GetAsync("/api/families")).GetProperty("items")[0].GetProperty("id").GetGuid());
        Assert.Single((await ola.GetAsync($"/api/families/{second}/invites")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_server_older_than_the_schema_refuses_to_start_and_changes_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29991231000000_Later', '99.0')""");
        using var scratch = new Scratch();
        await using var server = ServerProcess.Start(scratch.Path, [new("ConnectionStrings__Kinvite", database.ConnectionString), new("Kinvite__MasterKey", PostgresFixture.MasterKey)]);

        Assert.Equal(1, await server.ExitAsync());

        Assert.Contains("newer release (29991231000000_Later)", Assert.Single(server.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MIG_S02_Without_the_master_key_the_server_says_which_one_it_needs_and_makes_nothing_unreadable()
    {
        using var scratch = new Scratch();
        var data = scratch.Below("data");
        var key = Path.Combine(data, "master.key");
        await using (var server = await ServerProcess.StartReadyAsync(data))
        {
            using var olga = new Person(server.Address, server.Mailbox);
            await olga.SignInAsync("olga@example.org");
        }

        File.Move(key, key + ".lost");
        await using (var without = ServerProcess.Start(data))
        {
            Assert.Equal(1, await without.ExitAsync());
            Assert.Contains("another master key", Assert.Single(without.Errors), StringComparison.Ordinal);
        }

        // What the refusing start may have made is not in the way of the right one.
        File.Move(key + ".lost", key, overwrite: true);
        await using var again = await ServerProcess.StartReadyAsync(data);
        using var person = new Person(again.Address, again.Mailbox);
        await person.SignInAsync("olga@example.org");
    }

    private static async Task<IReadOnlyList<string>> MigrateToFirstAsync(string connectionString)
    {
        await using var services = new ServiceCollection()
            .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
            .BuildServiceProvider();
        await using var db = new KinviteDbContext(new DbContextOptionsBuilder<KinviteDbContext>().UseNpgsql(connectionString).UseApplicationServiceProvider(services).Options);
        var all = db.Database.GetMigrations().ToList();
        Assert.EndsWith("_First", all[0], StringComparison.Ordinal);
        Assert.True(all.Count > 1, "There is nothing to migrate.");
        await db.GetService<IMigrator>().MigrateAsync(all[0]);
        return all;
    }

    /// <summary>A family with an owner and an open invitation, in the columns that the first release knew.</summary>
    private static async Task<Guid> InsertAsFirstReleaseAsync(TestDatabase database, string email, string family)
    {
        var (account, address, home, member, invitation) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO accounts (id, display_name, locale, time_zone, is_guest, created_at, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES ('{account}', 'Olga', 'en', 'UTC', false, now(), false, true, 0);
            INSERT INTO account_addresses (id, account_id, type, value, key, "primary", created_at, proven_at) VALUES ('{address}', '{account}', 1, '{email}', '{email}', true, now(), now());
            INSERT INTO families (id, name, kind, locale, time_zone, owner_id, created_at) VALUES ('{home}', '{family}', 'home', 'en', 'UTC', '{member}', now());
            INSERT INTO members (family_id, id, account_id, name, role, permission, whole_family, is_guest, points, avatar, joined_at)
            VALUES ('{home}', '{member}', '{account}', 'Olga', 'co-parent', 4, true, false, 0, '', now());
            INSERT INTO invitations (id, family_id, status, channel, address, address_key, name, role, permission, whole_family, message, locale, binding, require_login, generation,
                created_at, expires_at, inviter_id, inviter_name)
            VALUES ('{invitation}', '{home}', 1, 2, 'ben@example.org', 'ben@example.org', 'Ben', 'relative', 1, true, '', 'en', 1, false, 1, now(), now() + interval '7 days', '{member}', 'Olga');
            """));
        return home;
    }

    private static async Task ExecuteAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
