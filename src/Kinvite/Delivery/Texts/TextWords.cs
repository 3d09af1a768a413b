using System.Globalization;
using System.Text;

namespace Kinvite.Delivery.Texts;

/// <summary>
/// The words of texts. They are fixed and in one language, because the sender is registered with them (A2P 10DLC), and they name who invites and how
/// to stop it (CTIA messaging principles §5.1.3). No personal message is ever in a text.
/// </summary>
internal static class TextWords
{
    /// <summary>Most characters of a name.</summary>
    public const int NameLength = 20;

    /// <summary>An invitation. One segment where it fits: a letter that the 7-bit alphabet lacks is written without its accent.</summary>
    public static string Invitation(string inviter, string family, string link) => $"{Name(inviter)} invited you to {Name(family)}: {link} Reply STOP to opt out";

    /// <summary>To somebody without a mailbox who asked to come in: they are let in.</summary>
    public static string LetIn(string family, string link) => $"You can come in to {Name(family)} now: {link} Reply STOP to opt out";

    /// <summary>To the same: there is an answer. It names nobody, like the mail.</summary>
    public static string Answered(string link) => $"The family you asked has answered: {link} Reply STOP to opt out";

    /// <summary>To somebody without a mailbox who decides: a stranger waits, and none of their words are here.</summary>
    public static string Asked(string family, string link) => $"Somebody asks to come in to {Name(family)}: {link} Reply STOP to opt out";

    /// <summary>To somebody without a mailbox who wanted to invite by phone.</summary>
    public static string CanInvite(string link) => $"You can invite by phone now: {link} Reply STOP to opt out";

    /// <summary>Six digits alone on their line, so that a phone offers to fill them in.</summary>
    public static string Code(string words, string digits) => $"{Plain(words)}\n{digits}";

    private static string Name(string name)
    {
        // The ellipsis that cuts a name elsewhere would double the price of the text.
        var plain = Plain(name);
        var letters = StringInfo.ParseCombiningCharacters(plain);
        return letters.Length <= NameLength ? plain : plain[..letters[NameLength - 2]].TrimEnd() + "..";
    }

    /// <summary>The same in the 7-bit alphabet, where taking an accent off is enough for that; else as it is: another script is dearer, not worse.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Replace('’', '\'').Replace('–', '-').Replace("…", "..", StringComparison.Ordinal))
        {
            plain.Append(TextSegments.Septets(c.ToString()) is not null ? c.ToString() : Bare(c));
        }

        return TextSegments.Septets(plain.ToString()) is null ? text : plain.ToString();
    }

    private static string Bare(char letter) => char.IsSurrogate(letter)
        ? letter.ToString()
        : string.Concat(letter.ToString().Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
}
