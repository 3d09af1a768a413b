using Kinvite.Delivery.Texts;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery;

/// <summary>One claimed row from claim to mark: its feature prepares it, the channel sends it, the verdict is written.</summary>
internal sealed partial class MessageDelivery
{
    private static readonly TimeSpan RenewEvery = Outbox.LeaseTime / 3;
    private static readonly TimeSpan LongestMarkPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a verdict is kept for a database that is away; then the row is tried again after its lease.</summary>
    private static readonly TimeSpan MarkFor = TimeSpan.FromMinutes(10);

    private readonly Outbox outbox;
    private readonly IMessageChannel channel;
    private readonly TextDelivery texts;
    private readonly IServiceScopeFactory scopes;
    private readonly KinviteMetrics metrics;
    private readonly TimeProvider clock;
    private readonly ILogger<MessageDelivery> logger;
    private readonly Dictionary<string, IMessageType> types;
    private int unmarked;

    public MessageDelivery(
        Outbox outbox, IMessageChannel channel, TextDelivery texts, IEnumerable<IMessageType> types, IServiceScopeFactory scopes, KinviteMetrics metrics, TimeProvider clock,
        ILogger<MessageDelivery> logger)
    {
        (this.outbox, this.channel, this.texts, this.scopes, this.metrics, this.clock, this.logger) = (outbox, channel, texts, scopes, metrics, clock, logger);
        this.types = types.ToDictionary(t => t.Type, StringComparer.Ordinal);
        Types = [.. this.types.Keys];
    }

    /// <summary>What this server can deliver.</summary>
    public string[] Types { get; }

    /// <summary>Something was sent and its row does not say so yet, because the database is away.</summary>
    public bool HasUnmarked => Volatile.Read(ref unmarked) > 0;

    /// <param name="row">Claimed.</param>
    /// <param name="hurry">The server stops and waits no longer.</param>
    public async Task DeliverAsync(OutboxMessage row, CancellationToken hurry)
    {
        using var span = KinviteTraces.Deliver(row);
        var lease = new SendLease(clock, row.LockedUntil!.Value);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        using var sent = new CancellationTokenSource();
        var renewing = RenewAsync(row, lease, lost, sent.Token);
        Verdict? verdict;
        try
        {
            verdict = await TryAsync(row, lease, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            if (hurry.IsCancellationRequested)
            {
                await outbox.ReleaseAsync(row, CancellationToken.None);
            }

            return;
        }
        finally
        {
            await sent.CancelAsync();
            await renewing;
        }

        if (verdict is null)
        {
            LogLeaseLost(row.Id, row.Type);
            return;
        }

        await KeepAsync(row, verdict, hurry);
    }

    /// <summary>Null: the lease was over before the message left.</summary>
    private async Task<Verdict?> TryAsync(OutboxMessage row, SendLease lease, CancellationToken ct)
    {
        Prepared prepared;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            prepared = await types[row.Type].PrepareAsync(row, scope.ServiceProvider.GetRequiredService<KinviteDbContext>(), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!DatabaseFaults.IsOutage(e))
            {
                LogNotPrepared(e, row.Id, row.Type);
            }

            return Decide(row, new(SendResult.TryLater, "The message could not be prepared"));
        }

        return prepared switch
        {
            Prepared.Drop drop => Verdict.Drop(drop.Reason),
            Prepared.Wait wait => new Verdict(row.State, wait.Until, wait.Reason),
            Prepared.Send send when lease.Holds => Decide(row, await SendAsync(row, () => channel.SendAsync(send.Mail, lease, ct))),
            Prepared.SendText send when lease.Holds => Decide(row, await SendAsync(row, () => texts.SendAsync(send.Text, lease, ct))),
            _ => null,
        };
    }

    private async Task<SendOutcome> SendAsync(OutboxMessage row, Func<Task<SendOutcome>> send)
    {
        try
        {
            return await send();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogChannelFailed(e, row.Id, row.Type);
            return new(SendResult.TryLater, "The channel failed");
        }
    }

    private Verdict Decide(OutboxMessage row, SendOutcome outcome) => Verdict.Of(row, outcome, clock.Now(), Random.Shared.NextDouble());

