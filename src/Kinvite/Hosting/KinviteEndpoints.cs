using Kinvite.Http;

namespace Kinvite.Hosting;

/// <summary>The pipeline and the routes, feature by feature.</summary>
public static class KinviteEndpoints
{
    /// <summary>What every request passes through, in order.</summary>
    public static WebApplication UseKinvite(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusPages.WriteAsync);
        app.UseSameSite();
        return app;
    }

    /// <summary>Maps the API, the pages and the operation routes.</summary>
    public static IEndpointRouteBuilder MapKinvite(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").RequireHeaderWithCookie();
        Health.Map(routes);
        return routes;
    }
}
