using System.Threading.Channels;

namespace Kinvite.Delivery;

/// <summary>Says that the outbox has something new. Only a hint that saves waiting: polling is what nothing escapes.</summary>
internal sealed class OutboxSignal
{
    private readonly Channel<bool> own = Coalescing();
    private readonly Channel<bool> others = Coalescing();

    /// <summary>After a commit: wakes this server's worker at once and the others' by one NOTIFY outside the transaction.</summary>
    public void Wake()
    {
        WakeOwn();
        others.Writer.TryWrite(true);
    }

    /// <summary>Wakes this server's worker only.</summary>
    public void WakeOwn() => own.Writer.TryWrite(true);

    /// <summary>Until woken, or until the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(atMost);
        try
        {
            await own.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody called: time to look for oneself.
        }
    }

    /// <summary>Until the others have to be told.</summary>
    public async Task WaitToTellAsync(CancellationToken ct) => await others.Reader.ReadAsync(ct);

    private static Channel<bool> Coalescing() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
}
