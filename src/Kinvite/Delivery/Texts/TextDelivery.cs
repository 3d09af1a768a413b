using Kinvite.Hosting;
using Kinvite.Limits;
using Kinvite.Operator;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Texts;

/// <summary>One text on its way: what its person or the provider said before is asked last, and what the provider says now is kept.</summary>
internal sealed partial class TextDelivery(
    ITextChannel channel, TextSetup setup, TextLimits limits, IServiceScopeFactory scopes, IOptions<KinviteOptions> options, TimeProvider clock, ILogger<TextDelivery> logger)
    : IDisposable
{
    /// <summary>Half of what is on its way at once, so that a provider that hangs holds up no mail.</summary>
    private const int Hands = DeliveryWorker.Hands / 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileSlow = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim hands = new(Hands);

    public async Task<SendOutcome> SendAsync(OutgoingText text, SendLease lease, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
        if (await db.TextStops.AnyAsync(s => s.AddressKey == text.To.Key, ct))
        {
            return new(SendResult.Unwanted, "The number wants no texts");
        }

        if (!setup.Serves(text.To))
        {
            return new(SendResult.Refused, "Texts to this country are off");
        }

        if (await db.TextOutages.AnyAsync(ct))
        {
            return new(SendResult.Refused, "Texts are off until the operator mends them");
        }

        if (!await hands.WaitAsync(Patience, ct))
        {
            return new(SendResult.Postponed, "The provider of texts is slow") { RetryAfter = WhileSlow };
        }

        try
        {
            return await HandOverAsync(text, lease, db, ct);
        }
        finally
        {
            hands.Release();
        }
    }

    private async Task<SendOutcome> HandOverAsync(OutgoingText text, SendLease lease, KinviteDbContext db, CancellationToken ct)
    {
        if (await limits.TakeAllAsync(text.Takes, ct) is { } wait)
        {
            return new(SendResult.Postponed, "The texts that may go there are used up for now") { RetryAfter = wait };
        }

        var outcome = await channel.SendAsync(text, lease, ct);
        if (outcome.Result is SendResult.TryLater or SendResult.Refused)
        {
            // Nothing left: it is counted again when it does.
            await limits.GiveBackAsync(text.Takes, CancellationToken.None);
        }

        if (outcome.Trouble is not { } trouble)
        {
            return outcome;
        }

        await KeepAsync(db, trouble, text.To.Key, ct);
        return trouble.Kind == TextTroubleKind.Stopped ? new(SendResult.Unwanted, outcome.Detail) : outcome;
    }

    public void Dispose() => hands.Dispose();

    /// <summary>What the provider says beyond one message counts from now on.</summary>
    /// <param name="db">Where; saved here.</param>
    /// <param name="trouble">What it said.</param>
    /// <param name="addressKey">About which number; null where that is not known any more.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task KeepAsync(KinviteDbContext db, TextTrouble trouble, string? addressKey, CancellationToken ct)
    {
        if (trouble.Kind == TextTroubleKind.Outage)
        {
            LogOutage(trouble.Code);
            await TextOutage.BeginAsync(db, Operators.Keys(options.Value.OperatorEmails), trouble.Code, clock.Now(), ct);
        }
        else if (addressKey is not null)
        {
            await TextStop.BeginAsync(db, addressKey, clock.Now(), ct);
        }
    }

    [LoggerMessage(3145, LogLevel.Error, "The provider of texts answers {Code}: Phone is unavailable until the operator mends it and says so at /operator")]
    private partial void LogOutage(int code);
}
