using System.Globalization;
using Kinvite.Delivery.Reports;

namespace Kinvite.Delivery.Dsn;

/// <summary>
/// Reads a delivery status notification (RFC 3464, 6522) as mail servers really write them. Which mail it is about says the Message-ID in
/// what it returns of ours, else what other servers write instead; the addresses in it are not looked at.
/// </summary>
internal static class DsnReader
{
    /// <summary>As many bytes are looked at: ours come back whole at less than a tenth of it.</summary>
    public const int LongestMail = 256 * 1024;

    /// <summary>The report, or null when the mail is no notification, is about no mail of ours, or says nothing final.</summary>
    /// <param name="mail">A whole mail as it was received.</param>
    /// <param name="host">The right-hand side of our Message-IDs.</param>
    public static DeliveryReport? Read(byte[] mail, string host)
    {
        if (mail.Length > LongestMail)
        {
            return null;
        }

        var whole = MailPart.Of(mail);
        if (whole.MediaType != "multipart/report")
        {
            return null;
        }

        var parts = whole.Parts();
        if (parts.FirstOrDefault(p => p.MediaType is "message/delivery-status" or "message/global-delivery-status") is not { } status)
        {
            return null;
        }

        var groups = status.Groups().ToList();
        return MessageId(whole, parts, groups, host) is { } id && Outcome(groups) is { } outcome ? outcome with { MessageId = id } : null;
    }

    // One recipient each: more groups than one come from aliases behind the address, and one that failed is worth telling.
    private static DeliveryReport? Outcome(List<MailPart> groups)
    {
        DeliveryReport? outcome = null;
        foreach (var group in groups)
        {
            var (action, status) = (Word(group.Field("Action")), Word(group.Field("Status")));
            // RFC 3464 §2.3.3: failed is final whatever class its status has; servers that gave up after days say 4.4.7.
            if (action == "failed" && !status.StartsWith('2'))
            {
                return new(ReportKind.Bounced, $"{status} {Diagnostic(group.Field("Diagnostic-Code"))}".Trim());
            }

            if (action == "delivered")
            {
                outcome ??= new(ReportKind.Delivered, null);
            }
        }

        return outcome;
    }

    private static Guid? MessageId(MailPart whole, IReadOnlyList<MailPart> parts, List<MailPart> groups, string host)
    {
        var returned = parts.LastOrDefault(p => p.MediaType is "message/rfc822" or "text/rfc822-headers" or "message/global" or "message/global-headers")?.Inner();
        string[] places =
        [
            returned?.Field("Message-ID") ?? "",
            .. groups.Select(g => g.Field("X-Original-Message-ID")),
            whole.Field("X-Original-Message-ID"),
            whole.Field("In-Reply-To"),
            whole.Field("References"),
        ];
        return places.Select(place => OwnId(place, host)).FirstOrDefault(id => id is not null);
    }

    /// <summary>The outbox id in a Message-ID of ours.</summary>
    private static Guid? OwnId(string text, string host)
    {
        for (var open = text.IndexOf('<', StringComparison.Ordinal); open >= 0; open = text.IndexOf('<', open + 1))
        {
            var close = text.IndexOf('>', open);
            if (close < 0)
            {
                return null;
            }

            var (id, at) = (text[(open + 1)..close], close - open - 1 > 32 ? text[open + 33] : ' ');
            if (at == '@' && id[33..].Equals(host, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(id[..32], "N", out var ours))
            {
                return ours;
            }
        }

        return null;
    }

    // Comments and more may follow (RFC 3464 §2.1.1): "5.1.1 (bad destination mailbox address)".
    private static string Word(string field) => field.Split([' ', '\t', '(', ';'], 2)[0].ToLower(CultureInfo.InvariantCulture);

    private static string Diagnostic(string field)
    {
        var semicolon = field.IndexOf(';', StringComparison.Ordinal);
        return field[(semicolon + 1)..].Trim();
    }
}
