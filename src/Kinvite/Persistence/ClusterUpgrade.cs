using System.Globalization;
using System.Runtime.Versioning;
using Kinvite.Hosting;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// The private PostgreSQL's data brought to another major version, which cannot read it as it lies: written out by the old one, read by the new one,
/// counted, and only then put in its place. The old directory stays beside it.
/// </summary>
/// <param name="dataDirectory">Full path; its lock is held by the caller.</param>
/// <param name="user">The data's owner.</param>
/// <param name="logger">Told what is started.</param>
/// <param name="clock">For waiting.</param>
/// <param name="durable">False only for tests.</param>
[UnsupportedOSPlatform("windows")]
internal sealed class ClusterUpgrade(string dataDirectory, PostgresUser user, ILogger logger, TimeProvider clock, bool durable = true)
{
    private const string Made = ".upgrading";

    private static readonly TimeSpan DyingOne = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(5);

    /// <summary>Where the data of the old version is afterwards.</summary>
    public static string Aside(ClusterDirectory cluster) => string.Create(CultureInfo.InvariantCulture, $"{cluster.Path}.old-{cluster.Major}");

    /// <summary>Which programs read the data as it is, and which are to read it from now on.</summary>
    /// <param name="clusterMajor">Of the data.</param>
    /// <param name="found">All that are installed.</param>
    /// <param name="configured"><c>Kinvite__Postgres__Bin</c>: then the new ones are those there.</param>
    /// <returns>Null when the data is of the newest version already.</returns>
    /// <exception cref="StartRefusedException">The old ones are missing, or the new ones are older.</exception>
    public static (PostgresBinaries Old, PostgresBinaries New)? Choose(int clusterMajor, IReadOnlyList<PostgresBinaries> found, PostgresBinaries? configured)
    {
        var next = configured ?? found.MaxBy(b => b.Major) ?? throw new StartRefusedException("Here is no PostgreSQL at all: install the version that the data should be brought to.");
        if (next.Major < clusterMajor)
        {
            throw new StartRefusedException($"The data was made by PostgreSQL {clusterMajor}, and the newest here is {next.Major}: install PostgreSQL {clusterMajor} or newer; data never goes back to an older version.");
        }

        if (next.Major == clusterMajor)
        {
            return null;
        }

        var old = found.FirstOrDefault(b => b.Major == clusterMajor) ?? throw new StartRefusedException(
            $"The data was made by PostgreSQL {clusterMajor}, and only that can read it: install PostgreSQL {clusterMajor} beside {next.Major} until the upgrade is done.");
        return (old, next);
    }

    /// <summary>Does it. Whatever goes wrong, the old data is where and as it was.</summary>
    /// <param name="cluster">With its version.</param>
    /// <param name="old">Can read it.</param>
    /// <param name="next">Are to read it from now on.</param>
    /// <param name="ct">Leaves everything as it was.</param>
    /// <returns>How many tables and rows were brought over.</returns>
    public async Task<(int Tables, long Rows)> RunAsync(ClusterDirectory cluster, PostgresBinaries old, PostgresBinaries next, CancellationToken ct)
    {
        var aside = Aside(cluster);
        if (Directory.Exists(aside))
        {
            throw new StartRefusedException($"{aside} is there already, from an earlier upgrade: move it away or remove it first.");
        }

        var made = new ClusterDirectory(cluster.Path + Made, Major: null);
        var file = Path.Combine(dataDirectory, "upgrade.dump");
        Clear(made.Path, file);
        try
        {
            var before = await WriteOutAsync(cluster, old, next, file, ct);
            var after = await ReadInAsync(await made.CreateAsync(dataDirectory, next, user, durable, clock, logger, ct), next, file, ct);
            if (Difference(before, after) is { } difference)
            {
                throw new StartRefusedException($"{difference}, so the data of PostgreSQL {cluster.Major} stays in use as it was.");
            }

            Swap(cluster.Path, made.Path, aside);
            return (after.Count, after.Values.Sum());
        }
        finally
        {
            Clear(made.Path, file);
        }
    }

