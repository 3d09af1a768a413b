using Kinvite.Limits;
using Microsoft.Net.Http.Headers;

namespace Kinvite.Accounts;

/// <summary>What a request says about whoever wants to sign in, before they are anybody.</summary>
/// <param name="Network">One IPv4 address or IPv6 /64; limits count by it.</param>
/// <param name="Device">What the browser or program calls itself.</param>
/// <param name="Locale">From <c>Accept-Language</c>; null when it asks for none of ours.</param>
internal sealed record Caller(string Network, string? Device, string? Locale)
{
    public static Caller Of(HttpContext http) => new(
        ClientNetwork.Of(http), http.Request.Headers[HeaderNames.UserAgent].FirstOrDefault(), Locales.Of(http.Request));
}
