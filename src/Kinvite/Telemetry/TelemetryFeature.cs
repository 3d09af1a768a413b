using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Kinvite.Telemetry;

/// <summary>The folder's table of contents: what whoever watches the server sees.</summary>
internal static class TelemetryFeature
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services.AddMetrics()
        .AddSingleton<KinviteMetrics>()
        .AddSingleton<OutboxDepth>()
        .AddSingleton<MetricsListener>()
        .AddSingleton<IInterceptor, CommittedMetrics>();

    /// <summary>Sends all of it to a collector, where one is configured.</summary>
    public static IServiceCollection AddOtlpExport(this IServiceCollection services, IConfiguration configuration) =>
        OtlpExport.IsConfigured(configuration) ? services.AddHostedService<OtlpExport>() : services;

    /// <summary><c>GET /metrics</c>: no names, addresses or ids, but counts that are nobody else's business (docs/guides/operate.md).</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // Made now: what is not listened to is not counted.
        routes.ServiceProvider.GetRequiredService<KinviteMetrics>().Watch(routes.ServiceProvider.GetRequiredService<OutboxDepth>());
        routes.ServiceProvider.GetRequiredService<MetricsListener>();
        routes.MapGet("/metrics", GetAsync).ExcludeFromDescription().ShortCircuit();
    }

    private static async Task<IResult> GetAsync(OutboxDepth outbox, MetricsListener listener, CancellationToken ct)
    {
        await outbox.RefreshAsync(ct);
        return TypedResults.Text(listener.Write(), PrometheusText.ContentType);
    }
}
