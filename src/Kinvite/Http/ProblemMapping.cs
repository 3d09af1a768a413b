using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Kinvite.Http;

/// <summary>The one place where a refusal becomes RFC 9457 <c>application/problem+json</c>.</summary>
internal static class ProblemMapping
{
    // Below it, clients look for the title in "error" (SeedPaths): whatever refuses there, before or in a use case.
    private static readonly PathString TitleAsError = new("/api/family");

    public static ProblemDetails ToDetails(this Problem problem)
    {
        var details = new ProblemDetails
        {
            Status = problem.Status,
            Type = $"urn:kinvite:problem:{problem.Code}",
            Title = problem.Title,
            Detail = problem.Detail,
            Extensions = { ["code"] = problem.Code },
        };
        if (problem.Errors is { } errors)
        {
            details.Extensions["errors"] = errors;
        }

        return details;
    }

    /// <summary>As an endpoint's answer: outside the API a page for browsers, else a problem, with <c>Retry-After</c> in whole seconds where there is one.</summary>
    public static IResult ToHttp(this Problem problem) => new ProblemResult(problem, null);

    /// <summary>The same with one more member, such as the outcomes of a bulk call.</summary>
    public static IResult ToHttp(this Problem problem, (string Name, object Value) more) => new ProblemResult(problem, more);

    /// <summary>The value as <paramref name="onSuccess"/> says, or the problem.</summary>
    public static IResult ToHttp<T>(this Result<T> result, Func<T, IResult> onSuccess) =>
        result.Refused(out var problem) ? problem.ToHttp() : onSuccess(result.Value);

    /// <summary>200 with the value, or the problem.</summary>
    public static IResult ToOk<T>(this Result<T> result) => result.ToHttp(value => TypedResults.Ok(value));

    private sealed class ProblemResult(Problem problem, (string Name, object Value)? more) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => problem.Status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (Pages.ErrorResponse.Wants(httpContext))
            {
                return Pages.ErrorResponse.WriteAsync(httpContext, problem);
            }

            if (problem.RetryAfter is { } wait)
            {
                httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            if (problem.Status == 401)
            {
                // Every 401 names a way to sign in (RFC 9110 §15.5.2).
                httpContext.Response.Headers.WWWAuthenticate = "Bearer";
            }

            var said = httpContext.RequestServices.GetRequiredService<ProblemLanguage>().In(httpContext, problem);
            var details = said.ToDetails();
            if (httpContext.Request.Path.StartsWithSegments(TitleAsError))
            {
                details.Extensions["error"] = said.Title;
            }

            if (more is { } member)
            {
                details.Extensions[member.Name] = member.Value;
            }

            ProblemHttpResult result = TypedResults.Problem(details);
            return result.ExecuteAsync(httpContext);
        }
    }
}
