using System.Globalization;
using Kinvite.Links;

namespace Kinvite.Bench;

/// <summary>What is measured how long.</summary>
/// <param name="Seconds">One turn.</param>
/// <param name="Rounds">Turns of each; the median counts.</param>
/// <param name="Connections">At once, to the server as to PostgreSQL.</param>
/// <param name="Only">Names of operations; empty = all.</param>
internal sealed record Plan(int Seconds, int Rounds, int Connections, IReadOnlyList<string> Only);

/// <summary>Server and plain SQL take turns on the same data, so that whatever else the machine does hits both.</summary>
internal sealed class Measurement(string program, Cores cores, Plan plan)
{
    private const int WarmUp = 3000;

    public static readonly byte[] Secret = System.Security.Cryptography.SHA256.HashData("kinvite-bench"u8);

    public async Task RunAsync(string directory)
    {
        await using var cluster = await Cluster.StartAsync(Path.Combine(directory, "pg"), cores);
        var (server, _) = await Server.StartAsync(program, cores, "/health/ready", Settings(cluster.ConnectionString));
        await using (server)
        {
            var seed = new Seed(await RingAsync(cluster.Source), SeedSizes.Usual);
            await Console.Error.WriteLineAsync("Filling the database ...");
            await seed.InsertAsync(cluster.Source);
            await Sql.RunAsync(cluster.Source, $"CREATE SEQUENCE bench_accept START {Operation.FirstForPgbench(seed.Sizes)}");
            if (Environment.ProcessId is var self && cores.Pinned)
            {
                await cores.MoveAsync(self, Cores.Load);
            }

            var rows = await TurnsAsync(cluster, server, seed);
            Report.Print(rows, plan, cores, server.ResidentMiB);
            await CheckAsync(cluster);
        }
    }

    /// <summary>The database as the server's own start leaves it, filled, and the files that other generators read.</summary>
    public static async Task SeedAsync(string program, string connectionString, string files, SeedSizes sizes)
    {
        var (server, _) = await Server.StartAsync(program, new Cores(pinned: false), "/health/ready", Settings(connectionString));
        await server.DisposeAsync();
        await using var source = Npgsql.NpgsqlDataSource.Create(connectionString);
        var seed = new Seed(await RingAsync(source), sizes);
        await seed.InsertAsync(source);
        await seed.WriteFilesAsync(files);
    }

    private async Task<IReadOnlyList<ReportRow>> TurnsAsync(Cluster cluster, Server server, Seed seed)
    {
        var operations = Operation.All(seed).Where(o => plan.Only.Count == 0 || plan.Only.Contains(o.Name)).ToList();
        var turn = TimeSpan.FromSeconds(plan.Seconds);
        foreach (var operation in operations)
        {
            // The compiler counts calls and then works in the background: warm is a matter of requests, not of time.
            var left = WarmUp;
            await LoadAsync(server, operation with { Next = () => Interlocked.Decrement(ref left) >= 0 ? operation.Next() : null }, TimeSpan.FromSeconds(15));
        }

        var rows = operations.Select(o => new ReportRow(o.Name)).ToList();
        for (var round = 1; round <= plan.Rounds; round++)
        {
            for (var i = 0; i < operations.Count; i++)
            {
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Round {round} of {plan.Rounds}: {operations[i].Name}"));
                var (cpu, postgres) = (server.Cpu, cluster.Cpu);
                var load = await LoadAsync(server, operations[i], turn);
                rows[i].AddServer(load, server.Cpu - cpu, cluster.Cpu - postgres);
                postgres = cluster.Cpu;
                var plain = await cluster.PgbenchAsync(operations[i].Script, plan.Connections, turn, cores, operations[i].Variables);
                rows[i].AddSql(plain, cluster.Cpu - postgres);
                await Sql.RunAsync(cluster.Source, "CHECKPOINT");
            }
        }

        return rows;
    }

    private async Task<LoadResult> LoadAsync(Server server, Operation operation, TimeSpan duration)
    {
        var result = await HttpLoad.RunAsync(server.Port, plan.Connections, duration, operation.Status, operation.Next);
        // On a crowded machine one in many may meet a time limit; more than that means that something else is measured.
        return result.Answered > result.Other * 50 ? result : throw new InvalidOperationException($"{operation.Name}: {result.Other} other answers, such as\n{result.FirstOther}");
    }

    /// <summary>An answer is worth something only if it happened: each accepted invitation has made one member.</summary>
    private static async Task CheckAsync(Cluster cluster)
    {
        var accepted = await Sql.NumberAsync(cluster.Source, "SELECT count(*) FROM invitations WHERE status = 2");
        var joined = await Sql.NumberAsync(cluster.Source, "SELECT count(*) FROM members m JOIN invitations i ON i.family_id = m.family_id AND i.accepted_by = m.id AND i.accepted_account_id = m.account_id");
        Console.WriteLine($"Checked: {accepted} invitations accepted, {joined} members made of them.");
        if (accepted != joined)
        {
            throw new InvalidOperationException("They differ.");
        }
    }

    private static (string, string)[] Settings(string connectionString) =>
        [("ConnectionStrings__Kinvite", connectionString), ("Kinvite__MasterKey", Convert.ToBase64String(Secret))];

    private static async Task<KeyRing> RingAsync(Npgsql.NpgsqlDataSource source)
    {
        var master = new MasterKey(Secret);
        var ring = new KeyRing(new MasterKeys(master), TimeProvider.System);
        var epoch = (int)await Sql.NumberAsync(source, "SELECT max(number) FROM key_epochs");
        ring.Load([new KeyEpoch { Number = epoch, MasterFingerprint = master.Fingerprint, CreatedAt = TimeProvider.System.GetUtcNow() }]);
        return ring;
    }
}
