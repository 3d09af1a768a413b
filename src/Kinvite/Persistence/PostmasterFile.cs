using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Kinvite.Persistence;

/// <summary><c>postmaster.pid</c>: what a running PostgreSQL, or one that was killed, says about itself.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketDirectory, string Status)
{
    public const string FileName = "postmaster.pid";

    public bool IsStopping => Status == "stopping";

    /// <summary>Lines 1, 4, 5 and 8; null where there is no such file or it was caught half written.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            return Parse(File.ReadAllLines(Path.Combine(cluster, FileName)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static PostmasterFile? Parse(string[] lines) =>
        lines.Length >= 5
        && int.TryParse(lines[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid)
        && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new(Math.Abs(pid), port, lines[4].Trim(), lines.Length > 7 ? lines[7].Trim() : "starting")
            : null;

    /// <summary>Whether the process is the PostgreSQL of this cluster, and not another that was given its number after a crash.</summary>
    public async Task<bool> IsRunningAsync(string cluster, PostgresUser user, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            var process = await ChildProcess.RunAsync("ps", ["-o", "comm=", "-p", ProcessId.ToString(CultureInfo.InvariantCulture)], ct);
            return process.Succeeded && process.Output.Contains("postgres", StringComparison.Ordinal);
        }

        // It works in its data directory. Asked as its own user: root in a container may not look.
        var working = await user.RunAsync("readlink", [$"/proc/{ProcessId.ToString(CultureInfo.InvariantCulture)}/cwd"], ct);
        var here = await user.RunAsync("readlink", ["-f", cluster], ct);
        return working.Succeeded && here.Succeeded && working.Output == here.Output;
    }

    /// <summary>
    /// After a crash another process may have the number, and PostgreSQL would take it for itself and refuse to start. Our own number,
    /// which it knows as the one that starts it, makes the file stale without taking away its check that no old worker still uses the data.
    /// </summary>
    public void MarkStale(string cluster)
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
        }
        catch (ArgumentException)
        {
            return;
        }

        var path = Path.Combine(cluster, FileName);
        var lines = File.ReadAllLines(path);
        lines[0] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        File.WriteAllLines(path, lines);
    }
}
