using System.Security.Cryptography;
using System.Text.Json;
using Kinvite.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>A code was sent and is not typed yet.</summary>
/// <param name="Email">Where it went, as typed.</param>
/// <param name="Challenge">Names the code.</param>
/// <param name="Return">Where one goes afterwards; an own path, or null.</param>
/// <param name="DisplayName">For a new account.</param>
/// <param name="SentAt">When it was asked for.</param>
internal sealed record PendingSignIn(string Email, Guid Challenge, string? Return, string? DisplayName, DateTimeOffset SentAt);

/// <summary>Keeps <see cref="PendingSignIn"/> between the steps, encrypted, so that no address is in an address.</summary>
internal sealed class PendingSignInCookie(IDataProtectionProvider protection, IOptions<KinviteOptions> options, TimeProvider clock)
{
    // Longer than a code lives: whoever comes back late reads why the code is too old.
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly bool secure = options.Value.PublicUrl is { Scheme: "https" };
    private readonly IDataProtector protector = protection.CreateProtector("Kinvite.Accounts.PendingSignIn");

    private string Name => secure ? "__Host-kinvite-sign-in" : "kinvite-sign-in";

    public void Write(HttpContext http, PendingSignIn pending) =>
        http.Response.Cookies.Append(Name, protector.Protect(JsonSerializer.Serialize(pending)), CookieFor(Life));

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(Name, CookieFor(maxAge: null));

    public PendingSignIn? Read(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } cookie)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<PendingSignIn>(protector.Unprotect(cookie)) is { } pending && clock.Now() - pending.SentAt < Life ? pending : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
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