    /// <summary>Writes the verdict, and again until the database takes it: what left must not leave twice for want of a mark.</summary>
    private async Task KeepAsync(OutboxMessage row, Verdict verdict, CancellationToken hurry)
    {
        var waits = false;
        var started = clock.GetTimestamp();
        var tellFeature = true;
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause * 2 < LongestMarkPause ? pause * 2 : LongestMarkPause)
            {
                try
                {
                    await MarkAsync(row, verdict, tellFeature);
                    LogMarked(row.Id, row.Type, verdict.State, row.Attempts);
                    return;
                }
                catch (Exception e) when (DatabaseFaults.IsOutage(e) && clock.GetElapsedTime(started) < MarkFor && !hurry.IsCancellationRequested)
                {
                    if (!waits)
                    {
                        waits = true;
                        Interlocked.Increment(ref unmarked);
                    }
                }
                catch (Exception e) when (tellFeature && !DatabaseFaults.IsOutage(e))
                {
                    LogAfterFailed(e, row.Id, row.Type);
                    tellFeature = false;
                    continue;
                }

                await Task.Delay(pause, TimeProvider.System, hurry);
            }
        }
        catch (OperationCanceledException) when (hurry.IsCancellationRequested)
        {
            LogUnmarked(row.Id, row.Type, verdict.State);
        }
        finally
        {
            if (waits)
            {
                Interlocked.Decrement(ref unmarked);
            }
        }
    }

    private async Task MarkAsync(OutboxMessage row, Verdict verdict, bool tellFeature)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (!await outbox.MarkAsync(db, row, verdict, CancellationToken.None))
        {
            LogLeaseLost(row.Id, row.Type);
            return;
        }

        var another = false;
        if (verdict.IsDone && tellFeature)
        {
            await types[row.Type].AfterAsync(row, db, CancellationToken.None);
            another = db.ChangeTracker.Entries<OutboxMessage>().Any(e => e.State == EntityState.Added);
            await db.SaveChangesAsync();
        }

        await transaction.CommitAsync();
        metrics.Mail(row.Type, verdict.State);
        if (another)
        {
            scope.ServiceProvider.GetRequiredService<OutboxSignal>().WakeOwn();
        }
    }

    private async Task RenewAsync(OutboxMessage row, SendLease lease, CancellationTokenSource lost, CancellationToken sent)
    {
        try
        {
            while (true)
            {
                await Task.Delay(RenewEvery, TimeProvider.System, sent);
                try
                {
                    if (await outbox.RenewAsync(row, sent) is { } until)
                    {
                        lease.Extend(until);
                        continue;
                    }
                }
                catch (Exception e) when (DatabaseFaults.IsOutage(e) && lease.Holds)
                {
                    continue; // still ours; perhaps it can be renewed before it ends
                }

                await lost.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Sent: nothing to renew any more.
        }
        catch (Exception e)
        {
            LogNotRenewed(row.Id, e.GetType().Name);
            await lost.CancelAsync();
        }
    }

    [LoggerMessage(3120, LogLevel.Information, "Message {MessageId} of type {Type} is {State} after {Attempts} tries")]
    private partial void LogMarked(Guid messageId, string type, DeliveryState state, int attempts);

    [LoggerMessage(3121, LogLevel.Error, "Message {MessageId} of type {Type} could not be prepared; it is tried again")]
    private partial void LogNotPrepared(Exception exception, Guid messageId, string type);

    [LoggerMessage(3122, LogLevel.Error, "The channel failed on message {MessageId} of type {Type}; it is tried again")]
    private partial void LogChannelFailed(Exception exception, Guid messageId, string type);

    [LoggerMessage(3123, LogLevel.Error, "What follows message {MessageId} of type {Type} failed; its state is kept")]
    private partial void LogAfterFailed(Exception exception, Guid messageId, string type);

    [LoggerMessage(3124, LogLevel.Warning, "Message {MessageId} of type {Type} was taken over by another worker; nothing is marked")]
    private partial void LogLeaseLost(Guid messageId, string type);

    [LoggerMessage(3125, LogLevel.Warning, "Message {MessageId} of type {Type} is {State}, but the server stopped before the database knew; it may be sent again")]
    private partial void LogUnmarked(Guid messageId, string type, DeliveryState state);

    [LoggerMessage(3126, LogLevel.Warning, "The claim on message {MessageId} could not be renewed ({Fault})")]
    private partial void LogNotRenewed(Guid messageId, string fault);
}
