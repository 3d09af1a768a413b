using Kinvite.Accounts.Oidc;
using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Pages;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Kinvite.Accounts;

/// <summary>Signing in, sessions, and what an account says about itself.</summary>
internal static class AccountsFeature
{
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configured)
    {
        // The context asks Identity for its schema; version 3 has the table of passkeys.
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddSingleton<SessionCookie>();
        var authentication = services.AddAuthentication(SessionAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthenticationHandler>(SessionAuthenticationHandler.SchemeName, configureOptions: null);
        OidcFeature.Add(services, authentication, configured);
        services.AddSingleton<CodeTries>();
        services.AddScoped<SignUpRule>();
        services.AddScoped<RequestCode>();
        services.AddScoped<VerifyCode>();
        services.AddSingleton<PasswordHashes>();
        services.AddSingleton<PasswordAttempts>();
        services.AddScoped<Register>();
        services.AddScoped<Login>();
        services.AddScoped<RequestPasswordReset>();
        services.AddScoped<ResetPassword>();
        services.AddScoped<RecentSignIn>();
        services.AddScoped<ListAddresses>();
        services.AddScoped<AddAddress>();
        services.AddScoped<ProveAddress>();
        services.AddScoped<ChangeAddress>();
        services.AddScoped<RemoveAddress>();
        services.AddScoped<SendConfirmCode>();
        services.AddScoped<ConfirmByCode>();
        services.AddScoped<ConfirmByPassword>();
        services.AddScoped<ConfirmByPasskey>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<ListSessions>();
        services.AddScoped<EndSession>();
        services.AddScoped<EndSessions>();
        services.AddScoped<MuteMails>();
        services.AddScoped<ExportAccount>();
        services.AddScoped<DeleteAccount>();
        AddPasskeys(services);
        services.AddScoped<RefreshSession>();
        services.AddScoped<Logout>();
        services.AddScoped<GetAccount>();
        services.AddScoped<UpdateAccount>();
        services.AddSingleton<PendingSignInCookie>();
        services.AddScoped<WebSignIn>();
        services.AddScoped<SignInForms>();
        services.AddScoped<SignInLinkForms>();
        services.AddScoped<PasswordForms>();
        services.AddScoped<SignUpForms>();
        services.AddScoped<PasswordResetForms>();
        services.AddScoped<SetUpLink>();
        services.AddScoped<FirstAccount>();
        services.AddScoped<FirstAccountForms>();
        services.AddHostedService<AccountsSweep>();
        services.AddScoped<AccountPages>();
        services.AddScoped<ShowSignInWays>();
        services.AddScoped<SignInWaysPages>();
        services.AddScoped<AddressPages>();
        services.AddScoped<ConfirmPages>();
        services.AddScoped<DevicesPages>();
        services.AddScoped<DeleteAccountPages>();
        return services;
    }

    // The check of what a device answers is Identity's; where its answers are valid comes from PublicUrl alone.
    private static void AddPasskeys(IServiceCollection services)
    {
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<KinviteDbContext>();
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<KinviteOptions>>(static (passkeys, kinvite) =>
        {
            var url = kinvite.Value.PublicUrl!;
            var origin = url.IsDefaultPort ? $"{url.Scheme}://{url.IdnHost}" : $"{url.Scheme}://{url.IdnHost}:{url.Port}";
            passkeys.ServerDomain = url.IdnHost;
            passkeys.AuthenticatorTimeout = PasskeyChallenge.Life;
            // One passkey is the whole sign-in: it says whose it is, and the device asks for finger, face or code.
            passkeys.ResidentKeyRequirement = "required";
            passkeys.UserVerificationRequirement = "required";
            passkeys.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && string.Equals(context.Origin, origin, StringComparison.Ordinal));
        });
        services.AddSingleton<PasskeyChallenge>();
        services.AddScoped<PasskeyCeremony>();
        services.AddScoped<AddPasskey>();
        services.AddScoped<RemovePasskey>();
        services.AddScoped<SignInWithPasskey>();
        services.AddScoped<PasskeyForms>();
    }

    /// <param name="api">The group <c>/api</c>.</param>
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Signing in");
        RequestCode.Map(auth);
        VerifyCode.Map(auth);
        Register.Map(auth);
        Login.Map(auth);
        RequestPasswordReset.Map(auth);
        ResetPassword.Map(auth);
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
        ListSessions.Map(account);
        EndSession.Map(account);
        EndSessions.Map(account);
        ExportAccount.Map(account);
        DeleteAccount.Map(account);
    }

    /// <summary>The pages of signing in and out.</summary>
    public static void MapPages(IEndpointRouteBuilder routes)
    {
        SignInForms.Map(routes);
        SignInLinkForms.Map(routes);
        PasswordForms.Map(routes);
        SignUpForms.Map(routes);
        PasswordResetForms.Map(routes);
        FirstAccountForms.Map(routes);
        SignOutForm.Map(routes);
        PasskeyForms.Map(routes);
        var providers = routes.ServiceProvider.GetRequiredService<OidcProviders>().All;
        ProviderForms.Map(routes, providers);
        var signedIn = routes.MapGroup("").RequireSignIn();
        ProviderForms.MapSignedIn(signedIn, providers);
        AccountPages.Map(signedIn);
        SignInWaysPages.Map(signedIn);
        AddressPages.Map(signedIn);
        ConfirmPages.Map(signedIn);
        DevicesPages.Map(signedIn);
        DeleteAccountPages.Map(signedIn);
    }
}
