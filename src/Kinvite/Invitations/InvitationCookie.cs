using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Kinvite.Hosting;
using Kinvite.Links;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>An invitation that the browser brought along.</summary>
/// <param name="Id">The short id of <c>/join?i=</c>.</param>
/// <param name="Token">The link's token; it goes into no address, page or log.</param>
internal sealed record InvitationInHand(string Id, string Token)
{
    /// <summary>The consent screen of this invitation.</summary>
    public string Path => $"/join?i={Id}";
}

/// <summary>
/// Carries the token of an opened link, so that no later address has it: one encrypted cookie for each invitation, for an hour,
/// kept through every way of signing in (api.md, links and pages).
/// </summary>
internal sealed class InvitationCookie(KeyRing keys, IDataProtectionProvider protection, IOptions<KinviteOptions> options, TimeProvider clock)
{
    /// <summary>How long an opened link stays in hand.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Browsers and servers limit the size of all cookies together: the oldest make room.</summary>
    public const int Most = 5;

    private const int IdBytes = 6;

    private readonly bool secure = options.Value.PublicUrl is { Scheme: "https" };
    private readonly IDataProtector protector = protection.CreateProtector("Kinvite.Invitations.InvitationCookie");

    private string Prefix => secure ? "__Host-kinvite-invitation-" : "kinvite-invitation-";

    /// <summary>The token of the invitation with this short id; null when there is none in hand any more.</summary>
    public string? Read(HttpContext http, string? shortId) =>
        IsShortId(shortId) ? Open(http.Request.Cookies[Prefix + shortId])?.Token : null;

    /// <summary>The invitation that was opened last.</summary>
    public InvitationInHand? Latest(HttpContext http) =>
        All(http).OrderByDescending(c => c.At).Select(c => new InvitationInHand(c.Id, c.Token)).FirstOrDefault();

    /// <summary>Takes an authentic token in hand; null, and no cookie, when it is malformed or forged.</summary>
    public InvitationInHand? Put(HttpContext http, string? token)
    {
        if (token is null || keys.Read(token) is not { } link)
        {
            return null;
        }

        var id = ShortId(link.Id);
        foreach (var old in All(http).Where(c => c.Id != id).OrderByDescending(c => c.At).Skip(Most - 1))
        {
            Drop(http, old.Id);
        }

        var value = protector.Protect($"{clock.Now().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}.{token}");
        http.Response.Cookies.Append(Prefix + id, value, CookieFor(Life));
        return new(id, token);
    }

    /// <summary>Answered: no longer in hand.</summary>
    public void Drop(HttpContext http, string? shortId)
    {
        if (IsShortId(shortId))
        {
            http.Response.Cookies.Delete(Prefix + shortId, CookieFor(maxAge: null));
        }
    }

    /// <summary>The random end of the id: the same for every link of the invitation, and enough to tell a few apart.</summary>
    public static string ShortId(Guid invitation)
    {
        Span<byte> bytes = stackalloc byte[16];
        invitation.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes[^IdBytes..]);
    }

    private static bool IsShortId(string? text) => text is { Length: 8 } && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private IEnumerable<(string Id, string Token, long At)> All(HttpContext http)
    {
        foreach (var (name, value) in http.Request.Cookies)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && IsShortId(name[Prefix.Length..]) && Open(value) is { } open)
            {
                yield return (name[Prefix.Length..], open.Token, open.At);
            }
        }
    }

    private (string Token, long At)? Open(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        try
        {
            var parts = protector.Unprotect(value).Split('.', 2);
            var at = long.Parse(parts[0], CultureInfo.InvariantCulture);
            return clock.Now() - DateTimeOffset.FromUnixTimeMilliseconds(at) < Life ? (parts[1], at) : null;
        }
        catch (CryptographicException)
        {
            return null; // changed, or of a key ring that is gone
        }
    }

    private CookieOptions CookieFor(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        Secure = secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
