using System.Diagnostics;
using Kinvite.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Kinvite.Telemetry;

/// <summary>Names a request's span by its route, and never by its path: paths have links in them. Probes make none.</summary>
internal static class RequestSpans
{
    /// <summary>Before everything else in the pipeline, so that the status is the one that is sent. Nothing when nothing is exported.</summary>
    public static IApplicationBuilder UseRequestSpans(this IApplicationBuilder app) => !OtlpExport.IsConfigured(app.ApplicationServices.GetRequiredService<IConfiguration>())
        ? app
        : app.Use(async (http, next) =>
        {
            if (http.Features.Get<IHttpActivityFeature>()?.Activity is not { } span)
            {
                await next(http);
                return;
            }

            if (KnownHosts.IsForMachines(http.Request.Path))
            {
                (span.IsAllDataRequested, span.ActivityTraceFlags) = (false, ActivityTraceFlags.None);
            }

            await next(http);
            Describe(span, http);
        });

    private static void Describe(System.Diagnostics.Activity span, HttpContext http)
    {
        // After a fault the endpoint is put aside.
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var method = Known(http.Request.Method);
        var route = endpoint?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route;
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag(SpanRedaction.Method, method).SetTag(SpanRedaction.Route, route).SetTag(SpanRedaction.Status, http.Response.StatusCode);
        if (http.Response.StatusCode >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    // A caller may make up any word.
    private static string Known(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsPatch(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method)
        || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
            ? method.ToUpperInvariant()
            : "_OTHER";
}
