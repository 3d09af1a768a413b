namespace Kinvite.Delivery.Mailbox;

/// <summary>Where mails go in Development: a file each, exactly as it would have been sent.</summary>
internal sealed class MailboxChannel(DevelopmentMailbox mailbox) : IMessageChannel
{
    public async Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct)
    {
        if (mail.To.Ascii is null)
        {
            return new(SendResult.Refused, "The address cannot be written to by mail");
        }

        await mailbox.AddAsync(mail, ct);
        return new(SendResult.Sent, "In the development mailbox");
    }
}
