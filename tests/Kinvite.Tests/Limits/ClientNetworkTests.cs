using System.Net;
using Kinvite.Limits;

namespace Kinvite.Tests.Limits;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%7", "fe80::/64")]
    public void One_household_is_one_network_however_its_address_is_written(string address, string network) =>
        Assert.Equal(network, ClientNetwork.Of(IPAddress.Parse(address)));

    [Fact]
    public void Without_an_address_all_count_together() => Assert.Equal("local", ClientNetwork.Of((IPAddress?)null));
}
