using Kinvite.Persistence;
using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary><c>./kinvite upgrade</c>: the private database goes from one major version of PostgreSQL to the newest that is installed. With the server stopped.</summary>
internal static class UpgradeCommand
{
    /// <returns>The exit code: 0, also when there is nothing to do.</returns>
    /// <exception cref="StartRefusedException">With the sentence for the operator; the data is as it was.</exception>
    public static async Task<int> RunAsync(WebApplication app, string operand, CancellationToken ct)
    {
        if (app.Configuration.GetConnectionString("Kinvite") is { Length: > 0 } || OperatingSystem.IsWindows())
        {
            throw new StartRefusedException("upgrade is for the private PostgreSQL; the one of ConnectionStrings__Kinvite is upgraded with its own tools, such as pg_upgrade.");
        }

        var options = app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value;
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory!));
        var user = await PostgresUser.FindAsync(ct);
        var cluster = await ClusterDirectory.FindAsync(directory, user, ct);
        if (cluster.Major is not { } major)
        {
            throw new StartRefusedException($"There is no database in {directory} yet: set Kinvite__DataDirectory as the server has it.");
        }

        var configured = options.Postgres.Bin is { Length: > 0 } bin ? await PostgresBinaries.FindAsync(bin, clusterMajor: null, ct) : null;
        if (ClusterUpgrade.Choose(major, await PostgresBinaries.AllAsync(ct), configured) is not { } programs)
        {
            await Console.Out.WriteLineAsync($"The data is of PostgreSQL {major}, the newest here: there is nothing to do.");
            return 0;
        }

        using var held = await ServerLock.TakeAsync(directory, clock, ct);
        var (tables, rows) = await new ClusterUpgrade(directory, user, app.Services.GetRequiredService<ILogger<LocalPostgres>>(), clock).RunAsync(cluster, programs.Old, programs.New, ct);
        await Console.Out.WriteLineAsync(
            $"{tables} tables with {rows} rows are now of PostgreSQL {programs.New.Major}. Start the server; when all is well, remove {ClusterUpgrade.Aside(cluster)}.");
        return 0;
    }
}
