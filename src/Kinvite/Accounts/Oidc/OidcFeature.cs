using Kinvite.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts.Oidc;

/// <summary>Signing in with providers of OpenID Connect: one scheme for each that is configured.</summary>
internal static class OidcFeature
{
    /// <param name="services">The container.</param>
    /// <param name="authentication">Where schemes are added.</param>
    /// <param name="configured">The section <c>Kinvite</c>: which providers there are has to be known here already.</param>
    public static void Add(IServiceCollection services, AuthenticationBuilder authentication, IConfiguration configured)
    {
        services.AddSingleton<OidcDocuments>();
        services.AddSingleton<OidcProviders>();
        services.AddHostedService<OidcWarmUp>();
        services.AddScoped<SignInWithProvider>();
        services.AddScoped<AddProvider>();
        services.AddScoped<RemoveProvider>();
        services.AddScoped<ConfirmByProvider>();
        services.AddScoped<ProviderForms>();
        foreach (var name in configured.GetSection(nameof(KinviteOptions.Oidc)).GetChildren().Select(c => c.Key))
        {
            var slug = name.ToLowerInvariant();
            authentication.AddOAuth<OidcOptions, OidcHandler>(slug, name, static _ => { });
            services.AddOptions<OidcOptions>(slug).Configure<IOptions<KinviteOptions>>((scheme, kinvite) => Describe(scheme, new(name, kinvite.Value.Oidc[name]), kinvite.Value.PublicUrl!));
        }
    }

    private static void Describe(OidcOptions scheme, OidcProvider provider, Uri publicUrl)
    {
        scheme.Provider = provider;
        scheme.ClientId = provider.Settings.ClientId!;
        scheme.ClientSecret = provider.Settings.ClientSecret!;
        // The framework asks for both before the provider's document can be read; the handler takes them from there.
        scheme.AuthorizationEndpoint = scheme.TokenEndpoint = provider.Settings.Authority!.AbsoluteUri;
        scheme.CallbackPath = provider.CallbackPath;
        scheme.UsePkce = true;
        foreach (var scope in new[] { "openid", "email", "profile" })
        {
            scheme.Scope.Add(scope);
        }

        // It never signs in by itself: ProviderForms does, with a session of ours.
        scheme.SignInScheme = SessionAuthenticationHandler.SchemeName;
        scheme.Backchannel = OidcDocuments.NewClient();
        scheme.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(15);
        // The way back is a top-level GET from elsewhere: Lax is as strict as works.
        scheme.CorrelationCookie.SameSite = SameSiteMode.Lax;
        scheme.CorrelationCookie.SecurePolicy = publicUrl.Scheme == "https" ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        scheme.Events = new OAuthEvents
        {
            OnRedirectToAuthorizationEndpoint = static redirect =>
            {
                redirect.Response.StatusCode = StatusCodes.Status303SeeOther;
                redirect.Response.Headers.Location = redirect.RedirectUri;
                return Task.CompletedTask;
            },
            OnTicketReceived = static ticket => ticket.HttpContext.RequestServices.GetRequiredService<ProviderForms>().FinishAsync(ticket),
            OnAccessDenied = static denied =>
            {
                denied.HandleResponse();
                return Forms(denied.HttpContext).FailAsync(((OidcOptions)denied.Options).Provider, denied.HttpContext, denied.Properties, fault: null);
            },
            OnRemoteFailure = static failure =>
            {
                failure.HandleResponse();
                return Forms(failure.HttpContext).FailAsync(((OidcOptions)failure.Options).Provider, failure.HttpContext, failure.Properties, failure.Failure);
            },
        };
    }

    private static ProviderForms Forms(HttpContext http) => http.RequestServices.GetRequiredService<ProviderForms>();
}
