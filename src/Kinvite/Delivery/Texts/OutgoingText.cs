using Kinvite.Addresses;
using Kinvite.Limits;

namespace Kinvite.Delivery.Texts;

/// <summary>A text message to one number; lives only while it is sent.</summary>
/// <param name="Id">The outbox row's id.</param>
/// <param name="To">The one recipient.</param>
/// <param name="Body">Its words, with the link or the code.</param>
internal sealed record OutgoingText(Guid Id, PhoneNumber To, string Body)
{
    /// <summary>What it is counted for when it is sent; empty where that was done when it was asked for.</summary>
    public IReadOnlyList<LimitUse> Takes { get; init; } = [];
}
