using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A provider of OpenID Connect on a port of its own, as strict as real ones: registered redirect addresses, codes used once, secrets, PKCE. It can be told to misbehave.</summary>
internal sealed class IdentityProvider : IAsyncDisposable
{
    public const string ClientId = "kinvite-tests";
    public const string ClientSecret = "a secret + with/signs";
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Asked> codes = new(StringComparer.Ordinal);
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private IdentityProvider(WebApplication app) => this.app = app;

    public string Issuer { get; private set; } = "";

    /// <summary>Who sits before the provider's browser window.</summary>
    public JsonObject Person { get; set; } = new() { ["sub"] = "olga-1", ["email"] = "olga@example.org", ["email_verified"] = true, ["name"] = "Olga Berg" };

    /// <summary>Whether it shows a page of its own, with a button, before it sends anybody back.</summary>
    public bool Asks { get; set; }

    /// <summary>Whether address and name are told at the user-info endpoint alone.</summary>
    public bool TellsByUserInfo { get; set; }

    public string Algorithm { get; set; } = "RS256";

    /// <summary>The secret as Basic instead of in the body.</summary>
    public bool WantsBasic { get; set; }

    /// <summary>Names itself in its answers (RFC 9207).</summary>
    public bool NamesItself { get; set; }

    /// <summary>When the person last showed the provider that it is them, as it says where it is asked for that; null: it says nothing.</summary>
    public Func<DateTimeOffset?>? AskedAt { get; set; }

    /// <summary>What the browser was sent with last.</summary>
    public IReadOnlyDictionary<string, string> Question { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The key's name; another one means that the keys were changed.</summary>
    public string KeyId { get; set; } = "k1";

    /// <summary>Changes what a token says, after everything else.</summary>
    public Action<JsonObject> Twist { get; set; } = static _ => { };

    /// <summary>Changes the signed token.</summary>
    public Func<string, string> TwistToken { get; set; } = static token => token;

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public Uri RedirectTo { get; set; } = new("http://localhost:5080/sign-in/with/acme/callback");

    public static async Task<IdentityProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var provider = new IdentityProvider(builder.Build());
        provider.Map();
        await provider.app.StartAsync();
        provider.Issuer = provider.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        rsa.Dispose();
        ecdsa.Dispose();
    }

    /// <summary>A token as the provider would sign it.</summary>
    public string TokenFor(JsonObject claims)
    {
        var header = Encoded(new JsonObject { ["alg"] = Algorithm, ["kid"] = KeyId, ["typ"] = "JWT" });
        var signed = Encoding.ASCII.GetBytes($"{header}.{Encoded(claims)}");
        var signature = Algorithm switch
        {
            "RS256" => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "ES256" => ecdsa.SignData(signed, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), signed),
            _ => [],
        };
        return $"{Encoding.ASCII.GetString(signed)}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(JsonNode node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize?tenant=1",
            ["token_endpoint"] = $"{Issuer}/token",
            ["userinfo_endpoint"] = $"{Issuer}/userinfo",
            ["jwks_uri"] = $"{Issuer}/jwks",
            ["token_endpoint_auth_methods_supported"] = new JsonArray(WantsBasic ? "client_secret_basic" : "client_secret_post"),
            ["authorization_response_iss_parameter_supported"] = NamesItself,
        });
        app.MapGet("/jwks", () =>
        {
            var (r, e) = (rsa.ExportParameters(false), ecdsa.ExportParameters(false));
            return new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = KeyId, ["n"] = Base64Url.EncodeToString(r.Modulus), ["e"] = Base64Url.EncodeToString(r.Exponent) },
                    new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = KeyId, ["x"] = Base64Url.EncodeToString(e.Q.X), ["y"] = Base64Url.EncodeToString(e.Q.Y) },
                    new JsonObject { ["kty"] = "oct", ["kid"] = KeyId, ["k"] = "AAAA" }),
            };
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            var query = request.Query;
            Question = query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
            if (query["client_id"] != ClientId || query["redirect_uri"] != RedirectTo.ToString() || query["response_type"] != "code" || query["tenant"] != "1"
                || query["code_challenge_method"] != "S256" || !query["scope"].ToString().Split(' ').Contains("openid"))
            {
                return Results.BadRequest(request.QueryString.Value);
            }

            var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
            codes[code] = new(query["nonce"].ToString(), query["code_challenge"].ToString(), query["max_age"].ToString());
            var back = QueryHelpers.AddQueryString(RedirectTo.ToString(), new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] });
            back = NamesItself ? QueryHelpers.AddQueryString(back, "iss", Issuer) : back;
            return Asks
                ? Results.Content($"<!doctype html><title>Acme</title><h1>Acme</h1><a href=\"{System.Net.WebUtility.HtmlEncode(back)}\">Yes, it is me</a>", "text/html")
                : Results.Redirect(back);
        });
        app.MapPost("/token", async (HttpRequest request) => Token(request, await request.ReadFormAsync()));
        app.MapGet("/userinfo", (HttpRequest request) => request.Headers.Authorization == "Bearer for-user-info" ? Results.Json(Person) : Results.Unauthorized());
    }

    private IResult Token(HttpRequest request, IFormCollection form)
    {
        var basic = AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).Split(':').Select(Uri.UnescapeDataString).ToArray()
            : null;
        var (id, secret) = WantsBasic ? (basic?[0], basic?[1]) : (form["client_id"].ToString(), form["client_secret"].ToString());
        if (id != ClientId || secret != ClientSecret || !codes.TryRemove(form["code"].ToString(), out var asked) || form["redirect_uri"] != RedirectTo.ToString()
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked.Challenge)
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["nonce"] = asked.Nonce,
            ["iat"] = Now.ToUnixTimeSeconds(),
            ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        if (asked.MaxAge.Length > 0 && (AskedAt is null ? Now : AskedAt()) is { } at)
        {
            claims["auth_time"] = at.ToUnixTimeSeconds();
        }

        foreach (var (name, value) in Person)
        {
            if (name == "sub" || !TellsByUserInfo)
            {
                claims[name] = value?.DeepClone();
            }
        }

        Twist(claims);
        return Results.Json(new { access_token = "for-user-info", token_type = "Bearer", id_token = TwistToken(TokenFor(claims)) });
    }

    private sealed record Asked(string Nonce, string Challenge, string MaxAge);
}
