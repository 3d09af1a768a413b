namespace Kinvite.Http;

/// <summary>
/// Answers only to the names it is known by: the public one, and this machine's own. Links never come from the Host header, but a name of
/// somebody else's choosing has no business here (DNS rebinding, poisoned caches).
/// </summary>
internal static class KnownHosts
{
    private static readonly Problem Unknown = new(
        400, "request.host", "This server has another name", "Open the address that the link or the person who runs the server gave you.");

    /// <param name="app">The pipeline; before routing.</param>
    /// <param name="publicHost">From the public address.</param>
    public static IApplicationBuilder UseKnownHosts(this IApplicationBuilder app, string publicHost) => app.Use(async (context, next) =>
    {
        if (!IsKnown(context.Request.Host.Host, publicHost) && !IsForMachines(context.Request.Path))
        {
            await Unknown.ToHttp().ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>Case does not matter, a dot at the end neither (RFC 9110 §4.2.3, RFC 1034 §3.1).</summary>
    internal static bool IsKnown(string host, string publicHost)
    {
        var name = host.TrimEnd('.');
        return string.Equals(name, publicHost.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
            || string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || name is "127.0.0.1" or "[::1]";
    }

    // Probes ask by whatever address they have; nothing there depends on the name.
    internal static bool IsForMachines(PathString path) => path.StartsWithSegments("/health") || path == "/metrics";
}
