using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Kinvite.Hosting;

/// <summary>
/// Proxies whose word about the caller counts (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>). From anybody else these headers are as if they
/// were not there, so that nobody chooses the network that limits count (OWASP ASVS 5.0, 4.1.3).
/// </summary>
internal static class TrustedProxies
{
    /// <summary>The first entry that is neither an address nor a network, or null.</summary>
    public static string? Wrong(string? list) => Entries(list).FirstOrDefault(e => Parse(e) is null);

    /// <summary>Does nothing where no proxy is trusted.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, string? list)
    {
        var networks = Entries(list).Select(Parse).OfType<IPNetwork>().ToList();
        if (networks.Count == 0)
        {
            return app;
        }

        // As many hops as are trusted: the first address that is not is the caller's.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        return app.UseForwardedHeaders(options);
    }

    private static string[] Entries(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static IPNetwork? Parse(string entry) =>
        entry.Contains('/', StringComparison.Ordinal) ? (IPNetwork.TryParse(entry, out var network) ? network : null)
        : IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
