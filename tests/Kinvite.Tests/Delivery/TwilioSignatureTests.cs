using System.Text;
using Kinvite.Delivery.Reports;
using Kinvite.Delivery.Texts;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Tests.Delivery;

public sealed class TwilioSignatureTests
{
    private const string Body = "Digits=1234&CallSid=CA1234567890ABCDE&To=%2B18005551212&Caller=%2B14158675309&From=%2B14158675309";
    private static readonly Uri Url = new("https://mycompany.com/myapp.php?foo=1&bar=2");

    [Fact]
    public void SMS_S05_The_example_of_the_documentation_is_right() => // twilio.com/docs/usage/security: token 12345
        Assert.Equal("1234", TwilioSignature.Open("12345", Url, Encoding.UTF8.GetBytes(Body), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")!["Digits"]);

    [Theory]
    [InlineData("12346", Body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")] // another token
    [InlineData("12345", Body + "&More=1", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("12345", Body, "rSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("12345", Body, "RSOYDt4T1cUTdK1PDd93/VVr8B8")]
    [InlineData("12345", Body, "not base64 but as long as it")]
    [InlineData("12345", Body, "")]
    [InlineData("12345", Body, null)]
    public void SMS_S05_Anything_else_is_wrong(string token, string body, string? signature) =>
        Assert.Null(TwilioSignature.Open(token, Url, Encoding.UTF8.GetBytes(body), signature));

    [Fact]
    public void SMS_S05_The_usual_port_may_be_named_or_not()
    {
        var fields = new Dictionary<string, StringValues> { ["MessageSid"] = "SM1" };
        var named = Convert.ToBase64String(TwilioSignature.Sign("t", "https://mycompany.com:443/myapp.php?foo=1&bar=2", fields));

        Assert.NotNull(TwilioSignature.Open("t", Url, Encoding.UTF8.GetBytes("MessageSid=SM1"), named));
    }

    [Theory]
    [InlineData("delivered", null, nameof(ReportKind.Delivered), null)]
    [InlineData("read", null, nameof(ReportKind.Delivered), null)]
    [InlineData("undelivered", "30003", nameof(ReportKind.Bounced), "Twilio 30003")]
    [InlineData("failed", "", nameof(ReportKind.Bounced), null)]
    [InlineData("sent", null, null, null)]
    [InlineData("queued", null, null, null)]
    [InlineData("", null, null, null)]
    public void Only_an_end_is_a_report(string status, string? code, string? kind, string? detail)
    {
        var id = Guid.CreateVersion7();
        var report = TwilioStatusWebhook.Read(new Dictionary<string, StringValues> { ["MessageStatus"] = status, ["ErrorCode"] = code, ["MessageSid"] = "SM1" }, id.ToString("N"));

        Assert.Equal((kind, detail), (report?.Kind.ToString(), report?.Detail));
        Assert.Equal(kind is null ? null : id, report?.MessageId);
    }

    [Theory]
    [InlineData("STOP", "", nameof(TextReply.Stop))]
    [InlineData(" stop.", "", nameof(TextReply.Stop))]
    [InlineData("StopAll", "", nameof(TextReply.Stop))]
    [InlineData("unsubscribe", "", nameof(TextReply.Stop))]
    [InlineData("CANCEL", "", nameof(TextReply.Stop))]
    [InlineData("end", "", nameof(TextReply.Stop))]
    [InlineData("Quit", "", nameof(TextReply.Stop))]
    [InlineData("please stop this", "", nameof(TextReply.Other))]
    [InlineData("please stop this", "STOP", nameof(TextReply.Stop))] // Twilio's own reading wins
    [InlineData("start", "", nameof(TextReply.Start))]
    [InlineData("UNSTOP", "", nameof(TextReply.Start))]
    [InlineData("yes", "", nameof(TextReply.Start))]
    [InlineData("help", "", nameof(TextReply.Help))]
    [InlineData("INFO", "", nameof(TextReply.Help))]
    [InlineData("", "", nameof(TextReply.Other))]
    public void Words_are_read_alone(string body, string optOut, string reply) =>
        Assert.Equal(reply, TwilioInboundWebhook.Read(new Dictionary<string, StringValues> { ["Body"] = body, ["OptOutType"] = optOut }).ToString());
}
