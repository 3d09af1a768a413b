using Microsoft.AspNetCore.Diagnostics;

namespace Kinvite.Http;

/// <summary>Answers that the framework gives without a body (unknown path, wrong method or media type) get one.</summary>
internal static class StatusPages
{
    private static readonly Problem Method = new(405, "method", "This cannot be done here", "Use one of the methods in the Allow header.");
    private static readonly Problem Invalid = new(400, "request.invalid", "The request could not be understood", "Check it and send it again.");

    public static Task WriteAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var problem = http.Response.StatusCode switch
        {
            401 => Problem.AuthRequired,
            403 => Problem.RightsMissing,
            404 => Problem.NotFound,
            405 => Method,
            413 => FaultHandler.TooLarge,
            415 => FaultHandler.MediaType,
            var status when status < 500 => Invalid with { Status = status },
            503 => Problem.Unavailable,
            var status => FaultHandler.Internal with { Status = status },
        };
        return problem.ToHttp().ExecuteAsync(http);
    }
}
