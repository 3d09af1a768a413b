namespace Kinvite.Links;

/// <summary>
/// Asks every few seconds whether another server has rotated the keys, so that links made here are soon of the newest epoch.
/// Reading needs no refresh: the next epochs' keys are derived on sight, and each look-up compares the epoch's row.
/// </summary>
internal sealed partial class KeyEpochRefresh(IServiceScopeFactory scopes, TimeProvider clock, ILogger<KeyEpochRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private bool databaseAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<KeyEpochs>().RefreshAsync(stoppingToken);
                databaseAway = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database may be away for a moment; the epochs known so far serve on. Said once, not every few seconds.
                if (!databaseAway)
                {
                    databaseAway = true;
                    LogFailed(e.GetType().Name);
                }
            }
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "The key epochs could not be read ({Fault}); the known ones stay in use")]
    private partial void LogFailed(string fault);
}
