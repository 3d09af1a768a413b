using System.Diagnostics;

namespace Kinvite.Persistence;

/// <summary>One run of a program of the system, to its end: what it answered.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Runs <paramref name="file"/>; a program that is not there counts as exit code 127, as in a shell.</summary>
    /// <param name="file">Its path, or its name on PATH.</param>
    /// <param name="arguments">One by one; nothing is quoted or expanded.</param>
    /// <param name="ct">Kills it.</param>
    /// <param name="environment">More variables for it alone; where secrets belong.</param>
    public static async Task<ChildProcess> RunAsync(string file, IEnumerable<string> arguments, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The user that PostgreSQL runs as may not be able to reach the server's own working directory.
            WorkingDirectory = "/",
        };
        // PGDATA, PGPORT and their kin would lead PostgreSQL's programs elsewhere; LC_ALL keeps their messages English.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(127, "", e.Message);
        }

        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new(process.ExitCode, (await output).Trim(), (await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
