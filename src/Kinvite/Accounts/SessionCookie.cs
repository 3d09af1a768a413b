using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>The web session's cookie: HttpOnly, SameSite=Lax, and with https bound to this host alone (RFC 6265bis <c>__Host-</c>).</summary>
internal sealed class SessionCookie(IOptions<KinviteOptions> options)
{
    private readonly bool secure = options.Value.PublicUrl is { Scheme: "https" };

    public string Name => secure ? "__Host-kinvite" : "kinvite";

    public string? Read(HttpRequest request) => request.Cookies[Name];

    public void Write(HttpContext http, SessionTokens tokens) => http.Response.Cookies.Append(Name, tokens.Access, Options(tokens.SessionFor));

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(Name, Options(maxAge: null));

    private CookieOptions Options(TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        Secure = secure,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
