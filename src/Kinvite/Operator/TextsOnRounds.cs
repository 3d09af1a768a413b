using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Persistence;

namespace Kinvite.Operator;

/// <summary>Where texts can be sent: tells those who wanted it before, when the server starts and once an hour. Where they cannot it does nothing at all.</summary>
internal sealed partial class TextsOnRounds(TextSetup setup, OutboxSignal outbox, IServiceScopeFactory scopes, TimeProvider clock, ILogger<TextsOnRounds> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>How many are told.</summary>
    public async Task<int> RoundAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        if (!await services.GetRequiredService<TextReadiness>().IsReadyAsync(ct))
        {
            return 0;
        }

        var told = await DemandEntry.TellAsync(services.GetRequiredService<KinviteDbContext>(), clock.Now(), ct);
        if (told > 0)
        {
            outbox.Wake();
        }

        return told;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!setup.IsOn)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogWaits(e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(6101, LogLevel.Warning, "Who asked for text messages cannot be told at the moment ({Fault}); the next round comes in an hour")]
    private partial void LogWaits(string fault);
}
