using Kinvite.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Kinvite.Harness;

/// <summary>Every address that answers a browser with a page, as the application itself has them: one that is added tomorrow is missed at once.</summary>
internal sealed class PageRoutes
{
    // For programs, and letters as they are in the mailbox.
    private static readonly string[] NoPages = ["/api", "/health", "/openapi", "/assets", "/metrics", "/dev/mailbox/{id:guid}/html", "/dev/mailbox/{id:guid}/text"];

    private readonly List<(string Pattern, TemplateMatcher Matcher)> routes;

    private PageRoutes(IEnumerable<string> patterns) =>
        // An address that is written out counts before one with parameters.
        routes = [.. patterns.OrderBy(p => p.Count(c => c == '{')).Select(p => (p, new TemplateMatcher(TemplateParser.Parse(p), [])))];

    public IEnumerable<string> All => routes.Select(r => r.Pattern);

    /// <summary>Of an application that is built and not started.</summary>
    public static async Task<PageRoutes> ReadAsync()
    {
        using var scratch = new Scratch();
        await using var app = KinviteServer.Build(["--environment=Development", $"--Kinvite:DataDirectory={scratch.Path}"]);
        return new(
            from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
            let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where !pattern.Contains("{*", StringComparison.Ordinal) && !NoPages.Any(n => pattern == n || pattern.StartsWith(n + "/", StringComparison.Ordinal))
            select pattern);
    }

    /// <summary>The route that answers this path; null where none does.</summary>
    public string? Of(string path)
    {
        var bare = new PathString(new Uri(new Uri("http://localhost"), path).AbsolutePath);
        return routes.FirstOrDefault(r => r.Matcher.TryMatch(bare, [])).Pattern;
    }
}
