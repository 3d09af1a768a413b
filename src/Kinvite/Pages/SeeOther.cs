namespace Kinvite.Pages;

/// <summary>What follows a form (RFC 9110 §15.4.4): 303 to a page of this server, so that loading it again repeats nothing.</summary>
/// <param name="path">An own path; foreign ones belong through <see cref="OwnPath"/> first.</param>
internal sealed class SeeOther(string path) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status303SeeOther;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
