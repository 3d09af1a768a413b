using System.Text.RegularExpressions;

namespace Kinvite.Addresses;

/// <summary>A phone number in E.164: + and 8 to 15 digits, the first not 0.</summary>
/// <param name="Value">In E.164.</param>
/// <param name="Key">The same; one number has one key however it was written.</param>
internal sealed partial record PhoneNumber(string Value, string Key)
{
    /// <summary>Digits with +, 00, spaces, dots, dashes and parentheses; null for anything else, extensions and other scripts' digits included.</summary>
    public static PhoneNumber? TryParse(string? text)
    {
        var written = text?.Trim();
        if (string.IsNullOrEmpty(written) || written.Length > 40 || !Written().IsMatch(written))
        {
            return null;
        }

        var digits = string.Concat(written.Where(char.IsAsciiDigit));
        if (written[0] != '+')
        {
            if (!digits.StartsWith("00", StringComparison.Ordinal))
            {
                return null; // without a country it could be anybody's
            }

            digits = digits[2..];
        }

        return digits.Length is >= 8 and <= 15 && digits[0] != '0' ? new($"+{digits}", $"+{digits}") : null;
    }

    [GeneratedRegex(@"^\+?[0-9 .()\-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Written();
}
