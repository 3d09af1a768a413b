using Kinvite.Delivery.Texts;

namespace Kinvite.Delivery;

/// <summary>
/// Sends what is due: claims as many rows as it has hands free, so that whatever dies with it is at most what it was sending.
/// Woken by <see cref="OutboxSignal"/>; looks for itself every two seconds.
/// </summary>
internal sealed partial class DeliveryWorker(
    Outbox outbox, OutboxSignal signal, MailSetup mail, TextSetup texts, IServiceProvider services, ILogger<DeliveryWorker> logger) : BackgroundService
{
    /// <summary>Messages on their way at once; also the most connections a mail server sees from one of ours.</summary>
    public const int Hands = 8;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    /// <summary>What is under way when the server stops may end by itself for so long; less than the host's shutdown time.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private bool databaseAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!mail.IsOn)
        {
            LogOff();
            if (!texts.IsOn)
            {
                return;
            }
        }

        var delivery = services.GetRequiredService<MessageDelivery>();
        using var hurry = new CancellationTokenSource();
        var running = new List<Task>(Hands);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                running.RemoveAll(t => t.IsCompleted);
                foreach (var row in await ClaimAsync(delivery, Hands - running.Count, stoppingToken))
                {
                    running.Add(RunAsync(delivery, row, hurry.Token));
                }

                await signal.WaitAsync(Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Falls through to what is still under way.
        }

        hurry.CancelAfter(Grace);
        await Task.WhenAll(running);
    }

    private async Task RunAsync(MessageDelivery delivery, OutboxMessage row, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            await delivery.DeliverAsync(row, ct);
        }
        catch (Exception e)
        {
            LogRowFailed(e, row.Id, row.Type); // its lease ends and it is taken again; the others go on
        }
        finally
        {
            signal.WakeOwn();
        }
    }

    private async Task<IReadOnlyList<OutboxMessage>> ClaimAsync(MessageDelivery delivery, int free, CancellationToken ct)
    {
        // What was sent and could not be marked yet comes first: claiming before it would send that again.
        if (free == 0 || delivery.HasUnmarked)
        {
            return [];
        }

        try
        {
            var rows = await outbox.ClaimAsync(delivery.Types, free, ct);
            if (databaseAway)
            {
                databaseAway = false;
                LogBack();
            }

            return rows;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!databaseAway)
            {
                databaseAway = true;
                LogAway(DatabaseFaults.IsOutage(e) ? e.Message : e.ToString());
            }

            return [];
        }
    }

    [LoggerMessage(3100, LogLevel.Information, "Mail is off: invitations are handed over by link. Set Kinvite__Smtp__Host or Kinvite__Resend__ApiKey to send them")]
    private partial void LogOff();

    [LoggerMessage(3101, LogLevel.Warning, "The outbox cannot be read, delivery waits: {Fault}")]
    private partial void LogAway(string fault);

    [LoggerMessage(3102, LogLevel.Warning, "The outbox can be read again, delivery goes on")]
    private partial void LogBack();

    [LoggerMessage(3103, LogLevel.Error, "Message {MessageId} of type {Type} was not delivered this time")]
    private partial void LogRowFailed(Exception exception, Guid messageId, string type);
}
