using Kinvite.Accounts;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.Extensions.Options;

namespace Kinvite.Hosting;

/// <summary>What an operator can have done instead of serving: <c>./kinvite rotate-keys</c>.</summary>
internal static class Commands
{
    private static readonly Command[] All =
    [
        new("backup", "FILE", "copy the whole database into a file; also while the server runs", BackupCommand.RunAsync),
        new("restore", "FILE", "put such a file in the place of the database; with the server stopped", RestoreCommand.RunAsync),
        new(
            "setup-link", null, "print the link with which the first person signs up; over as soon as there is an account",
            Prepared(static (services, ct) => services.GetRequiredService<SetUpLink>().RunAsync(ct))),
        new("upgrade", null, "bring the private database to the newest PostgreSQL that is installed; with the server stopped", UpgradeCommand.RunAsync),
        new("rotate-keys", null, "make new links with a new key; those made before keep working for 90 days", Prepared(static (services, ct) => services.GetRequiredService<RotateKeys>().RunAsync(ct))),
        new(
            "invalidate-all", null, "end every link and every session now (after a key was seen by others)",
            Prepared(static (services, ct) => services.GetRequiredService<InvalidateAll>().RunAsync(ct))),
    ];

    /// <summary>The command with its operand and what of the command line is configuration; null when the server is to serve.</summary>
    /// <exception cref="StartRefusedException">A word that is no command, or a command without its operand.</exception>
    public static Order? From(string[] args)
    {
        if (args.Length == 0 || args[0].StartsWith('-'))
        {
            return null;
        }

        var command = All.FirstOrDefault(c => c.Name == args[0]) ?? throw new StartRefusedException(
            $"There is no command \"{args[0]}\". There are:{string.Concat(All.Select(c => $"{Environment.NewLine}  {c.Name}{(c.Operand is null ? "" : " " + c.Operand)}  {c.Meaning}"))}");
        if (command.Operand is null)
        {
            return new(command, "", args[1..]);
        }

        return args.Length > 1 && args[1].Length > 0 && !args[1].StartsWith('-')
            ? new(command, args[1], args[2..])
            : throw new StartRefusedException($"The command {command.Name} needs a {command.Operand}: ./kinvite {command.Name} {command.Operand}");
    }

    public static Task<int> RunAsync(Order order, WebApplication app) =>
        order.Command.Run(app, order.Operand, app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

    /// <summary>After everything that a start prepares, except that nothing listens.</summary>
    private static Func<WebApplication, string, CancellationToken, Task<int>> Prepared(Func<IServiceProvider, CancellationToken, Task<int>> run) => async (app, _, ct) =>
    {
        var preparation = app.Services.GetServices<IHostedService>().OfType<StartUp>().Single();
        preparation.ConnectionString = await RunningDatabaseAsync(app, ct);
        await preparation.StartingAsync(ct);
        try
        {
            await using var scope = app.Services.CreateAsyncScope();
            return await run(scope.ServiceProvider, ct);
        }
        finally
        {
            await preparation.StoppedAsync(CancellationToken.None);
        }
    };

    /// <summary>A server that serves holds the data directory; its command beside it uses the same private PostgreSQL and leaves it running.</summary>
    private static async Task<string?> RunningDatabaseAsync(WebApplication app, CancellationToken ct) =>
        string.IsNullOrEmpty(app.Configuration.GetConnectionString("Kinvite")) && !OperatingSystem.IsWindows()
        && app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value.DataDirectory is { } directory
            ? await LocalPostgres.RunningAsync(directory, ct)
            : null;

    /// <summary>One of them.</summary>
    /// <param name="Name">The word.</param>
    /// <param name="Operand">What follows it; null: nothing.</param>
    /// <param name="Meaning">For whoever asks what there is.</param>
    /// <param name="Run">Gets the application, not started, and the operand; answers with the exit code.</param>
    internal sealed record Command(string Name, string? Operand, string Meaning, Func<WebApplication, string, CancellationToken, Task<int>> Run);

    /// <summary>What the command line asks for.</summary>
    internal sealed record Order(Command Command, string Operand, string[] Configuration);
}
