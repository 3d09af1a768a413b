using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kinvite.Delivery.Reports;

/// <summary>
/// Signed webhooks as Svix and Standard Webhooks have them: HMAC-SHA256 over <c>id.timestamp.body</c>, any of several signatures in the
/// header, at most five minutes from the clock.
/// </summary>
internal static class WebhookSignature
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Prefix = "whsec_";

    /// <summary>A header with more signatures than a rotation needs is not worth the work.</summary>
    private const int MostSignatures = 10;

    /// <summary>The key in <c>whsec_…</c>, or null when it is none; Standard Webhooks asks for at least 24 bytes, Svix once gave out 16.</summary>
    public static byte[]? TryReadSecret(string? secret)
    {
        secret = secret?.Trim() ?? "";
        var key = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length >= 16
            ? key[..length]
            : null;
    }

    /// <param name="key">From <see cref="TryReadSecret"/>.</param>
    /// <param name="id">Header <c>svix-id</c> or <c>webhook-id</c>.</param>
    /// <param name="timestamp">Header <c>…-timestamp</c>: seconds since 1970.</param>
    /// <param name="signatures">Header <c>…-signature</c>: <c>v1,&lt;base64&gt;</c>, separated by spaces.</param>
    /// <param name="body">Byte for byte as received.</param>
    /// <param name="now">The clock.</param>
    public static bool IsValid(byte[] key, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((double)seconds - now.ToUnixTimeSeconds()) > Tolerance.TotalSeconds)
        {
            return false;
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(expected);

        var valid = false;
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var signature in signatures.Split(' ', MostSignatures + 1).Take(MostSignatures))
        {
            valid |= signature.StartsWith("v1,", StringComparison.Ordinal) && signature.Length < 64
                && Convert.TryFromBase64String(signature[3..], given, out var length) && length == SHA256.HashSizeInBytes
                && CryptographicOperations.FixedTimeEquals(given, expected);
        }

        return valid;
    }
}
