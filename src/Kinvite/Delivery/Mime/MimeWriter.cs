using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kinvite.Delivery.Texts;

namespace Kinvite.Delivery.Mime;

/// <summary>Writes a mail as bytes (RFC 5322, 2045, 2046): multipart/alternative, plain text first, HTML second, all lines short ASCII with CRLF.</summary>
internal static class MimeWriter
{
    /// <summary>RFC 5322 §2.1.1.</summary>
    private const int LongestLine = 998;

    /// <param name="mail">What to send.</param>
    /// <param name="from">The sender.</param>
    /// <param name="messageId">With its angle brackets.</param>
    /// <param name="date">When it is sent.</param>
    public static byte[] Write(OutgoingMail mail, MailParty from, string messageId, DateTimeOffset date)
    {
        var boundary = Boundary(mail.Id);
        var message = new StringBuilder(4096 + (mail.Html.Length * 5 / 4))
            .Append("Date: ").Append(date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)).Append(Zone(date)).Append("\r\n")
            .Append("From: ").Append(HeaderText.Party(from)).Append("\r\n")
            .Append("To: ").Append(HeaderText.Party(mail.To)).Append("\r\n")
            .Append("Message-ID: ").Append(HeaderText.Plain(messageId)).Append("\r\n")
            .Append(HeaderText.Field("Subject", mail.Subject))
            .Append("Auto-Submitted: auto-generated\r\n");
        if (mail.StopUrl is { } stop)
        {
            message.Append("List-Unsubscribe: <").Append(stop.AbsoluteUri).Append(">\r\n")
                .Append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
        }

        message.Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n");
        AppendPart(message, boundary, "text/plain", mail.Text);
        AppendPart(message, boundary, "text/html", mail.Html);
        message.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    /// <summary>A text message in the same form, for the development mailbox.</summary>
    public static byte[] Write(OutgoingText text, string messageId, DateTimeOffset date)
    {
        var boundary = Boundary(text.Id);
        var message = new StringBuilder(1024)
            .Append("Date: ").Append(date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)).Append(Zone(date)).Append("\r\n")
            .Append("To: ").Append(text.To.Value).Append("\r\n")
            .Append("Message-ID: ").Append(HeaderText.Plain(messageId)).Append("\r\n")
            .Append(HeaderText.Field("Subject", text.Body.ReplaceLineEndings(" ")))
            .Append("X-Text-Segments: ").Append(TextSegments.Count(text.Body).ToString(CultureInfo.InvariantCulture)).Append("\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n");
        AppendPart(message, boundary, "text/plain", text.Body);
        message.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    private static void AppendPart(StringBuilder message, string boundary, string type, string content)
    {
        content = content.ReplaceLineEndings("\n");
        // Left as it is where it can be, so that it reads well even where nothing decodes it.
        var plain = content.All(c => c is '\n' or (>= ' ' and <= '~')) && content.Split('\n').All(l => l.Length <= LongestLine && !l.EndsWith(' '));
        message.Append("--").Append(boundary).Append("\r\n")
            .Append("Content-Type: ").Append(type).Append("; charset=utf-8\r\n")
            .Append("Content-Transfer-Encoding: ").Append(plain ? "7bit" : "quoted-printable").Append("\r\n\r\n")
            .Append(plain ? content.Replace("\n", "\r\n", StringComparison.Ordinal) : QuotedPrintable.Encode(content))
            .Append("\r\n");
    }

    // Of the id, so that the second try is the same message; no text can know it before.
    private static string Boundary(Guid id) => "=_" + Convert.ToHexStringLower(SHA256.HashData(id.ToByteArray(bigEndian: true)).AsSpan(0, 16));

    private static string Zone(DateTimeOffset date)
    {
        var offset = date.Offset;
        return $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():hhmm}";
    }
}
