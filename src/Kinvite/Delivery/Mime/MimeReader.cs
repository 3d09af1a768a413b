using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kinvite.Delivery.Mime;

/// <summary>A mail as it was written by <see cref="MimeWriter"/>, read back for the development mailbox.</summary>
/// <param name="Headers">In their order, unfolded and decoded.</param>
/// <param name="Text">The plain-text part, LF as line end.</param>
/// <param name="Html">The HTML part.</param>
public sealed record ReadMail(IReadOnlyList<KeyValuePair<string, string>> Headers, string Text, string Html)
{
    /// <summary>The value of a header, or nothing.</summary>
    public string Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>When it was sent.</summary>
    public DateTimeOffset Date => DateTimeOffset.TryParse(Header("Date"), CultureInfo.InvariantCulture, out var date) ? date : DateTimeOffset.UnixEpoch;
}

/// <summary>Reads what <see cref="MimeWriter"/> writes, not mail in general.</summary>
internal static partial class MimeReader
{
    public static ReadMail Read(byte[] message) => Read(Encoding.Latin1.GetString(message));

    private static ReadMail Read(string message)
    {
        var (headers, body) = Split(message);
        var boundary = BoundaryParameter().Match(headers.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value ?? "").Groups["boundary"].Value;
        string text = "", html = "";
        foreach (var part in body.Split($"--{boundary}", StringSplitOptions.None).Skip(1))
        {
            if (part.StartsWith("--", StringComparison.Ordinal))
            {
                break;
            }

            var (fields, content) = Split(part.TrimStart('\r', '\n'));
            var field = fields.ToDictionary(f => f.Key, f => f.Value, StringComparer.OrdinalIgnoreCase);
            content = content.EndsWith("\r\n", StringComparison.Ordinal) ? content[..^2] : content;
            var decoded = field.GetValueOrDefault("Content-Transfer-Encoding") == "quoted-printable"
                ? QuotedPrintable.Decode(content)
                : content.ReplaceLineEndings("\n");
            (text, html) = field.GetValueOrDefault("Content-Type", "").StartsWith("text/html", StringComparison.Ordinal) ? (text, decoded) : (decoded, html);
        }

        return new(headers, text, html);
    }

    private static (List<KeyValuePair<string, string>> Headers, string Body) Split(string message)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = end < 0 ? message : message[..end];
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in head.Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.Add(new(line[..colon], Decode(line[(colon + 1)..].Trim())));
            }
        }

        return (headers, end < 0 ? "" : message[(end + 4)..]);
    }

    // White space between two encoded words belongs to neither (RFC 2047 §6.2).
    private static string Decode(string value) =>
        EncodedWord().Replace(WordGap().Replace(value, ""), m => Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups["bytes"].Value)));

    [GeneratedRegex(@"boundary=""(?<boundary>[^""]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BoundaryParameter();

    [GeneratedRegex(@"(?<=\?=)\s+(?==\?)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WordGap();

    [GeneratedRegex(@"=\?utf-8\?B\?(?<bytes>[A-Za-z0-9+/=]*)\?=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedWord();
}
