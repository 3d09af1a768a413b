using Kinvite.Delivery.Texts;

namespace Kinvite.Delivery;

/// <summary>Where one of the two ways is off and the other is not: what was queued for it all the same goes nowhere.</summary>
internal sealed class OffChannel : IMessageChannel, ITextChannel
{
    public Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct) => Task.FromResult(new SendOutcome(SendResult.Refused, "Mail is off"));

    public Task<SendOutcome> SendAsync(OutgoingText text, SendLease lease, CancellationToken ct) => Task.FromResult(new SendOutcome(SendResult.Refused, "Texts are off"));
}
