using System.Text;
using Kinvite.Addresses;
using Kinvite.Http;

namespace Kinvite.Accounts;

/// <summary>
/// What a password may be: 8 to 128 characters, counted as code points after NFKC, anything but the address and what everybody tries first.
/// No rule about digits or signs: they make passwords predictable, not strong (NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0, 6.2).
/// </summary>
internal static class PasswordRule
{
    public const int Shortest = 8;
    public const int Longest = 128;

    /// <summary>The password as it is hashed, or why it is refused.</summary>
    /// <param name="typed">As typed.</param>
    /// <param name="address">Whose it is; null where only the password is to be judged yet.</param>
    public static Result<string> Parse(string? typed, EmailAddress? address)
    {
        if (Normal(typed) is not { } password)
        {
            return Refused("A password is needed: 8 to 128 characters.");
        }

        var length = password.EnumerateRunes().Count();
        if (length is < Shortest or > Longest)
        {
            return Refused("A password has 8 to 128 characters.");
        }

        if (address is not null && IsAddress(password, address))
        {
            return Refused("The password must not be the address.");
        }

        return CommonPasswords.Has(password) ? Refused("This password is one of the first that are tried: choose another.") : password;
    }

    /// <summary>The same text whatever keyboard it was typed on (NFKC); null when there is none, or more than any password.</summary>
    public static string? Normal(string? typed)
    {
        // Four times: what NFKC may take together. Anything longer costs nothing.
        if (typed is not { Length: > 0 and <= Longest * 4 } || typed.EnumerateRunes().Any(r => r == Rune.ReplacementChar))
        {
            return null;
        }

        return typed.Normalize(NormalizationForm.FormKC);
    }

    private static bool IsAddress(string password, EmailAddress address) =>
        password.Equals(address.Value, StringComparison.OrdinalIgnoreCase) || password.Equals(address.Key, StringComparison.OrdinalIgnoreCase)
        || password.Equals(address.Key[..address.Key.LastIndexOf('@')], StringComparison.OrdinalIgnoreCase);

    private static Problem Refused(string why) => Problem.Invalid("", why);
}
