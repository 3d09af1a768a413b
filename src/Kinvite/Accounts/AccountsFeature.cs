using Kinvite.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Kinvite.Accounts;

/// <summary>Signing in, sessions, and what an account says about itself.</summary>
internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        // The context asks Identity for its schema; version 3 has the table of passkeys.
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddSingleton<SessionCookie>();
        services.AddAuthentication(SessionAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthenticationHandler>(SessionAuthenticationHandler.SchemeName, configureOptions: null);
        services.AddSingleton<CodeTries>();
        services.AddScoped<SignUpRule>();
        services.AddScoped<RequestCode>();
        services.AddScoped<VerifyCode>();
        services.AddScoped<RecentSignIn>();
        services.AddScoped<ListAddresses>();
        services.AddScoped<AddAddress>();
        services.AddScoped<ProveAddress>();
        services.AddScoped<ChangeAddress>();
        services.AddScoped<RemoveAddress>();
        services.AddScoped<RefreshSession>();
        services.AddScoped<Logout>();
        services.AddScoped<GetAccount>();
        services.AddScoped<UpdateAccount>();
        services.AddSingleton<PendingSignInCookie>();
        services.AddScoped<WebSignIn>();
        services.AddScoped<SignInForms>();
        services.AddScoped<SignInLinkForms>();
        return services;
    }

    /// <param name="api">The group <c>/api</c>.</param>
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Signing in");
        RequestCode.Map(auth);
        VerifyCode.Map(auth);
        RefreshSession.Map(auth);
        Logout.Map(auth);
        var account = api.MapGroup("/account").WithTags("Account").RequireAccount();
        GetAccount.Map(account);
        UpdateAccount.Map(account);
        ListAddresses.Map(account);
        AddAddress.Map(account);
        ProveAddress.Map(account);
        ChangeAddress.Map(account);
        RemoveAddress.Map(account);
    }

    /// <summary>The pages of signing in and out.</summary>
    public static void MapPages(IEndpointRouteBuilder routes)
    {
        SignInForms.Map(routes);
        SignInLinkForms.Map(routes);
        SignOutForm.Map(routes);
    }
}
