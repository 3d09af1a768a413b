using Kinvite.Hosting;
using Microsoft.Extensions.Options;

namespace Kinvite.Devices;

/// <summary>Makes a browser a family's tablet: HttpOnly, SameSite=Lax, and with https bound to this host alone (RFC 6265bis <c>__Host-</c>).</summary>
internal sealed class TabletCookie(IOptions<KinviteOptions> options)
{
    /// <summary>As long as browsers keep any cookie (RFC 6265bis §5.5); written anew whenever a child comes in.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(400);

    private readonly bool secure = options.Value.PublicUrl is { Scheme: "https" };

    private string Name => secure ? "__Host-kinvite-tablet" : "kinvite-tablet";

    public string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 } token ? token : null;

    public void Write(HttpContext http, string token) => http.Response.Cookies.Append(Name, token, Options(Life));

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
