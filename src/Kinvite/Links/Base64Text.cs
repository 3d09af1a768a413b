using System.Buffers;
using System.Buffers.Text;

namespace Kinvite.Links;

/// <summary>
/// base64url (RFC 4648 §5) that has one spelling only. The framework's decoder skips white space, ignores spare bits and throws on
/// other characters, so what it gets is checked before.
/// </summary>
internal static class Base64Text
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Fills <paramref name="bytes"/> exactly, or says false; never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var length = ((bytes.Length * 4) + 2) / 3;
        if (text.Length != length || text.ContainsAnyExcept(Alphabet)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != bytes.Length)
        {
            return false;
        }

        Span<char> again = stackalloc char[length];
        Base64Url.EncodeToChars(bytes, again);
        return text.SequenceEqual(again);
    }
}
