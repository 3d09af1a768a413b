using System.Text;
using Kinvite.Delivery.Mime;

namespace Kinvite.Delivery.Dsn;

/// <summary>Header fields and body of a mail or of one part of it, as anybody may have sent it: nothing in it is trusted, and everything is bounded.</summary>
internal sealed class MailPart
{
    private const int MostFields = 300;
    private const int MostParts = 20;

    private readonly string[] lines;
    private readonly List<KeyValuePair<string, string>> fields;

    private MailPart(string[] lines, List<KeyValuePair<string, string>> fields) => (this.lines, this.fields) = (lines, fields);

    /// <summary>A whole mail; bytes beyond ASCII stay one character each.</summary>
    public static MailPart Of(byte[] mail) => Of(Lines(Encoding.Latin1.GetString(mail)));

    /// <summary>The first field with this name, unfolded, or nothing.</summary>
    public string Field(string name) => fields.FirstOrDefault(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary><c>multipart/report</c>; text when it does not say.</summary>
    public string MediaType => Field("Content-Type").Split(';', 2)[0].Trim().ToLowerInvariant() is { Length: > 0 } type ? type : "text/plain";

    /// <summary>What is inside, decoded, line by line.</summary>
    public string[] Body => Field("Content-Transfer-Encoding").Trim().ToLowerInvariant() switch
    {
        "quoted-printable" => Lines(QuotedPrintable.Decode(string.Join("\r\n", lines))),
        "base64" => Base64(string.Concat(lines)),
        _ => lines,
    };

    /// <summary>The parts of a multipart body; none where it has no boundary.</summary>
    public IReadOnlyList<MailPart> Parts()
    {
        var parts = new List<MailPart>();
        if (Boundary() is not { } boundary)
        {
            return parts;
        }

        var start = -1;
        for (var i = 0; i < lines.Length && parts.Count < MostParts; i++)
        {
            if (!lines[i].StartsWith(boundary, StringComparison.Ordinal) || lines[i].AsSpan(boundary.Length).Trim() is not ("" or "--"))
            {
                continue;
            }

            if (start >= 0)
            {
                parts.Add(Of(lines[start..i]));
            }

            start = i + 1;
            if (lines[i].TrimEnd().Length > boundary.Length)
            {
                return parts;
            }
        }

        // Cut off on the way: what is there of the last part still counts.
        if (start >= 0 && parts.Count < MostParts)
        {
            parts.Add(Of(lines[start..]));
        }

        return parts;
    }

    /// <summary>Groups of fields with blank lines between them, as a delivery status is written (RFC 3464 §2.1).</summary>
    public IEnumerable<MailPart> Groups()
    {
        var body = Body;
        var start = 0;
        for (var i = 0; i <= body.Length; i++)
        {
            if (i == body.Length || string.IsNullOrWhiteSpace(body[i]))
            {
                if (i > start)
                {
                    yield return Of(body[start..i]);
                }

                start = i + 1;
            }
        }
    }

    /// <summary>A mail inside this part.</summary>
    public MailPart Inner() => Of(Body);

    private static MailPart Of(string[] lines)
    {
        var found = new List<KeyValuePair<string, string>>();
        var i = lines.Length > 0 && lines[0].StartsWith("From ", StringComparison.Ordinal) ? 1 : 0; // a mailbox file's own line
        while (i < lines.Length && lines[i].Length > 0 && found.Count < MostFields)
        {
            var colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            var value = new StringBuilder(colon < 0 ? "" : lines[i][(colon + 1)..]);
            var name = colon < 0 ? "" : lines[i][..colon].TrimEnd();
            for (i++; i < lines.Length && lines[i].Length > 0 && lines[i][0] is ' ' or '\t'; i++)
            {
                value.Append(' ').Append(lines[i].AsSpan().Trim());
            }

            if (name.Length > 0)
            {
                found.Add(new(name, value.ToString().Trim()));
            }
        }

        return new(lines[Math.Min(i + 1, lines.Length)..], found);
    }

    private string? Boundary()
    {
        var type = Field("Content-Type");
        var at = type.IndexOf("boundary=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var rest = type[(at + "boundary=".Length)..].TrimStart();
        var boundary = rest.StartsWith('"') ? rest[1..].Split('"', 2)[0] : rest.Split([';', ' ', '\t'], 2)[0];
        return boundary.Length is > 0 and <= 200 ? "--" + boundary : null;
    }

    private static string[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Lines(Encoding.Latin1.GetString(bytes, 0, length)) : [];
    }

    private static string[] Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
}
