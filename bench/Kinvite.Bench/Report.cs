using System.Globalization;

namespace Kinvite.Bench;

/// <summary>The turns of one operation.</summary>
internal sealed class ReportRow(string name)
{
    private readonly List<(LoadResult Load, double Cpu, double Postgres)> server = [];
    private readonly List<(double PerSecond, double Postgres)> sql = [];

    public string Name { get; } = name;

    public void AddServer(LoadResult result, TimeSpan cpu, TimeSpan postgres) =>
        server.Add((result, cpu.TotalMicroseconds / result.Answered, postgres.TotalMicroseconds / result.Answered));

    public void AddSql((int Count, double PerSecond) result, TimeSpan postgres) => sql.Add((result.PerSecond, postgres.TotalMicroseconds / result.Count));

    /// <summary>The ratio is that of each pair of neighbouring turns, so that a machine that slows down does not count against either.</summary>
    public override string ToString()
    {
        var each = Median(server.Select(s => s.Cpu)) + Median(server.Select(s => s.Postgres));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Spread(server.Select(s => s.Load.PerSecond))} | {Median(server.Select(s => s.Load.Milliseconds(0.5))):0.0} / {Median(server.Select(s => s.Load.Milliseconds(0.99))):0.0} | {Median(server.Select(s => s.Cpu)):0} + {Median(server.Select(s => s.Postgres)):0} = {each:0} | {1e6 / each:0} | {Spread(sql.Select(s => s.PerSecond))} | {Median(sql.Select(s => s.Postgres)):0} | {Median(server.Zip(sql, (s, p) => s.Load.PerSecond / p.PerSecond)):0.00} |");
    }

    private static string Spread(IEnumerable<double> values)
    {
        var all = values.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(all):0} ({all.Min():0}–{all.Max():0})");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>What a run prints.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<ReportRow> rows, Plan plan, Cores cores, double residentMiB)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Rounds} rounds of {plan.Seconds} s, {plan.Connections} connections, {(cores.Pinned ? "server and PostgreSQL on one core, the generator on another" : "nobody pinned to a core")}; load average before: {LoadAverage()}; {Environment.ProcessorCount} cores, {Model()}; .NET {Environment.Version}"));
        Console.WriteLine();
        Console.WriteLine("| | server, a second (least–most) | ms, median / 99 % | CPU, µs each: server + PostgreSQL | one core has time for | plain SQL, a second | CPU, µs each | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in rows)
        {
            Console.WriteLine(row);
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Memory of the server after the run: {residentMiB:0} MiB."));
    }

    public static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Model() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
            : "unknown";
}
