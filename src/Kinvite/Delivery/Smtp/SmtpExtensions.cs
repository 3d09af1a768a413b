using System.Globalization;

namespace Kinvite.Delivery.Smtp;

/// <summary>What the server can do beyond RFC 5321's minimum, as far as it is used here.</summary>
internal sealed record SmtpExtensions
{
    public bool StartTls { get; init; }

    public bool AuthPlain { get; init; }

    public bool AuthLogin { get; init; }

    /// <summary>Bytes it takes (RFC 1870); 0 = no fixed limit, null = it does not say.</summary>
    public long? MaxSize { get; init; }

    public static SmtpExtensions Of(SmtpReply ehlo)
    {
        var result = new SmtpExtensions();
        foreach (var line in ehlo.Lines.Skip(1))
        {
            // "AUTH=" is how servers of the nineties spelled it, and some still do.
            var words = line.ToUpperInvariant().Replace("AUTH=", "AUTH ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            result = words switch
            {
                ["STARTTLS", ..] => result with { StartTls = true },
                ["AUTH", .. var ways] => result with { AuthPlain = result.AuthPlain || ways.Contains("PLAIN"), AuthLogin = result.AuthLogin || ways.Contains("LOGIN") },
                ["SIZE"] => result with { MaxSize = 0 },
                ["SIZE", var size, ..] when long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => result with { MaxSize = bytes },
                _ => result,
            };
        }

        return result;
    }
}
