namespace Kinvite.Pages;

internal static class PagesFeature
{
    public static IServiceCollection AddPages(this IServiceCollection services) => services;

    public static void UsePages(this WebApplication app) => app.UseRouting();

    public static void MapPages(this IEndpointRouteBuilder routes) => _ = routes;
}
