using Kinvite.Accounts;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary>What an operator can have done instead of serving: <c>./kinvite rotate-keys</c>.</summary>
internal static class Commands
{
    private static readonly Dictionary<string, (string Meaning, Func<IServiceProvider, CancellationToken, Task<int>> Run)> All = new(StringComparer.Ordinal)
    {
        ["setup-link"] = (
            "print the link with which the first person signs up; over as soon as there is an account",
            static (services, ct) => services.GetRequiredService<SetUpLink>().RunAsync(ct)),
        ["rotate-keys"] = (
            "make new links with a new key; those made before keep working for 90 days",
            static (services, ct) => services.GetRequiredService<RotateKeys>().RunAsync(ct)),
        ["invalidate-all"] = (
            "end every link and every session now (after a backup was restored, or a key was seen by others)",
            static (services, ct) => services.GetRequiredService<InvalidateAll>().RunAsync(ct)),
    };

    /// <summary>The command's name, or null when the server is to serve.</summary>
    /// <exception cref="StartRefusedException">A word that is no command.</exception>
    public static string? From(string[] args)
    {
        if (args.Length == 0 || args[0].StartsWith('-'))
        {
            return null;
        }

        return All.ContainsKey(args[0])
            ? args[0]
            : throw new StartRefusedException($"There is no command \"{args[0]}\". There are:{string.Concat(All.Select(c => $"{Environment.NewLine}  {c.Key}  {c.Value.Meaning}"))}");
    }

    /// <summary>Prepares everything that a start prepares, except that nothing listens, and runs the command.</summary>
    public static async Task<int> RunAsync(string command, WebApplication app)
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        await UseRunningDatabaseAsync(app, lifetime.ApplicationStopping);
        var preparation = app.Services.GetServices<IHostedService>().OfType<StartUp>().Single();
        await preparation.StartingAsync(lifetime.ApplicationStopping);
        try
        {
            await using var scope = app.Services.CreateAsyncScope();
            return await All[command].Run(scope.ServiceProvider, lifetime.ApplicationStopping);
        }
        finally
        {
            await preparation.StoppedAsync(CancellationToken.None);
        }
    }

    /// <summary>A server that serves holds the data directory; its command beside it uses the same private PostgreSQL and leaves it running.</summary>
    private static async Task UseRunningDatabaseAsync(WebApplication app, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(app.Configuration.GetConnectionString("Kinvite")) && !OperatingSystem.IsWindows()
            && app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value.DataDirectory is { } directory
            && await LocalPostgres.RunningAsync(directory, ct) is { } running)
        {
            app.Configuration["ConnectionStrings:Kinvite"] = running;
        }
    }
}
