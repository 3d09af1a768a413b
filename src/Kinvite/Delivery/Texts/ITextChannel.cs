namespace Kinvite.Delivery.Texts;

/// <summary>Hands texts to the world: a provider, or the development mailbox.</summary>
internal interface ITextChannel
{
    /// <summary>One try, under the rules of <see cref="IMessageChannel.SendAsync"/>.</summary>
    Task<SendOutcome> SendAsync(OutgoingText text, SendLease lease, CancellationToken ct);
}
