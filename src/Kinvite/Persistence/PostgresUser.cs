using System.Runtime.Versioning;
using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary>The user of the operating system that the private PostgreSQL runs as: our own, or <c>postgres</c> when we are root, because PostgreSQL refuses root.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record PostgresUser(string Name, string UserId, string GroupId, bool ThroughSetpriv)
{
    public const string InsteadOfRoot = "postgres";

    public static async Task<PostgresUser> FindAsync(CancellationToken ct, string insteadOfRoot = InsteadOfRoot)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new(Environment.UserName, (await ChildProcess.RunAsync("id", ["-u"], ct)).Output, (await ChildProcess.RunAsync("id", ["-g"], ct)).Output, ThroughSetpriv: false);
        }

        var user = await ChildProcess.RunAsync("id", ["-u", insteadOfRoot], ct);
        var group = await ChildProcess.RunAsync("id", ["-g", insteadOfRoot], ct);
        if (!user.Succeeded || !group.Succeeded)
        {
            throw new StartRefusedException(
                $"The server runs as root, PostgreSQL refuses root, and there is no user {insteadOfRoot} to run it as: create that user, start the server as an ordinary user, or set ConnectionStrings__Kinvite.");
        }

        var found = new PostgresUser(insteadOfRoot, user.Output, group.Output, ThroughSetpriv: true);
        return (await found.RunAsync("true", [], ct)).Succeeded
            ? found
            : throw new StartRefusedException(
                $"The server runs as root and cannot become the user {insteadOfRoot}, because setpriv (package util-linux) is missing or not allowed: start the server as an ordinary user, or set ConnectionStrings__Kinvite.");
    }

    /// <summary>Runs a program as this user.</summary>
    public Task<ChildProcess> RunAsync(string file, IEnumerable<string> arguments, CancellationToken ct) =>
        ThroughSetpriv
            ? ChildProcess.RunAsync("setpriv", [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", file, .. arguments], ct)
            : ChildProcess.RunAsync(file, arguments, ct);

    /// <summary>Makes a directory of mode 0700 that belongs to this user; null, or why that is impossible.</summary>
    public async Task<string?> MakeDirectoryAsync(string path, CancellationToken ct)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            Directory.CreateDirectory(path, Own);
            File.SetUnixFileMode(path, Own);
            if (File.GetUnixFileMode(path) != Own)
            {
                return "its file system keeps no Unix permissions";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }

        if (ThroughSetpriv && !(await ChildProcess.RunAsync("chown", ["-h", $"{UserId}:{GroupId}", path], ct)).Succeeded)
        {
            return "its file system keeps no Unix owners";
        }

        return await OwnerAsync(path, ct) == UserId ? null : "its file system keeps no Unix owners";
    }

    /// <summary>Whether this user can write in the directory; a closed directory above it is enough that it cannot.</summary>
    public async Task<bool> ReachesAsync(string directory, CancellationToken ct) =>
        (await RunAsync("test", ["-w", directory], ct)).Succeeded;

    /// <summary>The number of the user to whom a directory belongs, of a symbolic link itself; null when it is not there.</summary>
    public static async Task<string?> OwnerAsync(string path, CancellationToken ct)
    {
        var stat = await ChildProcess.RunAsync("stat", OperatingSystem.IsMacOS() ? ["-f", "%u", path] : ["-c", "%u", path], ct);
        return stat.Succeeded ? stat.Output : null;
    }
}
