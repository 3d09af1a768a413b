using Kinvite.Delivery.Texts;

namespace Kinvite.Delivery.Mailbox;

/// <summary>Where texts go in Development: a file each, beside the mails.</summary>
internal sealed class TextMailboxChannel(DevelopmentMailbox mailbox) : ITextChannel
{
    public async Task<SendOutcome> SendAsync(OutgoingText text, SendLease lease, CancellationToken ct)
    {
        await mailbox.AddAsync(text, ct);
        return new(SendResult.Sent, "In the development mailbox");
    }
}
