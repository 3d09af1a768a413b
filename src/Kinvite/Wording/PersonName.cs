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
        return name.Length switch
        {
            0 => Problem.Invalid("", "Give a name."),
            > Length => Problem.Invalid("", "At most 80 characters."),
            _ when Link().IsMatch(name) => Problem.Invalid("", "A name cannot have a link or an address in it."),
            _ when PhoneNumber().IsMatch(name) => Problem.Invalid("", "A name cannot have a phone number in it."),
            _ => name,
        };
    }

    [GeneratedRegex(@"://|www\.|@\S+\.\p{L}{2}|\b[\p{L}\d-]{2,}\.(?:com|net|org|info|biz|io|app|dev|co|me|ru|de|xyz|top|site|online|shop|link|click|live|ly|gl|to|cc|tk)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?:\+|\d)(?:[\s().\-/]*\d){6,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex PhoneNumber();
}
