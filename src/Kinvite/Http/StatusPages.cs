using Microsoft.AspNetCore.Diagnostics;

namespace Kinvite.Http;

/// <summary>Answers that the framework gives without a body (unknown path, wrong method or media type) get one.</summary>
internal static class StatusPages
{
    public static Task WriteAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var problem = http.Response.StatusCode switch
        {
            401 => Problem.AuthRequired,
            403 => Problem.RightsMissing,
            404 => Problem.NotFound,
            405 => new(405, "method", "This cannot be done here", "Use one of the methods in the Allow header."),
            413 => FaultHandler.TooLarge,
            415 => new(415, "media_type", "This sort of content is not understood here", "Send application/json."),
            429 => new(429, "limit.exceeded", "That was too often", "Wait a moment and try again."),
            var status when status < 500 => new(status, "request.invalid", "The request could not be understood", "Check it and send it again."),
            503 => Problem.Unavailable,
            var status => FaultHandler.Internal with { Status = status },
        };
        return problem.ToHttp().ExecuteAsync(http);
    }
}
