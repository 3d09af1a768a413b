using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kinvite.Wording;

/// <summary>
/// Text of people is plain: no control, bidi or zero-width characters, nothing invisible, nothing that is no character (design.md §3 rule 12).
/// The one exception is the zero-width joiner between two pictures, which holds emoji families together.
/// </summary>
internal static class PlainText
{
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>Whether every character may stand in a text that others read.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="lines">Whether it may have several lines.</param>
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
        UnicodeCategory.Control => lines && rune.Value is '\n' or '\r',
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => rune.Value == ZeroWidthJoiner && JoinsPictures(text, at),
        UnicodeCategory.OtherNotAssigned => !IsInvisible(rune.Value) && (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF,
        UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => false,
        _ => !IsInvisible(rune.Value) && (rune.Value is not (0xFE0E or 0xFE0F) || IsFormOfPicture(text, at)),
    };

    // Letters and marks by their category, and yet nothing that could be seen (Unicode: Default_Ignorable_Code_Point, and the blank of Braille).
    private static bool IsInvisible(int value) => value
        is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
        or (>= 0x180B and <= 0x180F) or 0x2065 or (>= 0xFE00 and <= 0xFE0D) or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);

    private static bool JoinsPictures(string text, int at)
    {
        if (Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _) != OperationStatus.Done
            || Rune.DecodeFromUtf16(text.AsSpan(at + 1), out var after, out _) != OperationStatus.Done)
        {
            return false;
        }

        // A picture may be followed by the choice of its form (U+FE0F) or by a tone of skin.
        return (before.Value is 0xFE0F or (>= 0x1F3FB and <= 0x1F3FF) || IsPicture(before)) && IsPicture(after);
    }

    // The choice between picture and text is for pictures, and for the keys 0 to 9, # and *; behind a letter it is only invisible.
    private static bool IsFormOfPicture(string text, int at) =>
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _) == OperationStatus.Done
        && (before.Value is '#' or '*' or (>= '0' and <= '9') || IsPicture(before)
            || Rune.GetUnicodeCategory(before) is UnicodeCategory.MathSymbol or UnicodeCategory.OtherPunctuation or UnicodeCategory.ModifierSymbol);

    private static bool IsPicture(Rune rune) => rune.Value is 0x2194 or 0x2195 || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;
}
