using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Kinvite.Hosting;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>Brings the PostgreSQL of one cluster to where it answers: adopts the one that runs, waits for one that dies, starts one otherwise.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class PostmasterStart(
    string cluster, string dataDirectory, PostgresUser user, PostgresBinaries binaries, bool durable, ILogger logger, TimeProvider clock)
{
    private const long LogKept = 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private string LogFile => Path.Combine(cluster, "server.log");

    /// <param name="dying">How long to try while an older one is on its way out.</param>
    /// <param name="recovery">How long to wait while one reads back what was written before a crash.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<PostmasterFile> RunAsync(TimeSpan dying, TimeSpan recovery, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var file = PostmasterFile.Read(cluster);
            string reason;
            if (file is null || !await file.IsRunningAsync(cluster, user, ct))
            {
                file?.MarkStale(cluster);
                var failure = await StartAsync(recovery, ct);
                if (failure is null && PostmasterFile.Read(cluster) is { } own)
                {
                    LogStarted(logger, binaries.Major, cluster);
                    return own;
                }

                reason = failure ?? "it ended at once";
                if (failure is not null && !MeetsDyingOne(failure))
                {
                    throw Refused(reason);
                }
            }
            else if (file.IsStopping)
            {
                reason = "an older one is still stopping";
            }
            else
            {
                var answer = await AskAsync(file, ct);
                if (answer == Answer.Ready)
                {
                    LogAdopted(logger, file.ProcessId, cluster);
                    return file;
                }

                reason = "the one that runs does not answer";
                if (answer == Answer.SocketGone && clock.GetElapsedTime(started) > TimeSpan.FromSeconds(2))
                {
                    // Its socket was swept away from the temporary directory: nobody can reach it any more, so it may as well start anew.
                    await user.RunAsync(binaries.PgCtl, ["stop", "-D", cluster, "-m", "fast", "-w", "-t", "20", "-s"], ct);
                }
                else if (answer == Answer.StartingUp && clock.GetElapsedTime(started) < recovery)
                {
                    await Task.Delay(Pause, clock, ct);
                    continue;
                }
            }

            if (clock.GetElapsedTime(started) > dying)
            {
                throw Refused(reason);
            }

            await Task.Delay(Pause, clock, ct);
        }
    }

    /// <summary>PostgreSQL's own words for "the one before me is not quite gone".</summary>
    public static bool MeetsDyingOne(string failure) =>
        failure.Contains("pre-existing shared memory block", StringComparison.Ordinal)
        || (failure.Contains("lock file", StringComparison.Ordinal) && (failure.Contains("already exists", StringComparison.Ordinal) || failure.Contains("is empty", StringComparison.Ordinal)));

    /// <summary>What a family's server needs: small memory, nothing on TCP, everything safely on disk, and no addresses in a log.</summary>
    public static IReadOnlyList<string> Settings(string socketDirectory, bool durable) =>
    [
        "listen_addresses=", "port=5432", $"unix_socket_directories=\"{socketDirectory}\"", "unix_socket_permissions=0700",
        "max_connections=120", "shared_buffers=128MB", "max_wal_size=512MB", "min_wal_size=64MB", "jit=off", "timezone=UTC", "log_timezone=UTC", "cluster_name=kinvite",
        "idle_in_transaction_session_timeout=60s",
        // An ERROR's detail and statement hold addresses; LOG and above do not.
        "log_min_messages=log", "log_error_verbosity=terse", "log_min_error_statement=panic", "log_checkpoints=off",
        // Tests have many applications on one cluster.
        .. durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"],
    ];

    private async Task<string?> StartAsync(TimeSpan recovery, CancellationToken ct)
    {
        var sockets = await SocketDirectory.PrepareAsync(dataDirectory, user, SocketDirectory.Parents(), ct);
        // Nothing of ours runs, so what lies there is left from a crash.
        foreach (var left in Directory.EnumerateFiles(sockets, ".s.PGSQL.*"))
        {
            File.Delete(left);
        }

        if (new FileInfo(LogFile) is { Exists: true, Length: > LogKept })
        {
            File.Move(LogFile, LogFile + ".1", overwrite: true);
        }

        var before = new FileInfo(LogFile) is { Exists: true } log ? log.Length : 0;
        // pg_ctl hands the options to a shell; it also gives PostgreSQL a session of its own, so that Ctrl-C does not reach it.
        var options = string.Join(' ', Settings(sockets, durable).Select(s => "-c " + Quote(s)));
        var outcome = await user.RunAsync(
            binaries.PgCtl,
            ["start", "-D", cluster, "-l", LogFile, "-w", "-t", ((int)recovery.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-s", "-o", options],
            ct);
        return outcome.Succeeded ? null : WhyNot(before) is { Length: > 0 } said ? said : outcome.Error.ReplaceLineEndings(" ");
    }

    private static string Quote(string setting) => "'" + setting.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private string WhyNot(long before)
    {
        try
        {
            using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            log.Seek(Math.Min(before, log.Length), SeekOrigin.Begin);
            using var reader = new StreamReader(log);
            return string.Join(' ', reader.ReadToEnd().Split('\n').Where(l => l.Contains("FATAL:", StringComparison.Ordinal) || l.Contains("PANIC:", StringComparison.Ordinal)).Select(l => l.Trim()));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<Answer> AskAsync(PostmasterFile file, CancellationToken ct)
    {
        var settings = LocalPostgres.Connect(file.SocketDirectory, file.Port, "postgres");
        (settings.Pooling, settings.Timeout) = (false, 5);
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(ct);
            return Answer.Ready;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return Answer.StartingUp;
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException)
        {
            return File.Exists(Path.Combine(file.SocketDirectory, $".s.PGSQL.{file.Port.ToString(CultureInfo.InvariantCulture)}")) ? Answer.None : Answer.SocketGone;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return Answer.None;
        }
    }

    private StartRefusedException Refused(string reason) =>
        new($"The private PostgreSQL in {cluster} did not start ({reason}): its log is {LogFile}.");

    private enum Answer
    {
        None,
        Ready,
        StartingUp,
        SocketGone,
    }

    [LoggerMessage(1103, LogLevel.Information, "Private PostgreSQL {Major} started in {Cluster}")]
    private static partial void LogStarted(ILogger logger, int major, string cluster);

    [LoggerMessage(1104, LogLevel.Information, "Private PostgreSQL adopted, process {ProcessId}, in {Cluster}")]
    private static partial void LogAdopted(ILogger logger, int processId, string cluster);
}
