using System.Security.Cryptography;
using System.Text;
using Kinvite.Delivery.Reports;

namespace Kinvite.Tests.Delivery;

public sealed class WebhookSignatureTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly byte[] Key = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"type":"email.delivered"}""");

    [Fact]
    public void A_signed_call_is_taken() => Assert.True(Check(Sign()));

    [Fact]
    public void One_of_several_signatures_is_enough_while_a_secret_is_changed() => Assert.True(Check($"v1,{Convert.ToBase64String(new byte[32])} v1a,xyz {Sign()}"));

    [Fact]
    public void A_changed_byte_is_noticed()
    {
        var changed = (byte[])Body.Clone();
        changed[^1] ^= 1;
        Assert.False(WebhookSignature.IsValid(Key, "msg_1", "1700000000", Sign(), changed, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1,AAAA")]
    [InlineData("v2,{0}")]
    [InlineData("{0}")]
    [InlineData("v1,not base64!")]
    public void What_is_no_signature_of_this_kind_is_refused(string signature) =>
        Assert.False(Check(signature.Replace("{0}", Sign()["v1,".Length..], StringComparison.Ordinal)));

    [Fact]
    public void A_flood_of_signatures_is_not_searched() => Assert.False(Check(string.Join(' ', Enumerable.Repeat("v1,AAAA", 50).Append(Sign()))));

    [Theory]
    [InlineData(301, false)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void Old_and_future_calls_are_refused(int seconds, bool valid) =>
        Assert.Equal(valid, WebhookSignature.IsValid(Key, "msg_1", "1700000000", Sign(), Body, Now.AddSeconds(seconds)));

    [Theory]
    [InlineData("msg_2", "1700000000")]
    [InlineData("msg_1", "1700000001")]
    [InlineData("", "1700000000")]
    [InlineData(null, "1700000000")]
    [InlineData("msg_1", null)]
    [InlineData("msg_1", " 1700000000")]
    [InlineData("msg_1", "-1700000000")]
    [InlineData("msg_1", "99999999999999999999")]
    public void Id_and_time_are_signed_too(string? id, string? timestamp) => Assert.False(WebhookSignature.IsValid(Key, id, timestamp, Sign(), Body, Now));

    [Theory]
    [InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", 24)]
    [InlineData(" whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\n", 24)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", null)]
    [InlineData("whsec_AAEC", null)]
    [InlineData("whsec_***", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_secret_is_told_from_something_else(string? secret, int? length) => Assert.Equal(length, WebhookSignature.TryReadSecret(secret)?.Length);

    private static bool Check(string signatures) => WebhookSignature.IsValid(Key, "msg_1", "1700000000", signatures, Body, Now);

    private static string Sign() =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, (byte[])[.. "msg_1.1700000000."u8, .. Body]));
}
