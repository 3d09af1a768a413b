using System.Runtime.Versioning;
using Kinvite.Hosting;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// The server's own private PostgreSQL: in the data directory, reached by a socket in a directory that only we can enter, never by TCP.
/// It outlives the server's death and Ctrl-C; the next start adopts it. A server that stops in order stops it too.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class LocalPostgres : IAsyncDisposable
{
    /// <summary>The database's only role; the socket's directory is the guard, so it has no password.</summary>
    public const string Role = "kinvite";

    /// <summary>How long a start keeps trying while an older PostgreSQL of the same data is on its way out.</summary>
    private static readonly TimeSpan DyingOne = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to read back what was written before a crash.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(5);

    private readonly PostgresUser user;
    private readonly PostgresBinaries binaries;
    private readonly string cluster;
    private readonly string socketDirectory;
    private readonly ILogger logger;
    private int stopped;

    private LocalPostgres(ServerLock serverLock, PostgresUser user, PostgresBinaries binaries, string cluster, string socketDirectory, int port, ILogger logger)
    {
        (Lock, this.user, this.binaries, this.cluster, this.socketDirectory, this.logger) = (serverLock, user, binaries, cluster, socketDirectory, logger);
        ConnectionString = Connect(socketDirectory, port, Role).ConnectionString;
    }

    /// <summary>Keeps a second server away for as long as this one lives.</summary>
    public ServerLock Lock { get; }

    /// <summary>For the database <c>kinvite</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts or adopts it, and makes cluster and database where they are missing.</summary>
    /// <param name="dataDirectory">Full path; made when missing.</param>
    /// <param name="bin"><c>Kinvite__Postgres__Bin</c>; null: searched for.</param>
    /// <param name="logger">Told where the cluster is when that is not in the data directory.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="ct">Ends the start; a PostgreSQL that is already running stays for the next one.</param>
    /// <param name="durable">False only for tests: nothing is forced to disk, so a crash of the machine loses data.</param>
    /// <exception cref="StartRefusedException">With the sentence for the operator.</exception>
    public static async Task<LocalPostgres> StartAsync(
        string dataDirectory, string? bin, ILogger logger, TimeProvider clock, CancellationToken ct, bool durable = true)
    {
        dataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        MakeDataDirectory(dataDirectory);
        var held = await ServerLock.TakeAsync(dataDirectory, clock, ct);
        try
        {
            var runAs = await PostgresUser.FindAsync(ct);
            var directory = await ClusterDirectory.FindAsync(dataDirectory, runAs, ct);
            var programs = await PostgresBinaries.FindAsync(bin, directory.Major, ct);
            if (directory.Major is null)
            {
                directory = await directory.CreateAsync(dataDirectory, programs, runAs, durable, clock, logger, ct);
            }

            if (!directory.Path.StartsWith(dataDirectory + "/", StringComparison.Ordinal))
            {
                LogElsewhere(logger, runAs.Name, dataDirectory, directory.Path);
            }

            var start = new PostmasterStart(directory.Path, dataDirectory, runAs, programs, durable, logger, clock);
            var running = await start.RunAsync(DyingOne, Recovery, ct);
            await MakeDatabaseAsync(running, ct);
            return new(held, runAs, programs, directory.Path, running.SocketDirectory, running.Port, logger);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The connection string of the one that runs for this data directory, for a command beside a running server; null when none runs.</summary>
    public static async Task<string?> RunningAsync(string dataDirectory, CancellationToken ct)
    {
        var runAs = await PostgresUser.FindAsync(ct);
        var directory = await ClusterDirectory.FindAsync(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory)), runAs, ct);
        return PostmasterFile.Read(directory.Path) is { IsStopping: false } file && await file.IsRunningAsync(directory.Path, runAs, ct)
            ? Connect(file.SocketDirectory, file.Port, Role).ConnectionString
            : null;
    }

    /// <summary>Stops it; open transactions are rolled back. Does nothing the second time.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1)
        {
            return;
        }

        var outcome = await user.RunAsync(binaries.PgCtl, ["stop", "-D", cluster, "-m", "fast", "-w", "-t", "60", "-s"], CancellationToken.None);
        if (!outcome.Succeeded)
        {
            LogNotStopped(logger, outcome.Error.ReplaceLineEndings(" "));
        }
        else
        {
            RemoveSocketDirectory();
        }

        Lock.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>How to reach a database of the cluster over its socket.</summary>
    public static NpgsqlConnectionStringBuilder Connect(string socketDirectory, int port, string database) =>
        new() { Host = socketDirectory, Port = port, Database = database, Username = Role };

    private void RemoveSocketDirectory()
    {
        try
        {
            Directory.Delete(socketDirectory);
        }
        catch (IOException)
        {
            // Not empty, or gone already: the next start does with it as it finds it.
        }
    }

    private static void MakeDataDirectory(string path)
    {
        try
        {
            // Root's PostgreSQL is another user, who has to pass through; nobody else has to look inside.
            var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | (Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None);
            Directory.CreateDirectory(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {path} cannot be made ({e.Message.TrimEnd('.')}): set Kinvite__DataDirectory to a directory that the server can write to.");
        }
    }

    /// <summary>Makes the database in a cluster that has none yet.</summary>
    public static async Task MakeDatabaseAsync(PostmasterFile running, CancellationToken ct)
    {
        var settings = Connect(running.SocketDirectory, running.Port, "postgres");
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(ct);
        await using var look = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{Role}'", connection);
        if (await look.ExecuteScalarAsync(ct) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {Role}", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "The user {User} cannot reach {DataDirectory}, so the database is kept in {Cluster}: include it in backups")]
    private static partial void LogElsewhere(ILogger logger, string user, string dataDirectory, string cluster);

    [LoggerMessage(1102, LogLevel.Warning, "The private PostgreSQL was not stopped: {Reason}")]
    private static partial void LogNotStopped(ILogger logger, string reason);

    [LoggerMessage(1105, LogLevel.Warning, "An earlier data directory of the same name was deleted; its database is put aside in {Aside}")]
    public static partial void LogPutAside(ILogger logger, string aside);
}
