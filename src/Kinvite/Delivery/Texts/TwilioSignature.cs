using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Delivery.Texts;

/// <summary>
/// <c>X-Twilio-Signature</c>: HMAC-SHA1 with the account's token over the address that Twilio called, as it knows it, and every field of the form in
/// order of its name, name and value one after the other (https://www.twilio.com/docs/usage/security#validating-requests).
/// </summary>
internal static class TwilioSignature
{
    private const int MostFields = 200;

    /// <summary>The fields of a body that is signed rightly; null for any other.</summary>
    /// <param name="token">The account's.</param>
    /// <param name="called">The address of this server that was called, from PublicUrl, never from the request.</param>
    /// <param name="body">As received.</param>
    /// <param name="signature">The header.</param>
    public static Dictionary<string, StringValues>? Open(string token, Uri called, byte[] body, string? signature)
    {
        Span<byte> given = stackalloc byte[SHA1.HashSizeInBytes];
        if (signature is not { Length: 28 } || !Convert.TryFromBase64String(signature, given, out var length) || length != SHA1.HashSizeInBytes || Read(body) is not { } fields)
        {
            return null;
        }

        // Twilio leaves the usual port out on some ways and in on others.
        var plain = called.AbsoluteUri;
        var ported = called.IsDefaultPort ? $"{called.Scheme}://{called.IdnHost}:{called.Port}{called.PathAndQuery}" : plain;
        return Fits(token, plain, fields, given) | Fits(token, ported, fields, given) ? fields : null;
    }

    /// <summary>What Twilio would send.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Twilio's signature is made so; as a MAC SHA-1 still holds (RFC 6194 §3.3).")]
    internal static byte[] Sign(string token, string url, IReadOnlyDictionary<string, StringValues> fields)
    {
        var signed = new StringBuilder(url);
        foreach (var (name, values) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                signed.Append(name).Append(value);
            }
        }

        return HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(signed.ToString()));
    }

    private static bool Fits(string token, string url, IReadOnlyDictionary<string, StringValues> fields, ReadOnlySpan<byte> given) =>
        CryptographicOperations.FixedTimeEquals(Sign(token, url, fields), given);

    private static Dictionary<string, StringValues>? Read(byte[] body)
    {
        try
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(body)) { ValueCountLimit = MostFields };
            return reader.ReadForm();
        }
        catch (InvalidDataException)
        {
            return null; // too much, or no form
        }
    }
}
