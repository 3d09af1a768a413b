using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery;

/// <summary>The way mails leave this server.</summary>
public enum MailWay
{
    /// <summary>None: invitations are handed over by link and QR.</summary>
    Off,

    /// <summary>By <see cref="Smtp.SmtpChannel"/>.</summary>
    Smtp,

    /// <summary>By <see cref="Resend.ResendChannel"/>.</summary>
    Resend,

    /// <summary>Into files, shown at <c>/dev/mailbox</c>.</summary>
    Mailbox,
}

/// <summary>Whether and how this server sends mail, decided once: a mail server where one is set, else Resend where its key is, else the mailbox in Development, else none.</summary>
internal sealed class MailSetup
{
    public MailSetup(IOptions<KinviteOptions> options, IHostEnvironment environment)
    {
        var (smtp, resend) = (options.Value.Smtp, options.Value.Resend);
        Way = !string.IsNullOrEmpty(smtp.Host) ? MailWay.Smtp
            : !string.IsNullOrEmpty(resend.ApiKey) ? MailWay.Resend
            : environment.IsDevelopment() ? MailWay.Mailbox
            : MailWay.Off;
        Host = options.Value.PublicUrl?.IdnHost ?? "localhost";
        var (from, setting) = Way == MailWay.Resend ? (resend.From, "Kinvite__Resend__From") : (smtp.From, "Kinvite__Smtp__From");
        From = string.IsNullOrWhiteSpace(from)
            ? new MailParty($"kinvite@{Host}", "Kinvite")
            : MailParty.TryParse(from)
                ?? throw new StartRefusedException($"{setting} must be an address, for example family@example.org or Kinvite <family@example.org>.");
    }

    public MailWay Way { get; }

    /// <summary>False: nothing can be mailed, so nothing is queued; callers offer the link instead.</summary>
    public bool IsOn => Way != MailWay.Off;

    /// <summary>The sender of every mail.</summary>
    public MailParty From { get; }

    /// <summary>The public host: the right-hand side of every Message-ID.</summary>
    public string Host { get; }

    /// <summary>How this server introduces itself to a mail server (RFC 5321 §4.1.1.1): a name with a dot, or an address literal.</summary>
    public string HelloName => Host.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(Host) == UriHostNameType.Dns ? Host : "[127.0.0.1]";

    /// <summary>The same for every try of a row (RFC 5322 §3.6.4), so that a second copy can be told from a second message.</summary>
    public string MessageId(Guid outboxId) => $"<{outboxId:N}@{Host}>";
}
