using System.Diagnostics;
using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Server.Tests.Persistence;

/// <summary>The private PostgreSQL through its whole life: first start, crash, adoption, and every refusal with its sentence.</summary>
public sealed class LocalPostgresTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();
    private readonly CapturedLogs logs = new();
    private readonly List<LocalPostgres> started = [];

    private string Data => scratch.Below("data");

    [Fact]
    public async Task A_first_start_makes_a_checksummed_UTF8_database_that_no_network_reaches()
    {
        var postgres = await StartAsync(Data);

        Assert.Equal("UTF8", await AskAsync(postgres, "SHOW server_encoding"));
        Assert.Equal("C", await AskAsync(postgres, "SELECT datcollate FROM pg_database WHERE datname = current_database()"));
        Assert.Equal("on", await AskAsync(postgres, "SHOW data_checksums"));
        Assert.Equal("", await AskAsync(postgres, "SHOW listen_addresses"));
        var socket = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        Assert.StartsWith("kinvite-", Path.GetFileName(socket), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(Data, "pg")));
    }

    [Fact]
    public async Task A_server_that_is_not_durable_is_only_for_tests()
    {
        Assert.DoesNotContain(PostmasterStart.Settings("/s", durable: true), s => s.StartsWith("fsync", StringComparison.Ordinal));
        Assert.Equal("on", await AskAsync(await StartAsync(Data, durable: true), "SHOW fsync"));
    }

    [Fact]
    public async Task What_was_written_is_there_after_stop_and_start()
    {
        var first = await StartAsync(Data);
        await AskAsync(first, "CREATE TABLE kept AS SELECT 'yes' AS answer");
        await first.StopAsync();
        Assert.Null(await LocalPostgres.RunningAsync(Data, CancellationToken.None));

        Assert.Equal("yes", await AskAsync(await StartAsync(Data), "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task A_running_one_is_adopted_and_stopped_by_the_server_that_adopted_it()
    {
        await StartAsync(Data);
        ReleaseLock();
        var before = PostmasterFile.Read(Path.Combine(Data, "pg"))!.ProcessId;

        var adopted = await StartAsync(Data);

        Assert.Equal(before, PostmasterFile.Read(Path.Combine(Data, "pg"))!.ProcessId);
        Assert.Contains("adopted", logs.Text, StringComparison.Ordinal);
        Assert.Equal(adopted.ConnectionString, await LocalPostgres.RunningAsync(Data, CancellationToken.None));
        await adopted.StopAsync();
        Assert.Null(PostmasterFile.Read(Path.Combine(Data, "pg")));
    }

    [Fact]
    public async Task One_that_was_killed_is_started_over_its_stale_lock_file()
    {
        var first = await StartAsync(Data, durable: true);
        await AskAsync(first, "CREATE TABLE kept AS SELECT 'committed' AS answer");
        ReleaseLock();
        await KillAsync(PostmasterFile.Read(Path.Combine(Data, "pg"))!.ProcessId);
        Assert.NotNull(PostmasterFile.Read(Path.Combine(Data, "pg")));

        Assert.Equal("committed", await AskAsync(await StartAsync(Data, durable: true), "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task A_stale_lock_file_whose_number_another_process_has_now_is_no_obstacle()
    {
        await StartAsync(Data);
        ReleaseLock();
        var cluster = Path.Combine(Data, "pg");
        await KillAsync(PostmasterFile.Read(cluster)!.ProcessId);
        var user = await PostgresUser.FindAsync(CancellationToken.None);
        string[] sleep = user.ThroughSetpriv ? ["setpriv", $"--reuid={user.UserId}", $"--regid={user.GroupId}", "--clear-groups", "sleep", "60"] : ["sleep", "60"];
        using var other = Process.Start(sleep[0], sleep[1..]);
        try
        {
            var file = Path.Combine(cluster, PostmasterFile.FileName);
            var lines = await File.ReadAllLinesAsync(file);
            lines[0] = $"{other.Id}";
            await File.WriteAllLinesAsync(file, lines);

            Assert.Equal("1", await AskAsync(await StartAsync(Data), "SELECT 1"));
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task A_start_that_meets_a_dying_one_waits_for_its_end()
    {
        var first = await StartAsync(Data);
        ReleaseLock();
        // A smart shutdown waits for this connection, as long as it is open.
        await using var lingering = new NpgsqlConnection(first.ConnectionString + ";Pooling=false");
        await lingering.OpenAsync();
        var cluster = Path.Combine(Data, "pg");
        var dying = PostmasterFile.Read(cluster)!.ProcessId;
        await SignalAsync("TERM", dying);
        await Until(() => PostmasterFile.Read(cluster) is { IsStopping: true });

        var start = StartAsync(Data);
        await Task.Delay(1000);
        Assert.False(start.IsCompleted);
        await lingering.CloseAsync();

        Assert.Equal("1", await AskAsync(await start, "SELECT 1"));
        Assert.NotEqual(dying, PostmasterFile.Read(cluster)!.ProcessId);
    }

    [Fact]
    public async Task One_whose_socket_was_swept_away_is_started_anew()
    {
        var first = await StartAsync(Data);
        ReleaseLock();
        Directory.Delete(new NpgsqlConnectionStringBuilder(first.ConnectionString).Host!, recursive: true);

        Assert.Equal("1", await AskAsync(await StartAsync(Data), "SELECT 1"));
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_stops_with_a_sentence()
    {
        await StartAsync(Data);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Data));

        Assert.Contains("already in use", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", await AskAsync(started[0], "SELECT 1"));
    }

    [Fact]
    public async Task Two_servers_on_two_directories_run_side_by_side()
    {
        var one = await StartAsync(Data);
        var two = await StartAsync(scratch.Below("other"));

        await AskAsync(one, "CREATE TABLE mine (id int)");
        Assert.Equal("0", await AskAsync(two, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'"));
    }

    [Fact]
    public async Task A_start_that_was_killed_while_making_the_cluster_leaves_nothing_in_the_way()
    {
        Directory.CreateDirectory(Path.Combine(Data, "pg.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(Data, "pg.new", "PG_VERSION"), "15\n");

        Assert.Equal("1", await AskAsync(await StartAsync(Data), "SELECT 1"));
    }

    [Fact]
    public async Task Data_of_another_major_version_is_refused_and_left_alone()
    {
        var first = await StartAsync(Data);
        await first.StopAsync();
        var version = Path.Combine(Data, "pg", "PG_VERSION");
        await File.WriteAllTextAsync(version, "99\n");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Data));

        Assert.Contains("made by PostgreSQL 99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("install PostgreSQL 99", refused.Message, StringComparison.Ordinal);
        Assert.Equal("99\n", await File.ReadAllTextAsync(version));
    }

    [Fact]
    public async Task A_configured_directory_without_the_programs_is_refused_by_its_name()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Data, bin: scratch.Path));

        Assert.Contains($"Kinvite__Postgres__Bin is {scratch.Path}", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Data, "pg")));
    }

    [Fact]
    public async Task A_directory_that_is_no_cluster_is_not_overwritten()
    {
        var user = await PostgresUser.FindAsync(CancellationToken.None);
        Directory.CreateDirectory(Data);
        Assert.Null(await user.MakeDirectoryAsync(Path.Combine(Data, "pg"), CancellationToken.None));
        await File.WriteAllTextAsync(Path.Combine(Data, "pg", "diary.txt"), "mine");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(Data));

        Assert.Contains("holds no PostgreSQL data", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Data, "pg", "diary.txt")));
    }

    [Fact]
    public async Task The_log_of_the_database_holds_no_values_of_failed_statements()
    {
        var postgres = await StartAsync(Data);
        await AskAsync(postgres, "CREATE TABLE addresses (key text UNIQUE)");
        await AskAsync(postgres, "INSERT INTO addresses VALUES ('ana@example.org')");
        await Assert.ThrowsAsync<PostgresException>(() => AskAsync(postgres, "INSERT INTO addresses VALUES ('ana@example.org')"));

        var log = await File.ReadAllTextAsync(Path.Combine(Data, "pg", "server.log"));
        Assert.Contains("ready to accept connections", log, StringComparison.Ordinal);
        Assert.DoesNotContain("ana@", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own_so_that_Ctrl_C_does_not_reach_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        await StartAsync(Data);
        var process = PostmasterFile.Read(Path.Combine(Data, "pg"))!.ProcessId;

        var stat = await File.ReadAllTextAsync($"/proc/{process}/stat");
        var group = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2];
        Assert.Equal($"{process}", group);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var postgres in started)
        {
            await postgres.StopAsync();
        }

        scratch.Dispose();
    }

    private async Task<LocalPostgres> StartAsync(string dataDirectory, bool durable = false, string? bin = null)
    {
        var postgres = await LocalPostgres.StartAsync(
            dataDirectory, bin, logs.CreateLogger("test"), TimeProvider.System, TestContext.Current.CancellationToken, durable);
        started.Add(postgres);
        return postgres;
    }

    /// <summary>As the death of a server: its lock goes, its PostgreSQL stays.</summary>
    private void ReleaseLock()
    {
        foreach (var postgres in started)
        {
            postgres.Lock.Dispose();
        }

        started.Clear();
    }

    private static async Task<string?> AskAsync(LocalPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    private static Task<ChildProcess> SignalAsync(string signal, int process) => ChildProcess.RunAsync("kill", ["-s", signal, $"{process}"], CancellationToken.None);

    private static async Task KillAsync(int process)
    {
        await SignalAsync("KILL", process);
        await Until(() => !File.Exists($"/proc/{process}/stat") || File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal));
    }

    private static async Task Until(Func<bool> reached)
    {
        for (var waited = Stopwatch.StartNew(); !reached(); await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "Nothing happened for 20 s.");
        }
    }
}
