using System.Collections.Concurrent;
using System.Diagnostics;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary>Takes some mails at once and then holds every sender: one before it has sent anything, the next after its whole message.</summary>
internal sealed class HoldingMailServer : IAsyncDisposable
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, bool> before = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> after = new(StringComparer.Ordinal);
    private readonly int atOnce;
    private int seen;

    public HoldingMailServer(int atOnce)
    {
        this.atOnce = atOnce;
        Smtp = new() { BeforeRecipient = BeforeRecipientAsync, BeforeConfirmation = BeforeConfirmationAsync };
    }

    public FakeSmtpServer Smtp { get; }

    /// <summary>Recipients whose message has not been sent yet.</summary>
    public IReadOnlyCollection<string> HeldBefore => [.. before.Where(h => h.Value).Select(h => h.Key)];

    /// <summary>Recipients whose message is here and not confirmed.</summary>
    public IReadOnlyCollection<string> HeldAfter => [.. after.Where(h => h.Value).Select(h => h.Key)];

    public async Task WaitUntilHoldsAsync(int senders)
    {
        for (var waited = Stopwatch.StartNew(); HeldBefore.Count + HeldAfter.Count < senders; await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"Holds {HeldBefore.Count} + {HeldAfter.Count} senders, not {senders}.");
        }
    }

    /// <summary>Answers everybody, and from now on at once.</summary>
    public void Release() => released.TrySetResult();

    public ValueTask DisposeAsync() => Smtp.DisposeAsync();

    private Task BeforeRecipientAsync(string recipient)
    {
        var number = Interlocked.Increment(ref seen) - atOnce;
        if (number <= 0 || released.Task.IsCompleted)
        {
            return Task.CompletedTask;
        }

        if (number % 2 == 0)
        {
            after[recipient] = false;
            return Task.CompletedTask;
        }

        before[recipient] = true;
        return released.Task;
    }

    private Task BeforeConfirmationAsync(ReceivedMail mail) =>
        after.TryUpdate(mail.Recipients[0], newValue: true, comparisonValue: false) ? released.Task : Task.CompletedTask;
}
