using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;

namespace Kinvite.Invitations;

/// <summary>Which of the ways to somebody are open on this server now; a statement only where somebody is to be texted.</summary>
internal sealed class SendingWays(MailSetup mail, TextSetup texts, TextReadiness readiness)
{
    public async Task<OpenWays> WaysAsync(IEnumerable<ContactAddress?> recipients, CancellationToken ct) =>
        new(mail.IsOn, recipients.Any(r => r is PhoneNumber) && await readiness.IsReadyAsync(ct) ? texts : null);
}

/// <param name="Mail">Mail leaves.</param>
/// <param name="Texts">Texts leave, to some countries; null where they do not, or nobody is to have one.</param>
internal sealed record OpenWays(bool Mail, TextSetup? Texts)
{
    /// <summary>Whether a message can go there; nothing has to go to nobody.</summary>
    public bool Serve(ContactAddress? to) => to switch
    {
        null => true,
        PhoneNumber number => Texts?.Serves(number) == true,
        _ => Mail,
    };
}
