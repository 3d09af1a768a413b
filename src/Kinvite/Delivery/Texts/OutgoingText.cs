using Kinvite.Addresses;

namespace Kinvite.Delivery.Texts;

/// <summary>A text message to one number; lives only while it is sent.</summary>
/// <param name="Id">The outbox row's id.</param>
/// <param name="To">The one recipient.</param>
/// <param name="Body">Its words, with the link or the code.</param>
internal sealed record OutgoingText(Guid Id, PhoneNumber To, string Body);
