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
    private readonly int postmaster;

    private Cluster(LocalPostgres postgres, int postmaster, NpgsqlDataSource source, string pgbench) =>
        (this.postgres, this.postmaster, Source, Pgbench) = (postgres, postmaster, source, pgbench);

    public string ConnectionString => postgres.ConnectionString;

    public NpgsqlDataSource Source { get; }

    /// <summary>The program beside the server's own.</summary>
    public string Pgbench { get; }

    /// <summary>Processor time that all of its processes have used so far, those that have ended included; zero where there is no /proc.</summary>
    public TimeSpan Cpu
    {
        get
        {
            if (!Directory.Exists("/proc/self"))
            {
                return TimeSpan.Zero;
            }

            // After the name in parentheses: state, parent, … and from the 12th on user and system time, own and of children that have ended.
            var processes = Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(Fields).OfType<(int Id, string[] Fields)>().ToList();
            var ticks = processes.Where(p => p.Id == postmaster).Sum(p => Sum(p.Fields, 4))
                + processes.Where(p => p.Fields[1] == postmaster.ToString(CultureInfo.InvariantCulture)).Sum(p => Sum(p.Fields, 2));
            return TimeSpan.FromSeconds(ticks / 100.0);

            static long Sum(string[] fields, int count) => fields.Skip(11).Take(count).Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
        }
    }

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
        return new(postgres, file.ProcessId, source, Path.Combine(binaries.Directory, "pgbench"));
    }

    /// <summary>Runs a script of <c>Sql/</c>, prepared, over as many connections as the server gets.</summary>
    /// <returns>Transactions, and how many a second without the time to connect.</returns>
    public async Task<(int Count, double PerSecond)> PgbenchAsync(string script, int connections, TimeSpan duration, Cores cores, params (string Name, int Value)[] variables)
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
            return process.ExitCode == 0 && Said("tps = ") is { } rate && Said("number of transactions actually processed: ") is { } count
                ? (int.Parse(count.Split('/')[0], CultureInfo.InvariantCulture), double.Parse(rate.Split(' ')[0], CultureInfo.InvariantCulture))
                : throw new InvalidOperationException($"pgbench {script} failed: {await error}{output}");

            string? Said(string name) => output.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (int, string[])? Fields(string process)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            return (int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture), stat[(stat.LastIndexOf(')') + 2)..].Split(' '));
        }
        catch (IOException)
        {
            return null; // ended in the meantime
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await postgres.DisposeAsync();
    }
}
