namespace Kinvite.Delivery.Mailbox;

/// <summary>Marks the texts of the development mailbox (<c>MailboxTexts.resx</c>).</summary>
internal sealed class MailboxTexts;
