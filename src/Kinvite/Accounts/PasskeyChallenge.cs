using System.Security.Cryptography;
using System.Text.Json;
using Kinvite.Hosting;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>What a passkey is asked for.</summary>
internal enum PasskeyPurpose
{
    /// <summary>A new one is made.</summary>
    Add = 1,

    /// <summary>Somebody signs in.</summary>
    SignIn = 2,

    /// <summary>The signed-in person shows that it is them.</summary>
    Confirm = 3,
}

/// <summary>
/// Keeps the challenge of a passkey between question and answer, in an encrypted cookie of this browser: for five minutes, for one purpose, for one
/// answer. That it was answered is marked in the database, so that no server takes the same answer twice (WebAuthn Level 3, §13.4.3).
/// </summary>
internal sealed class PasskeyChallenge(
    IDataProtectionProvider protection, Database database, KeyRing ring, IOptions<KinviteOptions> options, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    // The table of counters forgets by itself what is over (Limits/RateCounterSweep.cs).
    private const string Spend = "INSERT INTO rate_counters (key, arrival_at, granted) VALUES ($1, $2, 0) ON CONFLICT (key) DO NOTHING";

    private readonly bool secure = options.Value.PublicUrl is { Scheme: "https" };
    private readonly IDataProtector protector = protection.CreateProtector("Kinvite.Accounts.PasskeyChallenge");

    private string Name => secure ? "__Host-kinvite-passkey" : "kinvite-passkey";

    /// <param name="http">Whose browser.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="state">What the answer is held against.</param>
    public void Write(HttpContext http, PasskeyPurpose purpose, string state) => http.Response.Cookies.Append(
        Name, protector.Protect(JsonSerializer.Serialize(new Kept(purpose, state, clock.Now() + Life))), CookieFor(Life));

    /// <summary>What <see cref="Write"/> kept, once; null when there is none, it is old, for something else, or was answered before.</summary>
    public async Task<string?> TakeAsync(HttpContext http, PasskeyPurpose purpose, CancellationToken ct)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 } cookie)
        {
            return null;
        }

        http.Response.Cookies.Delete(Name, CookieFor(maxAge: null));
        if (Read(cookie) is not { } kept || kept.Purpose != purpose || kept.Until <= clock.Now())
        {
            return null;
        }

        await using var command = database.Source.CreateCommand(Spend);
        command.Parameters.Add(new() { Value = $"passkey:{ring.Fingerprint(kept.State)}" });
        command.Parameters.Add(new() { Value = kept.Until });
        return await command.ExecuteNonQueryAsync(ct) == 1 ? kept.State : null;
    }

    private Kept? Read(string cookie)
    {
        try
        {
            return JsonSerializer.Deserialize<Kept>(protector.Unprotect(cookie));
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
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = maxAge,
        IsEssential = true,
    };

    private sealed record Kept(PasskeyPurpose Purpose, string State, DateTimeOffset Until);
}
