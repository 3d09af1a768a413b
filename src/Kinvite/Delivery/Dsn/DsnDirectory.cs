using Kinvite.Delivery.Reports;
using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Dsn;

/// <summary>
/// Reads the directory into which the mail server delivers what comes back. A file that was understood is removed, because it names people;
/// any other goes to <c>other</c> beside it for the operator to look at. Two servers may share the directory: a report twice changes nothing.
/// </summary>
internal sealed partial class DsnDirectory(
    IOptions<KinviteOptions> options, MailSetup setup, IServiceScopeFactory scopes, TimeProvider clock, ILogger<DsnDirectory> logger) : BackgroundService
{
    private const string Others = "other";
    private const int MostAtOnce = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A file that changed a moment ago may still be written.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Dsn.Directory is not { Length: > 0 } directory)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await ReadAllAsync(directory, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogUnread(e.GetType().Name); // the directory or the database is away: next time
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round.</summary>
    internal async Task ReadAllAsync(string directory, CancellationToken ct)
    {
        var before = (clock.Now() - Settled).UtcDateTime;
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles().Where(f => !f.Name.StartsWith('.') && f.LinkTarget is null).Take(MostAtOnce).ToList())
        {
            if (file.LastWriteTimeUtc > before)
            {
                continue;
            }

            try
            {
                await ReadAsync(file, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogUnread(e.GetType().Name); // gone to another server, or not ours to read: the others go on
            }
        }
    }

    private async Task ReadAsync(FileInfo file, CancellationToken ct)
    {
        var said = file.Length > DsnReader.LongestMail ? null : DsnReader.Read(await File.ReadAllBytesAsync(file.FullName, ct), setup.Host);
        if (said is null)
        {
            var others = Directory.CreateDirectory(Path.Combine(file.DirectoryName!, Others));
            file.MoveTo(Path.Combine(others.FullName, file.Name), overwrite: true);
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<DeliveryReports>().ApplyAsync(said, ct) == ReportOutcome.Taken)
        {
            file.Delete();
        }
    }

    [LoggerMessage(3140, LogLevel.Warning, "Mails that came back could not be read from Kinvite__Dsn__Directory ({Fault}); they are tried again")]
    private partial void LogUnread(string fault);
}
