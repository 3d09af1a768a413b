using Kinvite.Http;

namespace Kinvite.Pages;

/// <summary>Whether a refusal outside a use case is answered as a page, and writes it.</summary>
internal static class ErrorResponse
{
    /// <summary>Programs under <c>/api</c> get a problem, people get a page.</summary>
    public static bool Wants(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/health")
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext context, Problem problem) => problem.ToHttp().ExecuteAsync(context);
}
