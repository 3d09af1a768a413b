using System.Text.RegularExpressions;
using Kinvite.Harness;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Security;

/// <summary>A route as the running application has it, so that one which is added tomorrow is tried without anybody thinking of it.</summary>
internal sealed partial record MappedRoute(string Method, string Pattern)
{
    public bool IsPage => !Pattern.StartsWith("/api/", StringComparison.Ordinal) && !Pattern.StartsWith("/health/", StringComparison.Ordinal)
        && !Pattern.StartsWith("/openapi/", StringComparison.Ordinal) && !Pattern.StartsWith("/assets/", StringComparison.Ordinal);

    public static IReadOnlyList<MappedRoute> All(KinviteApp app) =>
    [
        .. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
           // The page for what is not there.
           where !pattern.Contains("{*", StringComparison.Ordinal)
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           orderby pattern, method
           select new MappedRoute(method, pattern),
    ];

    /// <summary>Its address, with these values in the places of its parameters.</summary>
    public string Fill(Func<string, object> value) => Parameter().Replace(Pattern, match => value(match.Groups["name"].Value).ToString()!);

    public override string ToString() => $"{Method} {Pattern}";

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
