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

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
