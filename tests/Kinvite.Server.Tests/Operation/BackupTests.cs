using System.Net;
using Kinvite.Harness;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Server.Tests.Operation;

/// <summary><c>backup</c> and <c>restore</c> as the real program does them, with the private database and with one of the operator's own.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IDisposable
{
    private readonly Scratch scratch = new();

    private string Data => scratch.Below("data");

    private string File => scratch.Below("kinvite.dump");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_restore_the_family_is_as_it_was_and_no_link_and_no_session_from_before_works(bool own)
    {
        await using var database = own ? await postgres.CreateEmptyDatabaseAsync() : null;
        var settings = Settings(database);
        string invitation, early, late, session, secondSession;
        await using (var server = await ServerProcess.StartReadyAsync(Data, settings))
        {
            using var olga = new Person(server.Address, server.Mailbox);
            invitation = await InviteAsync(olga);
            early = await LinkAsync(olga, invitation);
            session = olga.RefreshToken;

            var (backedUp, said) = await ServerProcess.RunAsync("backup", Data, settings, File);

            Assert.True(backedUp == 0, said);
            Assert.Contains(own ? "in Kinvite__MasterKey" : Path.Combine(Data, "master.key"), said, StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
            Assert.Equal([File], Directory.EnumerateFiles(scratch.Path));

            // What the time that will be lost brings: another key, another link under it, another session, and no family any more.
            Assert.Equal(0, (await ServerProcess.RunAsync("rotate-keys", Data, settings)).ExitCode);
            late = await LinkUnderNewKeyAsync(olga, invitation, early);
            await olga.SignInAsync("olga@example.org");
            secondSession = olga.RefreshToken;
            await olga.DeleteAsync(invitation[..invitation.IndexOf("/invites", StringComparison.Ordinal)], HttpStatusCode.NoContent, new { name = "Larsens" });

            var (refused, why) = await ServerProcess.RunAsync("restore", Data, settings, File);
            Assert.Equal(1, refused);
            Assert.Contains(own ? "is in use" : "already in use", why, StringComparison.Ordinal);
            await olga.GetAsync("/api/account");
            Assert.Equal(0, await server.StopAsync());
        }

        var (restored, words) = await ServerProcess.RunAsync("restore", Data, settings, File);

        Assert.True(restored == 0, words);
        Assert.Contains("Every link and code made so far is dead", words, StringComparison.Ordinal);
        Assert.Contains("_before_restore", words, StringComparison.Ordinal);
        await using var again = await ServerProcess.StartReadyAsync(Data, settings);
        using var person = new Person(again.Address, again.Mailbox);
        foreach (var dead in new[] { session, secondSession })
        {
            await person.PostAsync("/api/auth/refresh", new { refreshToken = dead }, HttpStatusCode.Unauthorized);
        }

        await person.GetAsync($"/api/invites/{early}", HttpStatusCode.NotFound);
        await person.GetAsync($"/api/invites/{late}", HttpStatusCode.NotFound);
        await person.SignInAsync("olga@example.org");
        Assert.Equal("Larsens", (await person.GetAsync("/api/families")).GetProperty("items")[0].GetProperty("name").GetString());
        await person.PostAsync($"{invitation}/resend", body: null, HttpStatusCode.OK);
        await person.GetAsync($"/api/invites/{await LinkAsync(person, invitation)}");
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_overwritten()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await System.IO.File.WriteAllTextAsync(File, "mine");

        await RefusedAsync(database, "backup", "is there already");

        Assert.Equal("mine", await System.IO.File.ReadAllTextAsync(File));
        Assert.Equal([File], Directory.EnumerateFiles(scratch.Path));
    }

    [Fact]
    public async Task A_database_that_is_not_ours_is_not_backed_up_and_a_dump_of_one_not_restored()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var foreign = await postgres.CreateEmptyDatabaseAsync();
        await foreign.ExecuteAsync("CREATE TABLE families (id int)");
        await RefusedAsync(foreign, "backup", "nothing of Kinvite");
        Assert.False(System.IO.File.Exists(File));

        await DumpAsync(foreign);
        await RefusedAsync(database, "restore", "of something else than Kinvite");
        await System.IO.File.WriteAllTextAsync(File, "no dump");
        await RefusedAsync(database, "restore", "cannot be read as a backup");
        System.IO.File.Delete(File);
        await RefusedAsync(database, "restore", "There is no file");
        await AssertUntouchedAsync(database);
    }

    [Fact]
    public async Task A_backup_of_a_newer_release_and_one_of_another_key_leave_the_database_as_it_was()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var newer = await postgres.CreateDatabaseAsync();
        await newer.ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29991231000000_Later', '99.0')""");
        await DumpAsync(newer);
        await RefusedAsync(database, "restore", "newer release (29991231000000_Later)");
        await AssertUntouchedAsync(database);

        System.IO.File.Delete(File);
        await using var others = await postgres.CreateDatabaseAsync();
        await others.ExecuteAsync("UPDATE key_epochs SET master_fingerprint = 'another'");
        await DumpAsync(others);
        await RefusedAsync(database, "restore", "another master key");
        await AssertUntouchedAsync(database);
    }

    [Fact]
    public async Task A_dump_that_breaks_off_leaves_the_database_as_it_was()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await DumpAsync(database);
        NpgsqlConnection.ClearAllPools();
        await using (var cut = new FileStream(File, FileMode.Open))
        {
            cut.SetLength(cut.Length - 40);
        }

        await RefusedAsync(database, "restore", "the database is as it was");
        await AssertUntouchedAsync(database);
    }

    [Fact]
    public async Task Without_the_file_the_commands_say_what_they_need()
    {
        var (exitCode, said) = await ServerProcess.RunAsync("backup", Data);

        Assert.Equal(1, exitCode);
        Assert.Contains("backup FILE", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_data_directory_without_a_database_is_not_made_into_an_empty_backup()
    {
        var (exitCode, said) = await ServerProcess.RunAsync("backup", Data, settings: null, File);

        Assert.Equal(1, exitCode);
        Assert.Contains("no database", said, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
        Assert.False(Directory.Exists(Path.Combine(Data, "pg")));
    }

    public void Dispose() => scratch.Dispose();

    private static Dictionary<string, string> Settings(TestDatabase? database) => database is null
        ? new(StringComparer.Ordinal)
        : new(StringComparer.Ordinal) { ["ConnectionStrings__Kinvite"] = database.ConnectionString, ["Kinvite__MasterKey"] = PostgresFixture.MasterKey };

    private async Task RefusedAsync(TestDatabase database, string command, string expected)
    {
        NpgsqlConnection.ClearAllPools();
        var (exitCode, said) = await ServerProcess.RunAsync(command, Data, Settings(database), File);
        Assert.True(exitCode == 1, said);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    /// <summary>Nothing in it has changed, and nothing was left beside it.</summary>
    private static async Task AssertUntouchedAsync(TestDatabase database)
    {
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM key_epochs WHERE ends_at IS NULL AND number = 1"));
        Assert.Equal(1, await database.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname LIKE '{database.Name}\\_%' OR datname = '{database.Name}'"));
    }

    private async Task DumpAsync(TestDatabase database) => await DumpFile.WriteAsync(
        File, database.ConnectionString, await PostgresBinaries.FindClientsAsync(configured: null, serverMajor: null, CancellationToken.None), CancellationToken.None);

    private static async Task<string> InviteAsync(Person olga)
    {
        await olga.SignInAsync("olga@example.org");
        var family = (await olga.PostAsync("/api/families", new { name = "Larsens" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await olga.PostAsync($"/api/families/{family}/invites", new { invites = new[] { new { email = "ben@example.org" } } }, HttpStatusCode.Created);
        return $"/api/families/{family}/invites/{made.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid()}";
    }

    private static async Task<string> LinkAsync(Person olga, string invitation) =>
        (await olga.PostAsync($"{invitation}/link", body: null, HttpStatusCode.OK)).GetProperty("url").GetString()!.Split('/')[^1];

    private static async Task<string> LinkUnderNewKeyAsync(Person olga, string invitation, string old)
    {
        for (var tries = 0; tries < 50; tries++, await Task.Delay(200))
        {
            if (await LinkAsync(olga, invitation) is var link && link != old)
            {
                return link;
            }
        }

        throw new TimeoutException("The server goes on with the old key.");
    }
}
