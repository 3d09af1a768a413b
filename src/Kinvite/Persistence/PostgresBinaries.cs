using System.Globalization;
using System.Text.RegularExpressions;
using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary>A directory with PostgreSQL's own programs.</summary>
/// <param name="Directory">Holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="Major">The major version, such as 15.</param>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The oldest major version that the product is tested with.</summary>
    public const int OldestMajor = 15;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    // All that a backup needs (the first of a list tells the version): a machine whose database is elsewhere may have only these.
    private static readonly string[] ClientPrograms = ["pg_dump", "pg_restore"];

    // Where packages put them: Debian, Red Hat, Homebrew on Apple silicon, on Intel and on Linux, Postgres.app.
    private static readonly (string Root, string Version)[] Installed =
    [
        ("/usr/lib/postgresql", "*"), ("/usr", "pgsql-*"), ("/opt/homebrew/opt", "postgresql@*"), ("/usr/local/opt", "postgresql@*"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@*"), ("/Applications/Postgres.app/Contents/Versions", "*"),
    ];

    public string InitDb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    public string PgDump => Path.Combine(Directory, "pg_dump");

    public string PgRestore => Path.Combine(Directory, "pg_restore");

    /// <summary>Searches <c>Kinvite__Postgres__Bin</c> alone when it is set, else PATH and the usual places.</summary>
    public static async Task<PostgresBinaries> FindAsync(string? configured, int? clusterMajor, CancellationToken ct)
    {
        if (configured is { Length: > 0 })
        {
            var given = await ReadAsync(Path.GetFullPath(configured), ct) ?? throw new StartRefusedException(
                $"Kinvite__Postgres__Bin is {configured}, but initdb, pg_ctl and postgres are not there or do not run: set it to the bin directory of PostgreSQL {OldestMajor} or newer, or leave it out.");
            return Choose([given], clusterMajor);
        }

        return Choose(await SearchAsync(Programs, ct), clusterMajor);
    }

    /// <summary>Every installation on PATH and in the usual places.</summary>
    public static Task<IReadOnlyList<PostgresBinaries>> AllAsync(CancellationToken ct) => SearchAsync(Programs, ct);

    /// <summary>Where <c>pg_dump</c> and <c>pg_restore</c> are: those of the server's own major version, or the next newer ones, which can read it too.</summary>
    public static async Task<PostgresBinaries> FindClientsAsync(string? configured, int? serverMajor, CancellationToken ct)
    {
        IReadOnlyList<PostgresBinaries> found = configured is { Length: > 0 }
            ? await ReadAsync(Path.GetFullPath(configured), ct, ClientPrograms) is { } given ? [given] : []
            : await SearchAsync(ClientPrograms, ct);
        return found.Where(b => b.Major >= (serverMajor ?? OldestMajor)).MinBy(b => b.Major) ?? throw new StartRefusedException(
            $"PostgreSQL's pg_dump and pg_restore, {serverMajor ?? OldestMajor} or newer, are needed, and {(configured is { Length: > 0 } ? $"in {configured} (Kinvite__Postgres__Bin)" : "here")} is {Described(found)}: " +
            "install them (Debian, Ubuntu: apt-get install postgresql-client), or set Kinvite__Postgres__Bin to their directory.");
    }

    private static async Task<IReadOnlyList<PostgresBinaries>> SearchAsync(string[] programs, CancellationToken ct)
    {
        var directories = OnPath(Environment.GetEnvironmentVariable("PATH"), programs[^1]).Concat(InUsualPlaces()).Distinct(StringComparer.Ordinal);
        var found = new List<PostgresBinaries>();
        foreach (var directory in directories)
        {
            if (await ReadAsync(directory, ct, programs) is { } binaries)
            {
                found.Add(binaries);
            }
        }

        return found;
    }

    /// <summary>The newest that is new enough; for data that is there already, exactly its major version, because no other can read it.</summary>
    public static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> found, int? clusterMajor)
    {
        if (clusterMajor is { } major)
        {
            return found.FirstOrDefault(b => b.Major == major) ?? throw new StartRefusedException(
                $"The data was made by PostgreSQL {major}, and here is {Described(found)}: install PostgreSQL {major}; where both are installed, ./kinvite upgrade brings the data to the newer one.");
        }

        return found.Where(b => b.Major >= OldestMajor).MaxBy(b => b.Major) ?? throw new StartRefusedException(
            $"Kinvite needs PostgreSQL {OldestMajor} or newer, and here is {Described(found)}: install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), " +
            "set Kinvite__Postgres__Bin to its bin directory, or set ConnectionStrings__Kinvite to a server of your own.");
    }

    public static int? ReadVersion(string text) =>
        Version().Match(text) is { Success: true } match ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>The major version in a cluster's <c>PG_VERSION</c>; null when the file is not there.</summary>
    public static int? ReadMajor(string versionFile) =>
        File.Exists(versionFile) && int.TryParse(File.ReadAllText(versionFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;

    private static string Described(IReadOnlyList<PostgresBinaries> found) =>
        found.Count == 0 ? "none" : "only " + string.Join(", ", found.Select(b => b.Major).Distinct().Order());

    private static async Task<PostgresBinaries?> ReadAsync(string directory, CancellationToken ct, string[]? programs = null)
    {
        programs ??= Programs;
        if (!programs.All(p => File.Exists(Path.Combine(directory, p))))
        {
            return null;
        }

        var version = await ChildProcess.RunAsync(Path.Combine(directory, programs[0]), ["--version"], ct);
        return version.Succeeded && ReadVersion(version.Output) is { } major ? new(directory, major) : null;
    }

    private static IEnumerable<string> OnPath(string? path, string name) =>
        from entry in (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        where Path.IsPathRooted(entry)
        let program = new FileInfo(Path.Combine(entry, name))
        where program.Exists
        // A link on PATH stands for the directory that has the other programs too.
        select Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName);

    private static IEnumerable<string> InUsualPlaces() =>
        from place in Installed
        where System.IO.Directory.Exists(place.Root)
        from version in System.IO.Directory.EnumerateDirectories(place.Root, place.Version)
        select Path.Combine(version, "bin");

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d{1,3})(?:[.\s]|[a-z]|$)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
