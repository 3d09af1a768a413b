using System.Diagnostics;
using Kinvite.Persistence;

namespace Kinvite.Harness;

/// <summary>A directory of its own under the temporary directory; what a killed run left there is cleared away by the next.</summary>
public sealed class Scratch : IDisposable
{
    private const string Prefix = "kinvite-tests-";
    private static int made;

    public Scratch(UnixFileMode othersMay = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
    {
        // Short, because sockets live below it, and open to pass through, because root's PostgreSQL is another user.
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref made)}");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | othersMay);
        }
    }

    public string Path { get; }

    /// <summary>Directories of test runs whose process is gone.</summary>
    public static IEnumerable<string> Abandoned() =>
        from path in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*")
        let parts = System.IO.Path.GetFileName(path)[Prefix.Length..].Split('-')
        where parts.Length == 2 && int.TryParse(parts[0], out var process) && !IsAlive(process)
        select path;

    public string Below(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Clear(Path);

    /// <summary>Removes a scratch directory, the PostgreSQL that a test left running below it, and its socket.</summary>
    public static void Clear(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (var data in Directory.EnumerateDirectories(path).Prepend(path).ToList())
        {
            var cluster = new DirectoryInfo(System.IO.Path.Combine(data, ClusterDirectory.Name));
            if (PostmasterFile.Read(cluster.FullName) is { } left)
            {
                StopPostgres(left.ProcessId);
            }

            if (cluster.LinkTarget?.StartsWith(ClusterDirectory.SystemRoot, StringComparison.Ordinal) == true && Directory.Exists(cluster.LinkTarget))
            {
                Directory.Delete(cluster.LinkTarget, recursive: true);
            }

            foreach (var socket in SocketDirectory.Parents().Select(p => System.IO.Path.Combine(p, "kinvite-" + SocketDirectory.ShortName(data))).Where(Directory.Exists))
            {
                Directory.Delete(socket, recursive: true);
            }
        }

        Directory.Delete(path, recursive: true);
    }

    private static void StopPostgres(int process)
    {
        try
        {
            using var postgres = Process.GetProcessById(process);
            if (postgres.ProcessName == "postgres")
            {
                // SIGQUIT: at once, as after a crash; the data is thrown away anyway.
                using var kill = Process.Start("kill", ["-s", "QUIT", $"{process}"]);
                postgres.WaitForExit(TimeSpan.FromSeconds(10));
            }
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
