using System.Globalization;
using System.Text;

namespace Kinvite.Wording;

/// <summary>Text of people is plain: no control, bidi or zero-width characters, nothing that is no character (design.md §3 rule 12).</summary>
internal static class PlainText
{
    /// <summary>Whether every character may stand in a text that others read.</summary>
    public static bool IsClean(string text, bool lines)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || !IsClean(text, i, rune, lines))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static bool IsClean(string text, int at, Rune rune, bool lines) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => lines && rune.Value is '\n' or '\r' or '\t',
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // A zero-width joiner holds emoji families together, and nothing else of its sort is needed.
        UnicodeCategory.Format => rune.Value == 0x200D && at > 0 && IsPictureBefore(text, at),
        UnicodeCategory.OtherNotAssigned => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF,
        UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => false,
        _ => true,
    };

    private static bool IsPictureBefore(string text, int at)
    {
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _);
        return before.Value is 0xFE0F or (>= 0x1F3FB and <= 0x1F3FF) || Rune.GetUnicodeCategory(before) == UnicodeCategory.OtherSymbol;
    }
}
