using System.Buffers.Text;
using Kinvite.Links;

namespace Kinvite.Accounts;

/// <summary>What a cookie, access token or refresh token carries and nothing else: session id ‖ 32 bytes, 64 base64url characters.</summary>
internal readonly record struct SessionToken(Guid SessionId, byte[] Secret)
{
    public const int SecretBytes = 32;

    /// <summary>Null when malformed; says nothing about whether there is such a session.</summary>
    public static SessionToken? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[16 + SecretBytes];
        return Base64Text.TryDecode(text, bytes) ? new(new Guid(bytes[..16], bigEndian: true), bytes[16..].ToArray()) : null;
    }

    /// <summary>The token as it travels.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16 + SecretBytes];
        SessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        Secret.CopyTo(bytes[16..]);
        return Base64Url.EncodeToString(bytes);
    }
}

/// <summary>The secrets of a session, at the one moment when they exist in the clear.</summary>
/// <param name="Access">The cookie's value, or the access token.</param>
/// <param name="Refresh">Null for a browser.</param>
/// <param name="AccessFor">How long <paramref name="Access"/> is good.</param>
/// <param name="SessionFor">How long the session is good at most.</param>
internal sealed record SessionTokens(string Access, string? Refresh, TimeSpan AccessFor, TimeSpan SessionFor);
