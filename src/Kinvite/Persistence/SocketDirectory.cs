using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary>
/// The directory of the private PostgreSQL's socket, its only way in. Whoever can enter it is let in without a password,
/// so it is ours alone: made with mode 0700, and never one that somebody else made first.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SocketDirectory
{
    /// <summary>The address of a socket has 104 bytes on macOS; <c>/.s.PGSQL.5432</c> and the end take 15 of them.</summary>
    public const int MaximumBytes = 89;

    /// <summary>8 hexadecimal digits that stand for a data directory.</summary>
    public static string ShortName(string dataDirectory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataDirectory)).AsSpan(0, 4));

    /// <summary>Where socket directories may be made, the best place first.</summary>
    public static IReadOnlyList<string> Parents() =>
        [.. new[] { Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Path.GetTempPath() }.OfType<string>().Where(p => Path.IsPathRooted(p) && Directory.Exists(p))];

    public static async Task<string> PrepareAsync(string dataDirectory, PostgresUser user, IReadOnlyList<string> parents, CancellationToken ct)
    {
        var reasons = new List<string>();
        foreach (var parent in parents)
        {
            var path = Path.Combine(Path.GetFullPath(parent), "kinvite-" + ShortName(dataDirectory));
            if (await RefusalAsync(path, user, ct) is not { } reason)
            {
                return path;
            }

            reasons.Add($"{path} ({reason})");
        }

        throw new StartRefusedException(
            $"PostgreSQL's socket finds no place: {(reasons.Count == 0 ? "there is no temporary directory" : string.Join(", ", reasons))}. Set TMPDIR to a short path that only you and root can write to, or remove what stands there.");
    }

    private static async Task<string?> RefusalAsync(string path, PostgresUser user, CancellationToken ct)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaximumBytes)
        {
            return $"longer than {MaximumBytes} bytes";
        }

        var there = new DirectoryInfo(path);
        if (there.LinkTarget is not null || File.Exists(path))
        {
            return "not a directory";
        }

        // Root's own counts as ours too: a start that ended between making it and giving it away.
        if (there.Exists && await PostgresUser.OwnerAsync(path, ct) is var owner && owner != user.UserId && !(user.ThroughSetpriv && owner == "0"))
        {
            return "belongs to somebody else";
        }

        if (await user.MakeDirectoryAsync(path, ct) is { } reason)
        {
            return reason;
        }

        return await user.ReachesAsync(path, ct) ? null : $"the user {user.Name} cannot reach it";
    }
}
