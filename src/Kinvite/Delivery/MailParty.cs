using System.Globalization;

namespace Kinvite.Delivery;

/// <summary>One end of a mail.</summary>
/// <param name="Address">As kept: its domain may be written in letters beyond ASCII.</param>
/// <param name="Name">Shown beside it.</param>
internal sealed record MailParty(string Address, string? Name = null)
{
    private const int MaxLength = 254;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Reads <c>family@example.org</c> or <c>Kinvite &lt;family@example.org&gt;</c>; null when it is neither.</summary>
    public static MailParty? TryParse(string? text)
    {
        text = text?.Trim() ?? "";
        var open = text.LastIndexOf('<');
        var party = open >= 0 && text.EndsWith('>')
            ? new MailParty(text[(open + 1)..^1].Trim(), text[..open].Trim().Trim('"') is { Length: > 0 } name ? name : null)
            : new MailParty(text);
        return party.Ascii is null ? null : party;
    }

    /// <summary>
    /// The address as it may stand in an SMTP command and a header: dot-atom and a domain in punycode (RFC 5321 §4.1.2), or null.
    /// Whatever could end a command or open another one, such as a line break in a quoted local part, is not an address here.
    /// </summary>
    public string? Ascii
    {
        get
        {
            var at = Address.LastIndexOf('@');
            if (at < 1 || at == Address.Length - 1 || !IsDotAtom(Address.AsSpan(0, at)) || ToAscii(Address[(at + 1)..]) is not { } domain)
            {
                return null;
            }

            var ascii = $"{Address[..at]}@{domain}";
            return ascii.Length <= MaxLength ? ascii : null;
        }
    }

    private static bool IsDotAtom(ReadOnlySpan<char> local)
    {
        if (local[0] == '.' || local[^1] == '.' || local.IndexOf("..", StringComparison.Ordinal) >= 0)
        {
            return false;
        }

        foreach (var c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+-/=?^_`{|}~".Contains(c))
            {
                return false;
            }
        }

        return true;
    }

    private static string? ToAscii(string domain)
    {
        try
        {
            return Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
