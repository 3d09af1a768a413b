using System.Buffers;
using System.Buffers.Text;

namespace Kinvite.Links;

/// <summary>
/// base64url (RFC 4648 §5) that has one spelling only. The framework's decoder skips white space, and its Try method throws on
/// other characters and on spare bits, so what it gets is checked before and its status after.
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
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length)
        {
            return false;
        }

        Span<char> again = stackalloc char[length];
        Base64Url.EncodeToChars(bytes, again);
        return text.SequenceEqual(again);
    }
}
