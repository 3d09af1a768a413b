using System.Globalization;
using System.Text;

namespace Kinvite.Wording;

/// <summary>Text of people is plain: no control, bidi or zero-width characters, nothing that is no character (design.md §3 rule 12).</summary>
internal static class PlainText
{
    private const int Joiner = 0x200D;

    /// <summary>Whether every character may stand in a text that others read.</summary>
    public static bool IsClean(string text, bool lines)
    {
        Rune? before = null;
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
            Rune? after = i < text.Length && Rune.TryGetRuneAt(text, i, out var next) ? next : null;
            if (IsInvisible(rune) || !IsClean(before, rune, after, lines))
            {
                return false;
            }

            before = rune;
        }

        return true;
    }

    private static bool IsClean(Rune? before, Rune rune, Rune? after, bool lines) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => lines && rune.Value is '\n' or '\r' or '\t',
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // A zero-width joiner holds emoji families together, and nothing else of its sort is needed.
        UnicodeCategory.Format => rune.Value == Joiner && IsPicture(before) && IsPicture(after),
        UnicodeCategory.OtherNotAssigned => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF,
        UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate => false,
        _ => rune.Value is not (0xFE0E or 0xFE0F) || IsPicture(before),
    };

    private static bool IsPicture(Rune? rune) => rune is { } r
        && (r.Value is 0xFE0F or '#' or '*' or (>= '0' and <= '9')
            || Rune.GetUnicodeCategory(r) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.MathSymbol);

    // Letters and marks by category, nothing at all by look (Default_Ignorable_Code_Point, and the empty braille cell).
    private static bool IsInvisible(Rune rune) => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0
        or 0x2065 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0D) or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
