using System.Collections.Concurrent;
using System.Text.Json;

namespace Kinvite.Accounts.Oidc;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0 §3).</summary>
/// <param name="Issuer">Stands in every token as <c>iss</c>.</param>
/// <param name="AuthorizationEndpoint">Where people are sent.</param>
/// <param name="TokenEndpoint">Where the code is exchanged.</param>
/// <param name="UserInfoEndpoint">Tells address and name where the token does not; null when there is none.</param>
/// <param name="TakesSecretInBody">Whether the client's secret may stand in the body; else it goes as Basic.</param>
/// <param name="NamesItself">Whether every answer has <c>iss</c> (RFC 9207).</param>
/// <param name="Keys">What its tokens are signed with.</param>
internal sealed record OidcDocument(
    string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri? UserInfoEndpoint, bool TakesSecretInBody, bool NamesItself, IReadOnlyList<SigningKey> Keys);

/// <summary>Fetches the providers' documents and keys, and keeps them for an hour; a key that is not among them is asked for at once, but not more than once a minute.</summary>
internal sealed partial class OidcDocuments(TimeProvider clock, ILogger<OidcDocuments> logger) : IDisposable
{
    private const int MostBytes = 512 * 1024;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly HttpClient http = NewClient();
    private readonly ConcurrentDictionary<string, (OidcDocument Document, DateTimeOffset ReadAt)> known = new(StringComparer.Ordinal);

    /// <summary>Follows no redirects: a document counts where the operator said it is.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>The provider's document, or null when it cannot be had; the reason is in the log.</summary>
    public async Task<OidcDocument?> TryGetAsync(OidcProvider provider, CancellationToken ct)
    {
        var held = known.GetValueOrDefault(provider.Slug);
        return held.Document is not null && clock.GetUtcNow() - held.ReadAt < Life ? held.Document : await FetchAsync(provider, ct) ?? held.Document;
    }

    /// <summary>The same, read anew when it has no such key: providers change theirs.</summary>
    public async Task<OidcDocument?> TryGetWithKeyAsync(OidcProvider provider, string? keyId, CancellationToken ct)
    {
        var document = await TryGetAsync(provider, ct);
        return document is not null && keyId is not null && !document.Keys.Any(k => k.Id == keyId) && clock.GetUtcNow() - known[provider.Slug].ReadAt > Rest
            ? await FetchAsync(provider, ct) ?? document
            : document;
    }

    /// <summary>What was read last, whatever its age.</summary>
    public OidcDocument? Held(OidcProvider provider) => known.GetValueOrDefault(provider.Slug).Document;

    public void Dispose() => http.Dispose();

    private async Task<OidcDocument?> FetchAsync(OidcProvider provider, CancellationToken ct)
    {
        try
        {
            var authority = provider.Settings.Authority!.AbsoluteUri.TrimEnd('/');
            using var said = await ReadAsync(new Uri(authority + "/.well-known/openid-configuration"), ct);
            var root = said.RootElement;
            var issuer = Text(root, "issuer");
            // §4.3: otherwise one provider could speak for another.
            if (issuer.TrimEnd('/') != authority)
            {
                throw new FormatException("Its issuer is another one than Authority.");
            }

            using var keys = await ReadAsync(Address(root, "jwks_uri"), ct);
            var document = new OidcDocument(
                issuer,
                Address(root, "authorization_endpoint"),
                Address(root, "token_endpoint"),
                root.TryGetProperty("userinfo_endpoint", out _) ? Address(root, "userinfo_endpoint") : null,
                !root.TryGetProperty("token_endpoint_auth_methods_supported", out var methods) || methods.EnumerateArray().Any(m => m.GetString() == "client_secret_post"),
                root.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True,
                SigningKey.ReadAll(keys.RootElement));
            known[provider.Slug] = (document, clock.GetUtcNow());
            return document;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            CannotBeRead(provider.Name, e.Message);
            return null;
        }
    }

    private async Task<JsonDocument> ReadAsync(Uri address, CancellationToken ct)
    {
        using var answer = await http.GetAsync(address, ct);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"{name} is empty.");

    private static Uri Address(JsonElement root, string name) =>
        Uri.TryCreate(Text(root, name), UriKind.Absolute, out var address) && (address.Scheme == "https" || address is { Scheme: "http", IsLoopback: true })
            ? address
            : throw new FormatException($"{name} is no address with https.");

    [LoggerMessage(EventId = 3301, Level = LogLevel.Warning, Message = "The sign-in provider {Provider} cannot be read: {Reason}")]
    private partial void CannotBeRead(string provider, string reason);
}
