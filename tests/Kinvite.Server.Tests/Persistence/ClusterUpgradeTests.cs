using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Server.Tests.Persistence;

/// <summary>The private database's way to another major version, here from the installed one into a new cluster of the same.</summary>
public sealed class ClusterUpgradeTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Scratch scratch = new();
    private readonly CapturedLogs logs = new();

    private string Data => scratch.Below("data");

    [Fact]
    public async Task Everything_arrives_in_the_new_cluster_and_the_old_one_stays_beside_it()
    {
        var (cluster, programs, user) = await PreparedAsync();
        var identity = await IdentityAsync();

        var (tables, rows) = await Upgrade(user).RunAsync(cluster, programs, programs, None);

        Assert.Equal((2, 501L), (tables, rows));
        Assert.Equal($"{cluster.Path}.old-{cluster.Major}", ClusterUpgrade.Aside(cluster));
        Assert.True(File.Exists(Path.Combine(ClusterUpgrade.Aside(cluster), "PG_VERSION")));
        Assert.False(File.Exists(Path.Combine(Data, "upgrade.dump")));
        Assert.False(Directory.Exists(cluster.Path + ".upgrading"));
        Assert.NotEqual(identity, await IdentityAsync());
        Assert.Equal(125250L, await AskAsync<long>("SELECT sum(id) FROM many"));
        Assert.Equal("yes", await AskAsync<string>("SELECT answer FROM kept"));
        Assert.Equal("on", await AskAsync<string>("SHOW data_checksums"));

        // A second upgrade does not write over what the first has put aside.
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Upgrade(user).RunAsync(cluster, programs, programs, None));
        Assert.Contains(".old-", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pg_dump", "pg_dump failed")]
    [InlineData("initdb", "initdb")]
    [InlineData("pg_restore", "did not take the data")]
    public async Task Whatever_fails_the_old_data_is_where_and_as_it_was(string broken, string expected)
    {
        var (cluster, programs, user) = await PreparedAsync();
        var identity = await IdentityAsync();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Upgrade(user).RunAsync(cluster, programs, WithBroken(programs, broken), None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Equal(identity, await IdentityAsync());
        Assert.Equal("yes", await AskAsync<string>("SELECT answer FROM kept"));
        Assert.Equal(["pg", "server.lock"], Directory.EnumerateFileSystemEntries(Data).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_start_between_the_two_renames_makes_no_empty_database()
    {
        var (cluster, _, _) = await PreparedAsync();
        Directory.Move(cluster.Path, ClusterUpgrade.Aside(cluster));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(StartAsync);

        Assert.Contains($"rename it to {cluster.Path}", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(cluster.Path));
        Directory.Move(ClusterUpgrade.Aside(cluster), cluster.Path);
        Assert.Equal("yes", await AskAsync<string>("SELECT answer FROM kept"));
    }

    [Fact]
    public void The_newest_programs_and_those_of_the_data_are_chosen()
    {
        PostgresBinaries[] found = [new("/15", 15), new("/16", 16), new("/17", 17)];

        Assert.Equal((found[0], found[2]), ClusterUpgrade.Choose(15, found, configured: null));
        Assert.Equal((found[0], found[1]), ClusterUpgrade.Choose(15, found, configured: found[1]));
        Assert.Null(ClusterUpgrade.Choose(17, found, configured: null));
    }

    [Fact]
    public void Without_the_programs_of_the_data_or_with_older_ones_it_says_what_to_install()
    {
        Assert.Contains("install PostgreSQL 15 beside 17", Assert.Throws<StartRefusedException>(() => ClusterUpgrade.Choose(15, [new("/17", 17)], configured: null)).Message, StringComparison.Ordinal);
        Assert.Contains("never goes back", Assert.Throws<StartRefusedException>(() => ClusterUpgrade.Choose(18, [new("/17", 17)], configured: null)).Message, StringComparison.Ordinal);
        Assert.Contains("no PostgreSQL at all", Assert.Throws<StartRefusedException>(() => ClusterUpgrade.Choose(15, [], configured: null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_names_the_command() =>
        Assert.Contains("./kinvite upgrade", Assert.Throws<StartRefusedException>(() => PostgresBinaries.Choose([new("/17", 17)], clusterMajor: 15)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_row_or_a_table_that_did_not_arrive_is_named()
    {
        Dictionary<string, long> before = new(StringComparer.Ordinal) { ["public.a"] = 2, ["public.b"] = 0 };

        Assert.Null(ClusterUpgrade.Difference(before, new Dictionary<string, long>(before, StringComparer.Ordinal)));
        Assert.Contains("public.a had 2 rows and has 1", ClusterUpgrade.Difference(before, new Dictionary<string, long>(StringComparer.Ordinal) { ["public.a"] = 1, ["public.b"] = 0 }), StringComparison.Ordinal);
        Assert.Contains("public.b", ClusterUpgrade.Difference(before, new Dictionary<string, long>(StringComparer.Ordinal) { ["public.a"] = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_is_for_the_private_database_and_ends_well_when_there_is_nothing_to_do()
    {
        var (exitCode, said) = await ServerProcess.RunAsync("upgrade", Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings__Kinvite"] = "Host=localhost" });
        Assert.Equal(1, exitCode);
        Assert.Contains("for the private PostgreSQL", said, StringComparison.Ordinal);

        (exitCode, said) = await ServerProcess.RunAsync("upgrade", Data);
        Assert.Equal(1, exitCode);
        Assert.Contains("no database", said, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private ClusterUpgrade Upgrade(PostgresUser user) => new(Data, user, logs.CreateLogger("test"), TimeProvider.System, durable: false);

    private async Task<(ClusterDirectory Cluster, PostgresBinaries Programs, PostgresUser User)> PreparedAsync()
    {
        await AskAsync<string>("CREATE TABLE kept AS SELECT 'yes' AS answer; CREATE TABLE many AS SELECT generate_series(1, 500) AS id");
        var user = await PostgresUser.FindAsync(None);
        var cluster = await ClusterDirectory.FindAsync(Data, user, None);
        return (cluster, await PostgresBinaries.FindAsync(configured: null, cluster.Major, None), user);
    }

    private Task<LocalPostgres> StartAsync() => LocalPostgres.StartAsync(Data, bin: null, logs.CreateLogger("test"), TimeProvider.System, None, durable: false);

    /// <summary>Started for one question and stopped again.</summary>
    private async Task<T?> AskAsync<T>(string sql)
    {
        await using var postgres = await StartAsync();
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Which cluster it is: no two have the same.</summary>
    private Task<long> IdentityAsync() => AskAsync<long>("SELECT system_identifier FROM pg_control_system()");

    /// <summary>The same programs by links, but for one that fails.</summary>
    private PostgresBinaries WithBroken(PostgresBinaries programs, string broken)
    {
        var directory = scratch.Below("bin");
        Directory.CreateDirectory(directory);
        foreach (var name in new[] { "initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore" })
        {
            var path = Path.Combine(directory, name);
            if (name == broken)
            {
                File.WriteAllText(path, "#!/bin/sh\necho broken >&2\nexit 1\n");
            }
            else
            {
                File.WriteAllText(path, $"#!/bin/sh\nexec {Path.Combine(programs.Directory, name)} \"$@\"\n");
            }

            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return programs with { Directory = directory };
    }
}
