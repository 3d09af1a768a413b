using System.Globalization;
using System.Security.Cryptography;
using Kinvite.Hosting;

namespace Kinvite.Persistence;

/// <summary>A copy of the whole database in one file, in PostgreSQL's custom format, written and read by its own <c>pg_dump</c> and <c>pg_restore</c>.</summary>
/// <param name="Path">Where it is.</param>
internal sealed record DumpFile(string Path)
{
    // What every database of ours has had since the first release.
    private static readonly string[] Ours = ["TABLE DATA public __EFMigrationsHistory ", "TABLE DATA public families ", "TABLE DATA public key_epochs "];

    /// <summary>
    /// Writes one state of the database, whatever is written meanwhile. Under another name first, so that what has this name is whole;
    /// readable for its owner only; never over a file that is there.
    /// </summary>
    /// <exception cref="StartRefusedException">With the sentence for the operator.</exception>
    public static async Task<DumpFile> WriteAsync(string path, string connectionString, PostgresBinaries programs, CancellationToken ct)
    {
        RefuseExisting(path);
        var draft = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.part";
        try
        {
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (new FileStream(draft, mode))
            {
                // Only made here, so that it was never open to others; pg_dump fills it.
            }

            var dump = await ChildProcess.RunAsync(
                programs.PgDump, ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s", "--file=" + draft], ct, LibpqEnvironment.Of(connectionString));
            if (!dump.Succeeded)
            {
                throw new StartRefusedException($"pg_dump failed, and no backup was made: {OneLine(dump.Error)}");
            }

            File.Move(draft, path, overwrite: false);
            return new(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            RefuseExisting(path);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{path} cannot be written ({e.Message.TrimEnd('.')}): give a file in a directory that you can write to.");
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <exception cref="StartRefusedException">It is not there.</exception>
    public void CheckThere()
    {
        if (!File.Exists(Path))
        {
            throw new StartRefusedException($"There is no file {Path}: give the one that ./kinvite backup made.");
        }
    }

    /// <summary>Looks at its table of contents before anything is touched.</summary>
    /// <exception cref="StartRefusedException">It is no dump, or not one of ours.</exception>
    public async Task CheckAsync(PostgresBinaries programs, CancellationToken ct)
    {
        var contents = await ChildProcess.RunAsync(programs.PgRestore, ["--list", Path], ct);
        if (!contents.Succeeded)
        {
            throw new StartRefusedException($"{Path} cannot be read as a backup, and nothing was changed: {OneLine(contents.Error)}");
        }

        if (Ours.FirstOrDefault(o => !contents.Output.Contains(o, StringComparison.Ordinal)) is not null)
        {
            throw new StartRefusedException($"{Path} is a backup of something else than Kinvite, and nothing was changed.");
        }
    }

    /// <summary>Fills an empty database with it; stops at the first fault.</summary>
    /// <returns>What went wrong; null when nothing did.</returns>
    public async Task<string?> FillAsync(string connectionString, PostgresBinaries programs, CancellationToken ct)
    {
        var restore = await ChildProcess.RunAsync(
            programs.PgRestore,
            ["--exit-on-error", "--no-owner", "--no-privileges", "--dbname=" + LibpqEnvironment.Of(connectionString)["PGDATABASE"], Path],
            ct,
            LibpqEnvironment.Of(connectionString));
        return restore.Succeeded ? null : OneLine(restore.Error);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Path} ({new FileInfo(Path).Length / 1024.0:0} KiB)");

    private static string OneLine(string words) => words.ReplaceLineEndings(" ");

    private static void RefuseExisting(string path)
    {
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new StartRefusedException($"{path} is there already, and a backup overwrites nothing: give another name.");
        }
    }
}
