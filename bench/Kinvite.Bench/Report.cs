using System.Globalization;

namespace Kinvite.Bench;

/// <summary>The turns of one operation.</summary>
internal sealed class ReportRow(string name)
{
    private readonly List<LoadResult> server = [];
    private readonly List<double> cpu = [];
    private readonly List<double> sql = [];

    public string Name { get; } = name;

    public void Add(LoadResult result, TimeSpan used)
    {
        server.Add(result);
        cpu.Add(used.TotalMicroseconds / result.Answered);
    }

    public void Add(double perSecond) => sql.Add(perSecond);

    /// <summary>The ratio is that of each pair of neighbouring turns, so that a machine that slows down does not count against either.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Median(server.Select(s => s.PerSecond)):0} ({server.Min(s => s.PerSecond):0}–{server.Max(s => s.PerSecond):0}) | {Median(server.Select(s => s.Milliseconds(0.5))):0.0} / {Median(server.Select(s => s.Milliseconds(0.99))):0.0} | {Median(cpu):0} | {Median(sql):0} ({sql.Min():0}–{sql.Max():0}) | {Median(server.Zip(sql, (s, p) => s.PerSecond / p)):0.00} |");

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
        Console.WriteLine("| | server, a second (least–most) | ms, median / 99 % | server CPU, µs each | plain SQL, a second | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
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
