using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kinvite.Addresses;

/// <summary>
/// A mailbox: an ASCII dot-atom before the @ (RFC 5321 §4.1.2 without quoted strings and address literals), a domain name after it.
/// Compared by its key as bytes, computed here and nowhere else, because .NET and PostgreSQL fold different letters together.
/// </summary>
/// <param name="Value">As written, for sending and showing.</param>
/// <param name="Key">Canonical: ASCII letters folded, the domain in punycode.</param>
internal sealed partial record EmailAddress(string Value, string Key) : ContactAddress(Value, Key)
{
    private const int Longest = 254;
    private const int LongestLocal = 64;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    public override AddressType Type => AddressType.Email;

    /// <summary>Null for everything that mail cannot be sent to, or that could be read as two addresses.</summary>
    public static new EmailAddress? TryParse(string? text)
    {
        var value = text?.Trim(' ', '\t', '\r', '\n');
        if (string.IsNullOrEmpty(value) || value.Length > Longest || value.IndexOf('@', StringComparison.Ordinal) is var at && (at < 1 || at != value.LastIndexOf('@')))
        {
            return null;
        }

        var (local, domain) = (value[..at], value[(at + 1)..]);
        if (local.Length > LongestLocal || !DotAtom().IsMatch(local) || Punycode(domain) is not { } ascii)
        {
            return null;
        }

        var key = $"{local.ToLowerInvariant()}@{ascii}";
        return key.Length > Longest ? null : new(value, key);
    }

    /// <summary>What stands after the @, as <see cref="Key"/> has it; null for what is no domain name that mail can be sent to.</summary>
    public static string? DomainKey(string? domain) => domain?.Trim() is { Length: > 0 and <= 253 } trimmed ? Punycode(trimmed) : null;

    public static string MaskMailbox(string value) => value.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? $"{value[0]}•••{value[at..]}" : "•••";

    private static string? Punycode(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain).ToLowerInvariant();
            // What the mapping leaves out or folds besides case (soft hyphens, full-width letters, decomposed accents, the sign for kelvin) would be
            // a second spelling that looks like the first: it has to come back as it was.
            var back = Idn.GetUnicode(ascii);
            if (domain != domain.Normalize(NormalizationForm.FormKC) || Idn.GetAscii(back) != ascii
                || (!Ascii.IsValid(domain) && !string.Equals(back, domain, StringComparison.OrdinalIgnoreCase)))
            {
                return null;
            }

            return DomainName().IsMatch(ascii) && ascii.Length <= 253 ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex DotAtom();

    [GeneratedRegex(@"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex DomainName();
}
