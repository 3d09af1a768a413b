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
            _ when Link().IsMatch(AsRead(name)) => Problem.Invalid("", "A name cannot have a link or an address in it."),
            _ when PhoneNumber().IsMatch(Years().Replace(AsRead(name), "")) => Problem.Invalid("", "A name cannot have a phone number in it."),
            _ => name,
        };
    }

    // Full-width letters, circled digits and the dots of other scripts work in browsers and phones like plain ones.
    private static string AsRead(string name) => name.Normalize(NormalizationForm.FormKC).Replace('\u3002', '.').Replace('\uFF61', '.');

    // "J.P. Morgan" and "St.John" are names: without a path behind it only a well-known ending makes a link of two words and a dot.
    [GeneratedRegex(
        @"://|\bhttps?:|\bwww\.|@\S+\.\p{L}{2}|[\p{L}\d]\.\p{L}{2,}[/?#:]\S|\b[\p{L}\d]\.(?:com|net|org|info|xyz)\b|\b[\p{L}\d-]{2,}\.(?:"
        + "com|net|org|info|biz|edu|gov|io|ai|app|dev|xyz|top|site|online|shop|store|link|click|live|club|vip|page|pro|name|mobi|tech|cloud|help|support|"
        + "co|me|ly|gl|to|cc|tk|ml|ga|cf|gq|tv|sh|gg|pw|su|ws|ru|ua|de|at|ch|uk|us|eu|fr|es|it|nl|be|pl|cz|pt|gr|se|no|dk|fi|tr|br|mx|ar|ca|au|nz|za|in|id|vn|cn|jp|kr|рф"
        + @")\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Link();

    [GeneratedRegex(@"\d(?:[^\p{L}\p{N}]{0,3}\d){6,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex PhoneNumber();

    [GeneratedRegex(@"\b(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Years();
}
