using System.Diagnostics;
using System.Globalization;
using Kinvite.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kinvite.Bench;

/// <summary>A private PostgreSQL for one run, with its durability on and nothing of its own going on in the middle of a measurement.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly LocalPostgres postgres;

    private Cluster(LocalPostgres postgres, NpgsqlDataSource source, string pgbench) => (this.postgres, Source, Pgbench) = (postgres, source, pgbench);

    public string ConnectionString => postgres.ConnectionString;

    public NpgsqlDataSource Source { get; }

    /// <summary>The program beside the server's own.</summary>
    public string Pgbench { get; }

    public static async Task<Cluster> StartAsync(string directory, Cores cores)
    {
        var postgres = await LocalPostgres.StartAsync(directory, Environment.GetEnvironmentVariable("Kinvite__Postgres__Bin"), NullLogger.Instance, TimeProvider.System, default);
        var source = NpgsqlDataSource.Create(postgres.ConnectionString + ";Application Name=kinvite-bench");
        foreach (var setting in new[] { "autovacuum = off", "checkpoint_timeout = '1h'", "max_wal_size = '8GB'" })
        {
            await Sql.RunAsync(source, "ALTER SYSTEM SET " + setting);
        }

        await Sql.RunAsync(source, "SELECT pg_reload_conf()");
        var data = new FileInfo(Path.Combine(directory, ClusterDirectory.Name));
        var file = PostmasterFile.Read(data.LinkTarget ?? data.FullName)!;
        await cores.MoveAsync(file.ProcessId, Cores.Server);
        source.Clear();
        var binaries = await PostgresBinaries.FindAsync(Environment.GetEnvironmentVariable("Kinvite__Postgres__Bin"), clusterMajor: null, default);
        return new(postgres, source, Path.Combine(binaries.Directory, "pgbench"));
    }

    /// <summary>Runs a script of <c>Sql/</c>, prepared, over as many connections as the server gets.</summary>
    /// <returns>Transactions a second, without the time to connect.</returns>
    public async Task<double> PgbenchAsync(string script, int connections, TimeSpan duration, Cores cores, params (string Name, int Value)[] variables)
    {
        var path = Path.Combine(Path.GetTempPath(), $"kinvite-bench-{Environment.ProcessId}-{script}");
        await File.WriteAllTextAsync(path, Sql.Read(script));
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
            string[] arguments =
            [
                "-n", "-M", "prepared", "-f", path, "-c", connections.ToString(CultureInfo.InvariantCulture), "-j", "1",
                "-T", duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), "-h", settings.Host!, "-p", settings.Port.ToString(CultureInfo.InvariantCulture),
                "-U", settings.Username!, .. variables.SelectMany(v => new[] { "-D", string.Create(CultureInfo.InvariantCulture, $"{v.Name}={v.Value}") }), settings.Database!,
            ];
            var start = cores.OnLoad(Pgbench, arguments);
            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal));
            return process.ExitCode == 0 && line is not null
                ? double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench {script} failed: {await error}{output}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await postgres.DisposeAsync();
    }
}
