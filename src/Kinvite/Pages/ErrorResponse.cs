using System.Globalization;
using Kinvite.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kinvite.Pages;

/// <summary>Whether a refusal outside a use case is answered as a page, and writes it.</summary>
internal static class ErrorResponse
{
    /// <summary>Programs under <c>/api</c> get a problem, people get a page.</summary>
    public static bool Wants(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/health")
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        Languages.Use(context);
        if (problem.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return Page(problem).ExecuteAsync(context);
    }

    /// <summary>As an endpoint's answer.</summary>
    public static RazorComponentResult Page(Problem problem) => new RazorComponentResult<ErrorPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        [nameof(ErrorPage.Status)] = problem.Status,
        [nameof(ErrorPage.RetryAfter)] = problem.RetryAfter,
    })
    {
        StatusCode = problem.Status,
    };
}
