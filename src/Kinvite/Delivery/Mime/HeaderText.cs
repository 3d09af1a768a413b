using System.Text;

namespace Kinvite.Delivery.Mime;

/// <summary>Text in header fields: RFC 2047 encoded words where it is not plain ASCII, folded, and never able to start a field of its own.</summary>
internal static class HeaderText
{
    private const int EncodedWordLength = 75;
    private const int LineLength = 76;
    private const string Opening = "=?utf-8?B?";
    private const string Closing = "?=";

    /// <summary>One field with its line end.</summary>
    public static string Field(string name, string text) => $"{name}: {Fold(Encode(text), name.Length + 2)}\r\n";

    /// <summary>A name and an address: <c>"Olga Larsen" &lt;olga@example.org&gt;</c>.</summary>
    public static string Party(MailParty party)
    {
        var address = party.Ascii ?? throw new ArgumentException("Not an address.", nameof(party));
        var name = Plain(party.Name ?? "");
        if (name.Length == 0)
        {
            return address;
        }

        var shown = IsPlainAscii(name) ? $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : Encode(name);
        return $"{shown} <{address}>";
    }

    /// <summary>Without line breaks and other controls: what somebody typed stays one value of one field.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }

        return plain.ToString().Trim();
    }

    private static string Encode(string text)
    {
        text = Plain(text);
        return IsPlainAscii(text) ? text : string.Join(' ', EncodedWords(text));
    }

    private static bool IsPlainAscii(string text) => text.All(c => c is >= ' ' and < '\x7f') && !text.Contains("=?", StringComparison.Ordinal);

    // A character never spans two words, or readers show rubbish.
    private static List<string> EncodedWords(string text)
    {
        const int Bytes = (EncodedWordLength - 12) / 4 * 3;
        var word = new List<byte>(Bytes);
        Span<byte> buffer = stackalloc byte[4];
        var words = new List<string>();
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(buffer);
            if (word.Count + length > Bytes)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(buffer[..length]);
        }

        words.Add(Word(word));
        return words;
    }

    private static string Word(List<byte> bytes) => Opening + Convert.ToBase64String([.. bytes]) + Closing;

    // Folding breaks only where a space is: the space stays, so unfolding gives the same text (RFC 5322 §2.2.3).
    private static string Fold(string text, int used)
    {
        var folded = new StringBuilder(text.Length + 16);
        foreach (var part in text.Split(' '))
        {
            if (folded.Length > 0)
            {
                var breaks = used + 1 + part.Length > LineLength && part.Length > 0;
                folded.Append(breaks ? "\r\n " : " ");
                used = breaks ? 1 : used + 1;
            }

            folded.Append(part);
            used += part.Length;
        }

        return folded.ToString();
    }
}
