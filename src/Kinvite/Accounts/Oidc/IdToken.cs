using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kinvite.Accounts.Oidc;

/// <summary>Who somebody is to a provider.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">Names the person there for ever; an address may change hands, this does not (OpenID Connect Core 1.0 §5.7).</param>
/// <param name="Email">Only what the provider has verified itself; else null.</param>
/// <param name="Name">What the person is called there.</param>
/// <param name="AuthenticatedAt">When they last showed the provider that it is them (<c>auth_time</c>); null when it does not say.</param>
internal sealed record ProviderIdentity(string Issuer, string Subject, string? Email, string? Name, DateTimeOffset? AuthenticatedAt);

/// <summary>What an ID token is checked against.</summary>
/// <param name="Issuer">Of the provider that was asked.</param>
/// <param name="ClientId">This server, there.</param>
/// <param name="Nonce">That was sent along.</param>
/// <param name="Keys">The provider's.</param>
/// <param name="Now">The clock.</param>
internal sealed record IdTokenRules(string Issuer, string ClientId, string Nonce, IReadOnlyList<SigningKey> Keys, DateTimeOffset Now);

/// <summary>Reads an ID token (OpenID Connect Core 1.0 §3.1.3.7; RFC 8725). Pure: everything it depends on is handed in.</summary>
internal static class IdToken
{
    /// <summary>How far two clocks may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private const int LongestSubject = 255;
    private const int LongestToken = 32 * 1024;

    /// <summary>Which key the token says it is signed with; null when it says none, or is no token.</summary>
    public static string? KeyIdOf(string token)
    {
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.AsSpan(0, Math.Max(token.IndexOf('.', StringComparison.Ordinal), 0))));
            return header.RootElement.TryGetProperty("kid", out var id) ? id.GetString() : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The claims when all is right; else null, with the reason for the log.</summary>
    public static (JsonElement? Claims, string? Wrong) Check(string token, IdTokenRules rules)
    {
        try
        {
            return token.Length > LongestToken || token.Split('.') is not [var header, var payload, var signature]
                ? (null, "It is no signed token.")
                : Check(header, payload, signature, rules);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or CryptographicException or OverflowException)
        {
            return (null, "It cannot be read.");
        }
    }

    /// <summary>Who it is, from claims that were checked; the address counts only when the provider says that it verified it.</summary>
    public static ProviderIdentity Identity(string issuer, JsonElement claims) => new(
        issuer, claims.GetProperty("sub").GetString()!, IsVerified(claims) ? Text(claims, "email") : null, Text(claims, "name") ?? Text(claims, "given_name"),
        Instant(claims, "auth_time"));

    private static (JsonElement? Claims, string? Wrong) Check(string header, string payload, string signature, IdTokenRules rules)
    {
        using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
        var algorithm = Text(head.RootElement, "alg");
        if (head.RootElement.TryGetProperty("crit", out _))
        {
            return (null, "It asks for extensions.");
        }

        var keyId = Text(head.RootElement, "kid");
        var candidates = rules.Keys.Where(k => k.Algorithm == algorithm && (keyId is null || k.Id == keyId));
        var signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
        var bytes = Base64Url.DecodeFromChars(signature);
        if (!candidates.Any(k => k.Signed(signed, bytes)))
        {
            return (null, "None of the provider's keys signed it.");
        }

        using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        var claims = body.RootElement.Clone();
        return WrongWith(claims, rules) is { } wrong ? (null, wrong) : (claims, null);
    }

    private static string? WrongWith(JsonElement claims, IdTokenRules rules)
    {
        if (Text(claims, "iss") != rules.Issuer)
        {
            return "It is another issuer's.";
        }

        if (!IsFor(claims, rules.ClientId))
        {
            return "It is for somebody else.";
        }

        if (Instant(claims, "exp") is not { } end || end + Skew <= rules.Now)
        {
            return "Its time is over.";
        }

        if (Instant(claims, "iat") is not { } made || made - Skew > rules.Now || (Instant(claims, "nbf") is { } start && start - Skew > rules.Now))
        {
            return "Its time has not come.";
        }

        if (Text(claims, "nonce") is not { } nonce
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(rules.Nonce)))
        {
            return "It answers another question.";
        }

        return Text(claims, "sub") is { Length: > 0 and <= LongestSubject } subject && subject.All(c => c is >= ' ' and <= '~') ? null : "It names nobody.";
    }

    // §3.1.3.7, 3 to 5: this server is among those it is for, and the one it was given to.
    private static bool IsFor(JsonElement claims, string clientId)
    {
        if (!claims.TryGetProperty("aud", out var audience))
        {
            return false;
        }

        var azp = Text(claims, "azp");
        return audience.ValueKind switch
        {
            JsonValueKind.String => audience.GetString() == clientId && (azp ?? clientId) == clientId,
            JsonValueKind.Array => audience.EnumerateArray().Any(a => a.GetString() == clientId) && (azp == clientId || (azp is null && audience.GetArrayLength() == 1)),
            _ => false,
        };
    }

    private static bool IsVerified(JsonElement claims) => claims.TryGetProperty("email_verified", out var verified)
        && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.GetString() == "true"));

    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.TryGetDouble(out var seconds) && seconds is > 0 and < 253_402_300_000 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
