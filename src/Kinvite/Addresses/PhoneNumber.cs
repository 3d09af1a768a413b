using System.Text.RegularExpressions;

namespace Kinvite.Addresses;

/// <summary>A phone number in E.164 (ITU-T): +, the country's calling code and the number, 7 to 15 digits in all.</summary>
/// <param name="Value">In E.164.</param>
/// <param name="Key">The same; one number has one key however it was written.</param>
/// <param name="Country">ISO 3166 code of the country that gives the number out, for allow-lists: <c>NO</c>.</param>
internal sealed partial record PhoneNumber(string Value, string Key, string Country) : ContactAddress(Value, Key)
{
    private const int LongestWritten = 40;

    public override AddressType Type => AddressType.Phone;

    /// <summary>
    /// Country and area, as far as fraud pumps its texts: the calling code and three digits more (<c>+47412</c>, <c>+1212</c>). Ranges that
    /// somebody earns at are bought in blocks, so their numbers begin alike.
    /// </summary>
    public string Prefix => Key[..Math.Min(Key.Length, 1 + CallingCodes.LengthOf(Key.AsSpan(1)) + 3)];

    /// <summary>
    /// Digits with +, 00, spaces, dots, dashes and parentheses. Null for anything else: extensions, other scripts' digits, numbers without a country,
    /// and numbers of no country (satellites, premium and shared-cost services), which nobody is invited at.
    /// </summary>
    public static new PhoneNumber? TryParse(string? text)
    {
        var written = text?.Trim();
        if (string.IsNullOrEmpty(written) || written.Length > LongestWritten || !Written().IsMatch(written))
        {
            return null;
        }

        // "+44 (0)20 …": the zero is dialled at home only and is no part of the number.
        var digits = string.Concat(written.Replace("(0)", "", StringComparison.Ordinal).Where(char.IsAsciiDigit));
        if (!written.Contains('+', StringComparison.Ordinal))
        {
            if (!digits.StartsWith("00", StringComparison.Ordinal))
            {
                return null; // without a country it could be anybody's
            }

            digits = digits[2..];
        }

        return digits.Length is >= 7 and <= 15 && CallingCodes.CountryOf(digits) is { } country ? new($"+{digits}", $"+{digits}", country) : null;
    }

    public static string MaskNumber(string value) => value.Length > 6 ? $"{value[..3]}•••{value[^2..]}" : "•••";

    [GeneratedRegex(@"^\(?\+?[0-9 .()\-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Written();
}
