using Kinvite.Hosting;
using Kinvite.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace Kinvite.Pages;

/// <summary>What all pages share: components, languages, form tokens, headers, assets.</summary>
internal static class PagesFeature
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<FormTargets>();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Languages.Configure);
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<KinviteOptions>>(static (antiforgery, kinvite) =>
        {
            var secure = kinvite.Value.PublicUrl is { Scheme: "https" };
            antiforgery.Cookie = new FormCookie(secure);
            // SecurityHeaders forbids framing for every page, by a policy that browsers prefer to X-Frame-Options.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddScoped<Viewer>();
        services.AddScoped<FlashNotice>();
        services.AddScoped<ProblemWords>();
        services.AddScoped<ProblemLanguage>();
        services.AddScoped<ChooseLanguage>();
        return services;
    }

    /// <summary>Behind authentication, which knows the account's language.</summary>
    public static IApplicationBuilder UsePages(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();
        app.UseAntiforgery();
        return app;
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        AssetFiles.Map(routes);
        ChooseLanguage.Map(routes);
    }
}
