using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kinvite.Delivery.Letters;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts.Oidc;

/// <summary>One provider's scheme.</summary>
internal sealed class OidcOptions : OAuthOptions
{
    public OidcProvider Provider { get; set; } = null!;
}

/// <summary>
/// The code flow of OpenID Connect with PKCE on top of the framework's OAuth handler, which brings state, correlation cookie and verifier.
/// What is added: discovery, nonce, the check of the ID token, <c>iss</c> in the answer (RFC 9207), and addresses that come from PublicUrl alone.
/// The framework's own OpenID Connect handler would do the same; it takes this one's place where its package can be had (ADR 0015).
/// </summary>
internal sealed partial class OidcHandler(
    IOptionsMonitor<OidcOptions> options, ILoggerFactory loggers, UrlEncoder encoder, OidcDocuments documents, PublicLinks links)
    : OAuthHandler<OidcOptions>(options, loggers, encoder)
{
    private const string NonceItem = ".nonce";

    /// <summary>In the properties of a challenge: the provider must ask for the person anew, and not only look whether somebody is signed in there.</summary>
    public const string AskAnew = ".prompt";

    private OidcProvider Provider => Options.Provider;

    // A request's own host is no address to send people back to.
    private string CallbackAddress => links.To(Provider.CallbackPath).ToString();

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (await documents.TryGetAsync(Provider, Context.RequestAborted) is null)
        {
            throw new AuthenticationFailureException("The provider cannot be reached.");
        }

        properties.Items[NonceItem] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        var asked = new Uri(base.BuildChallengeUrl(properties, CallbackAddress));
        var query = QueryHelpers.ParseQuery(asked.Query).ToDictionary(q => q.Key, q => (string?)q.Value.ToString(), StringComparer.Ordinal);
        query["nonce"] = properties.Items[NonceItem];
        if (properties.Items.ContainsKey(AskAnew))
        {
            // With max_age the provider has to say when it asked (auth_time), so that ConfirmByProvider need not take its word for it (§3.1.2.1).
            (query["prompt"], query["max_age"]) = ("login", "0");
        }

        // Read a moment ago, in HandleChallengeAsync.
        return QueryHelpers.AddQueryString(Known().AuthorizationEndpoint.ToString(), query);
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        if (await documents.TryGetAsync(Provider, Context.RequestAborted) is not { } document)
        {
            return HandleRequestResult.Fail("The provider cannot be reached.");
        }

        // RFC 9207 §2.4: another provider's answer must not be taken for this one's.
        var named = Request.Query["iss"];
        return (named.Count == 0 && !document.NamesItself) || named == document.Issuer
            ? await base.HandleRemoteAuthenticateAsync()
            : HandleRequestResult.Fail("The answer is another provider's.");
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        var document = Known();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = context.Code,
            ["redirect_uri"] = CallbackAddress,
        };
        if (context.Properties.Items.Remove(OAuthConstants.CodeVerifierKey, out var verifier))
        {
            fields[OAuthConstants.CodeVerifierKey] = verifier!;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, document.TokenEndpoint);
        if (document.TakesSecretInBody)
        {
            (fields["client_id"], fields["client_secret"]) = (Options.ClientId, Options.ClientSecret);
        }
        else
        {
            // RFC 6749 §2.3.1: both are form-encoded before they are put together.
            var both = $"{Uri.EscapeDataString(Options.ClientId)}:{Uri.EscapeDataString(Options.ClientSecret)}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(both)));
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new FormUrlEncodedContent(fields);
        try
        {
            using var answer = await Backchannel.SendAsync(request, Context.RequestAborted);
            return answer.IsSuccessStatusCode
                ? OAuthTokenResponse.Success(JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Context.RequestAborted)))
                : OAuthTokenResponse.Failed(new AuthenticationFailureException($"The provider answered {(int)answer.StatusCode} to the code."));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !Context.RequestAborted.IsCancellationRequested))
        {
            return OAuthTokenResponse.Failed(new AuthenticationFailureException("The provider cannot be reached."));
        }
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        var token = tokens.Response!.RootElement.TryGetProperty("id_token", out var given) ? given.GetString() ?? "" : "";
        var document = await documents.TryGetWithKeyAsync(Provider, IdToken.KeyIdOf(token), Context.RequestAborted) ?? Known();
        properties.Items.Remove(NonceItem, out var nonce);
        var (claims, wrong) = IdToken.Check(token, new(document.Issuer, Options.ClientId, nonce ?? "", document.Keys, TimeProvider.GetUtcNow()));
        if (claims is not { } checkedClaims || string.IsNullOrEmpty(nonce))
        {
            throw new AuthenticationFailureException($"The ID token is refused: {wrong}");
        }

        var person = IdToken.Identity(document.Issuer, checkedClaims);
        if (person is { Email: null } or { Name: null } && document.UserInfoEndpoint is { } endpoint && tokens.AccessToken is { } access)
        {
            person = await FilledInAsync(person, endpoint, access);
        }

        return new(new ClaimsPrincipal(identity), new OidcTicketProperties(properties.Items, person), Scheme.Name);
    }

    // Many keep address and name out of the token (OpenID Connect Core 1.0 §5.3); what is told of somebody else counts for nothing.
    private async Task<ProviderIdentity> FilledInAsync(ProviderIdentity person, Uri endpoint, string access)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new("Bearer", access);
        try
        {
            using var answer = await Backchannel.SendAsync(request, Context.RequestAborted);
            answer.EnsureSuccessStatusCode();
            using var told = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Context.RequestAborted));
            var more = IdToken.Identity(person.Issuer, told.RootElement);
            return more.Subject == person.Subject ? person with { Email = person.Email ?? more.Email, Name = person.Name ?? more.Name } : person;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
            || (e is OperationCanceledException && !Context.RequestAborted.IsCancellationRequested))
        {
            return person; // who it is, is known; the rest can be typed
        }
    }

    private OidcDocument Known() => documents.Held(Provider) ?? throw new AuthenticationFailureException("The provider cannot be reached.");
}

/// <summary>Carries who it is from the handler to <see cref="ProviderForms"/>, within one request.</summary>
internal sealed class OidcTicketProperties(IDictionary<string, string?> items, ProviderIdentity person) : AuthenticationProperties(items)
{
    public ProviderIdentity Person { get; } = person;
}
