using System.Net;
using System.Net.Sockets;

namespace Kinvite.Limits;

/// <summary>Where a request comes from, as far as limits go: one IPv4 address, or one IPv6 /64, which is what a household or a phone has.</summary>
internal static class ClientNetwork
{
    private const int PrefixBytes = 8;

    /// <summary>After trusted proxies were taken off; <c>local</c> where there is no address (a unix socket).</summary>
    public static string Of(HttpContext http) => Of(http.Connection.RemoteIpAddress);

    internal static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "local";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return $"{new IPAddress(bytes)}/64"; // without the zone: it is not the caller's to choose
    }
}
