using System.Text;
using System.Text.RegularExpressions;
using Kinvite.Http;

namespace Kinvite.Wording;

/// <summary>
/// A name of a person or a family: 1 to 80 characters. Links and phone numbers are refused, because names stand in subjects and texts,
/// where they were used to send strangers to false help lines.
/// </summary>
internal static partial class PersonName
{
    public const int Length = 80;

    /// <summary>The name, trimmed and composed (NFC).</summary>
    public static Result<string> Parse(string? text)
    {
        if (text is not null && !PlainText.IsClean(text, lines: false))
        {
            return Problem.Invalid("", "It has characters that cannot be shown; type it anew.");
        }

        var name = text?.Trim().Normalize(NormalizationForm.FormC) ?? "";
        if (name.Length is 0 or > Length)
        {
            return Problem.Invalid("", name.Length == 0 ? "Give a name." : "At most 80 characters.");
        }

        // As programs read it that make links and numbers clickable: full-width and other fancy forms count as the plain ones.
        var read = name.Normalize(NormalizationForm.FormKC);
        if (Link().IsMatch(read))
        {
            return Problem.Invalid("", "A name cannot have a link or an address in it.");
        }

        return DialledNumber().IsMatch(Years().Replace(read, "")) ? Problem.Invalid("", "A name cannot have a phone number in it.") : name;
    }

    // Beside what is surely a link: endings that mail programs make clickable. Not every dot, because "anna.berg" is a name to many.
    [GeneratedRegex(
        @"://|\bhttps?:|www\.|@\S+\.\p{L}{2}|[\p{L}\d][.\u3002]\p{L}{2,}[/?#:]\S|\b[\p{L}\d][.\u3002](?:com|net|org)\b|[\p{L}\d-]{2,}[.\u3002](?:"
        + "(?:com|net|org|info|biz|io|app|dev|co|me|ru|ua|su|рф|cn|jp|kr|in|de|at|ch|uk|eu|us|ca|mx|br|ar|au|nz|za|fr|es|it|nl|be|pl|cz|pt|gr|se|no|dk|fi|tr|tv|gg|ai|xyz|top|site|website|online|shop|store|link|click|live|club|vip|icu|pw|page|"
        + @"help|support|security|chat|zip|mov|ly|gl|to|cc|tk|ml|ga|cf|gq|example|test)(?![\p{L}\d]))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Link();

    // "The Smiths 2019 - 2024" have eight digits and no telephone.
    [GeneratedRegex(@"\b(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Years();

    // Seven digits or more, whatever stands between them.
    [GeneratedRegex(@"\d(?:[^\p{L}\d]{0,3}\d){6,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex DialledNumber();
}
