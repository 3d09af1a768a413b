using System.Globalization;
using System.Runtime.Versioning;
using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary>Where the private PostgreSQL keeps its data: <c>pg</c> in the data directory, or, where root's PostgreSQL cannot reach that, a place of the system to which <c>pg</c> is a link.</summary>
/// <param name="Path">The directory itself.</param>
/// <param name="Major">The major version that made it; null while it is not made.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record ClusterDirectory(string Path, int? Major)
{
    public const string Name = "pg";

    /// <summary>Where clusters go that the user postgres cannot reach in the data directory.</summary>
    public const string SystemRoot = "/var/lib/kinvite";

    private const string Remedy = "set Kinvite__DataDirectory to a directory on a Linux or macOS disk (in WSL not below /mnt), or set ConnectionStrings__Kinvite";

    /// <summary>Finds what is there, and refuses what this server must not touch.</summary>
    public static async Task<ClusterDirectory> FindAsync(string dataDirectory, PostgresUser user, CancellationToken ct)
    {
        var own = new DirectoryInfo(System.IO.Path.Combine(dataDirectory, Name));
        var path = own.LinkTarget is null ? own.FullName : own.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (own.LinkTarget is not null && !Directory.Exists(path))
        {
            throw new StartRefusedException($"The data of {dataDirectory} is kept in {path}, which is gone: bring it back, or remove the link {own.FullName} to begin with an empty database.");
        }

        if (!Directory.Exists(path))
        {
            // Between the two renames of an upgrade. An empty database in its place would look like lost data.
            return Directory.Exists(dataDirectory) && Directory.EnumerateDirectories(dataDirectory, Name + ".old-*").FirstOrDefault() is { } aside
                ? throw new StartRefusedException($"{path} is gone, and {aside} is there from an upgrade: rename it to {path} and upgrade again, or move it away to begin with an empty database.")
                : new(path, Major: null);
        }

        if (await PostgresUser.OwnerAsync(path, ct) is var owner && owner != user.UserId)
        {
            throw new StartRefusedException(
                $"{path} belongs to user number {owner}, and PostgreSQL would run as {user.Name}: start the server as the user it was first started as, or give the directory away with chown -R {user.Name} {path}.");
        }

        if (!await user.ReachesAsync(path, ct))
        {
            throw new StartRefusedException($"The user {user.Name} cannot reach {path}: open the directories above it with chmod o+x, or move the data directory.");
        }

        return PostgresBinaries.ReadMajor(System.IO.Path.Combine(path, "PG_VERSION")) is { } major
            ? new(path, major)
            : throw new StartRefusedException($"{path} is there but holds no PostgreSQL data: remove it, or set Kinvite__DataDirectory to another directory.");
    }

    /// <summary>Makes an empty cluster under another name first, so that a start that is killed leaves nothing that looks finished.</summary>
    public async Task<ClusterDirectory> CreateAsync(string dataDirectory, PostgresBinaries binaries, PostgresUser user, bool durable, TimeProvider clock, ILogger logger, CancellationToken ct)
    {
        var making = await MakeEmptyAsync(Path + ".new", user, ct);
        var made = Path;
        if (!await user.ReachesAsync(making, ct))
        {
            Directory.Delete(making);
            Directory.CreateDirectory(SystemRoot);
            made = System.IO.Path.Combine(SystemRoot, SocketDirectory.ShortName(dataDirectory));
            await PutAsideAsync(made, binaries, user, clock, logger, ct);
            making = await MakeEmptyAsync(made + ".new", user, ct);
        }

        List<string> arguments =
        [
            "-D", making, "--username=" + LocalPostgres.Role, "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions",
            .. durable ? Array.Empty<string>() : ["--no-sync"],
        ];
        var initdb = await user.RunAsync(binaries.InitDb, arguments, ct);
        if (!initdb.Succeeded)
        {
            Directory.Delete(making, recursive: true);
            throw new StartRefusedException($"PostgreSQL's initdb in {making} failed: {initdb.Error.ReplaceLineEndings(" ")}");
        }

        Directory.Move(making, made);
        if (made != Path)
        {
            File.CreateSymbolicLink(Path, made);
        }

        return new(made, binaries.Major);
    }

    /// <summary>A data directory that was deleted leaves its cluster here; the new one at the same place is another server with another key.</summary>
    private static async Task PutAsideAsync(string made, PostgresBinaries binaries, PostgresUser user, TimeProvider clock, ILogger logger, CancellationToken ct)
    {
        if (Directory.Exists(made))
        {
            await user.RunAsync(binaries.PgCtl, ["stop", "-D", made, "-m", "fast", "-w", "-t", "60", "-s"], ct);
            var aside = made + "." + clock.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
            Directory.Move(made, aside);
            LocalPostgres.LogPutAside(logger, aside);
        }
    }

    private static async Task<string> MakeEmptyAsync(string path, PostgresUser user, CancellationToken ct)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return await user.MakeDirectoryAsync(path, ct) is { } reason
            ? throw new StartRefusedException($"PostgreSQL cannot keep its data in {path}, because {reason}: {Remedy}.")
            : path;
    }
}