    /// <summary>The first table whose rows did not all arrive; null when all did.</summary>
    public static string? Difference(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault(t => before.GetValueOrDefault(t, -1) != after.GetValueOrDefault(t, -1)) is { } table
            ? string.Create(CultureInfo.InvariantCulture, $"The table {table} had {before.GetValueOrDefault(table)} rows and has {after.GetValueOrDefault(table)} after copying")
            : null;

    private Task<Dictionary<string, long>> WriteOutAsync(ClusterDirectory cluster, PostgresBinaries old, PostgresBinaries next, string file, CancellationToken ct) =>
        WithRunningAsync(cluster.Path, old, async running =>
        {
            var from = LocalPostgres.Connect(running.SocketDirectory, running.Port, LocalPostgres.Role).ConnectionString;
            var rows = await CountAsync(from, ct);
            // The newer pg_dump knows what the newer server wants to read, and reads the older server too.
            await DumpFile.WriteAsync(file, from, next, ct);
            return rows;
        }, ct);

    private Task<Dictionary<string, long>> ReadInAsync(ClusterDirectory made, PostgresBinaries next, string file, CancellationToken ct) =>
        WithRunningAsync(made.Path, next, async running =>
        {
            await LocalPostgres.MakeDatabaseAsync(running, ct);
            var into = LocalPostgres.Connect(running.SocketDirectory, running.Port, LocalPostgres.Role).ConnectionString;
            if (await new DumpFile(file).FillAsync(into, next, ct) is { } fault)
            {
                throw new StartRefusedException($"PostgreSQL {next.Major} did not take the data ({fault}), so it stays in use as it was.");
            }

            await using var connection = await OpenAsync(into, ct);
            await using var analyze = new NpgsqlCommand("ANALYZE", connection) { CommandTimeout = 0 };
            await analyze.ExecuteNonQueryAsync(ct);
            return await CountAsync(into, ct);
        }, ct);

    private async Task<T> WithRunningAsync<T>(string directory, PostgresBinaries programs, Func<PostmasterFile, Task<T>> work, CancellationToken ct)
    {
        var running = await new PostmasterStart(directory, dataDirectory, user, programs, durable, logger, clock).RunAsync(DyingOne, Recovery, ct);
        T result;
        try
        {
            result = await work(running);
        }
        catch
        {
            await StopAsync(directory, programs);
            throw;
        }

        // Its files are moved next, so it has to be gone in order.
        return await StopAsync(directory, programs) is { } reason
            ? throw new StartRefusedException($"The PostgreSQL in {directory} does not stop ({reason}), so the data stays in use as it was.")
            : result;
    }

    private async Task<string?> StopAsync(string directory, PostgresBinaries programs)
    {
        var outcome = await user.RunAsync(programs.PgCtl, ["stop", "-D", directory, "-m", "fast", "-w", "-t", "60", "-s"], CancellationToken.None);
        return outcome.Succeeded ? null : outcome.Error.ReplaceLineEndings(" ");
    }

    private static void Swap(string current, string made, string aside)
    {
        Directory.Move(current, aside);
        try
        {
            Directory.Move(made, current);
        }
        catch (IOException)
        {
            Directory.Move(aside, current);
            throw;
        }
    }

    /// <summary>Nobody writes meanwhile: the caller holds the lock, and only the server reaches the socket.</summary>
    private static async Task<Dictionary<string, long>> CountAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = await OpenAsync(connectionString, ct);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1", connection))
        await using (var reader = await list.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                tables.Add(reader.GetString(0));
            }
        }

        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection) { CommandTimeout = 0 };
            rows[table] = (long)(await count.ExecuteScalarAsync(ct))!;
        }

        return rows;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private static void Clear(string made, string file)
    {
        foreach (var left in new[] { made, made + ".new" }.Where(Directory.Exists))
        {
            Directory.Delete(left, recursive: true);
        }

        File.Delete(file);
    }
}
