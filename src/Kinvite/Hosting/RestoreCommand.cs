using Kinvite.Links;
using Kinvite.Persistence;

namespace Kinvite.Hosting;

/// <summary>
/// <c>./kinvite restore FILE</c>: fills a new database with a backup, does there what a start does (newer schema, other key and missing kinds are refused),
/// ends every link and session in it, and only then gives it the old one's name. No server may run meanwhile.
/// </summary>
internal static class RestoreCommand
{
    // More rotations than happen between a backup and its restore: links that were made in the time that is lost must not open what comes now.
    private const int LostEpochs = 16;

    /// <returns>The exit code: 0.</returns>
    /// <exception cref="StartRefusedException">With the sentence for the operator; the database is as it was.</exception>
    public static async Task<int> RunAsync(WebApplication app, string file, CancellationToken ct)
    {
        var dump = new DumpFile(Path.GetFullPath(file));
        dump.CheckThere();
        await using var database = await CommandDatabase.OpenAsync(app, alone: true, create: true, ct);
        await dump.CheckAsync(database.Clients, ct);
        await using var replacement = await ReplacementDatabase.CreateAsync(database.ConnectionString, ct);
        if (await dump.FillAsync(replacement.ConnectionString, database.Clients, ct) is { } fault)
        {
            throw new StartRefusedException($"{dump.Path} was not restored, and the database is as it was: {fault}");
        }

        await InvalidateAsync(app, replacement, dump, ct);
        await replacement.AnalyzeAsync(ct);
        var kept = await replacement.SwapAsync(ct);
        await Console.Out.WriteLineAsync($"{dump.Path} is restored{(kept is null ? "" : $"; the database from before is kept as {kept} until the next restore")}. Start the server now.");
        return 0;
    }

    private static async Task InvalidateAsync(WebApplication app, ReplacementDatabase replacement, DumpFile dump, CancellationToken ct)
    {
        var preparation = app.Services.GetServices<IHostedService>().OfType<StartUp>().Single();
        preparation.ConnectionString = replacement.ConnectionString;
        try
        {
            await preparation.StartingAsync(ct);
        }
        catch (StartRefusedException e)
        {
            throw new StartRefusedException($"{dump.Path} was not restored, and the database is as it was. {e.Message}");
        }

        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<InvalidateAll>().RunAsync(ct, Math.Max(replacement.LastEpoch, scope.ServiceProvider.GetRequiredService<KeyRing>().Newest + LostEpochs) + 1);
        }

        // Nobody may be connected when it takes the other's name.
        await app.Services.GetRequiredService<Database>().DisposeAsync();
    }
}
