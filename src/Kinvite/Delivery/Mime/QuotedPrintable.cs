using System.Globalization;
using System.Text;

namespace Kinvite.Delivery.Mime;

/// <summary>RFC 2045 §6.7: lines of at most 76 characters, whatever is in them.</summary>
internal static class QuotedPrintable
{
    private const int LineLength = 76;

    /// <summary>Encodes text with any line ends; the result has CRLF.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length * 5 / 4);
        var first = true;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            encoded.Append(first ? "" : "\r\n");
            first = false;
            AppendLine(encoded, line);
        }

        return encoded.ToString();
    }

    /// <summary>The text again, with LF as line end.</summary>
    public static string Decode(string encoded)
    {
        var bytes = new List<byte>(encoded.Length);
        var text = encoded.ReplaceLineEndings("\n");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                bytes.Add((byte)text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }
            else if (i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static void AppendLine(StringBuilder encoded, string line)
    {
        Span<byte> buffer = stackalloc byte[4];
        var used = 0;
        var rest = line.Length;
        foreach (var rune in line.EnumerateRunes())
        {
            rest -= rune.Utf16SequenceLength;
            var length = rune.EncodeToUtf8(buffer);
            var literal = rune.Value is (>= ' ' and <= '~' and not '=') or '\t' && (rest > 0 || rune.Value is not (' ' or '\t'));
            var width = literal ? 1 : 3 * length;
            // One column stays free for the '=' of a soft break, and a character is never split.
            if (used + width > LineLength - 1)
            {
                encoded.Append("=\r\n");
                used = 0;
            }

            used += width;
            if (literal)
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in buffer[..length])
            {
                encoded.Append('=').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }
    }
}
