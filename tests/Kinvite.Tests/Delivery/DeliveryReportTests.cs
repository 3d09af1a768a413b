using System.Text;
using Kinvite.Delivery;
using Kinvite.Delivery.Dsn;
using Kinvite.Delivery.Reports;

namespace Kinvite.Tests.Delivery;

public sealed class DeliveryReportTests
{
    [Theory]
    //          before       delivered    bounced    complained
    [InlineData("None", null, null, null)]
    [InlineData("Queued", null, null, null)]
    [InlineData("Sent", "Delivered", "Bounced", "Delivered")]
    [InlineData("Delivered", null, "Bounced", null)]
    [InlineData("Uncertain", "Delivered", "Bounced", "Delivered")]
    [InlineData("Failed", null, null, null)]
    [InlineData("Bounced", null, null, null)]
    [InlineData("Dropped", null, null, null)]
    public void A_report_only_brings_a_message_forward(string before, string? delivered, string? bounced, string? complained)
    {
        var state = Enum.Parse<DeliveryState>(before);
        Assert.Equal(delivered, DeliveryReport.After(state, ReportKind.Delivered)?.ToString());
        Assert.Equal(bounced, DeliveryReport.After(state, ReportKind.Bounced)?.ToString());
        Assert.Equal(complained, DeliveryReport.After(state, ReportKind.Complained)?.ToString());
    }

    [Fact]
    public void Every_state_is_in_the_table() => Assert.Equal(8, Enum.GetValues<DeliveryState>().Length);

    [Theory]
    [InlineData("email.delivered", "Delivered")]
    [InlineData("email.bounced", "Bounced")]
    [InlineData("email.failed", "Bounced")]
    [InlineData("email.suppressed", "Bounced")]
    [InlineData("email.complained", "Complained")]
    [InlineData("email.sent", null)]
    [InlineData("email.delivery_delayed", null)]
    [InlineData("email.opened", null)]
    [InlineData("contact.created", null)]
    public void Resends_events_are_told_apart(string type, string? kind) =>
        Assert.Equal(kind, ReadEvent($$$"""{"type":"{{{type}}}","data":{"email_id":"e1"}}""")?.Kind.ToString());

    [Fact]
    public void A_bounce_of_resend_names_our_message_and_the_reason()
    {
        var report = ReadEvent("""
            {"type":"email.bounced","created_at":"2026-11-20T18:00:00Z","data":{"email_id":"49a3999c","to":["anna@example.net"],
             "tags":{"message":"019a9d3c0f5e7c119a550123456789ab"},"bounce":{"type":"Permanent","subType":"General","message":"No such user"}}}
            """);
        Assert.Equal(new(ReportKind.Bounced, "No such user") { MessageId = Guid.Parse("019a9d3c-0f5e-7c11-9a55-0123456789ab"), ProviderId = "49a3999c" }, report);
    }

    [Theory]
    [InlineData("""[{"name":"other","value":"x"},{"name":"message","value":"019a9d3c0f5e7c119a550123456789ab"}]""", true)]
    [InlineData("""{"message":"nothing"}""", false)]
    [InlineData("""{"message":1}""", false)]
    [InlineData("""[1,null]""", false)]
    [InlineData("null", false)]
    public void A_tag_is_ours_or_nothing(string tags, bool ours) =>
        Assert.Equal(ours, ReadEvent($$$"""{"type":"email.delivered","data":{"email_id":"e1","tags":{{{tags}}}}}""")!.MessageId is not null);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"email.delivered\"")]
    [InlineData("""{"type":1,"data":{}}""")]
    [InlineData("""{"type":"email.delivered"}""")]
    [InlineData("""{"type":"email.delivered","data":[]}""")]
    public void What_is_no_event_says_nothing(string body) => Assert.Null(ReadEvent(body));

    [Fact]
    public void Text_that_is_no_text_says_nothing() => Assert.Null(ResendWebhook.Read([.. "{\"type\":\"email.delivered\",\"data\":{\"email_id\":\""u8, 0xFF, .. "\"}}"u8]));

    [Theory]
    [InlineData("a-secret-of-some-length", "Bearer a-secret-of-some-length", true)]
    [InlineData("a-secret-of-some-length", "bearer  a-secret-of-some-length ", true)]
    [InlineData("a-secret-of-some-length", "Bearer a-secret-of-some-lengt", false)]
    [InlineData("a-secret-of-some-length", "a-secret-of-some-length", false)]
    [InlineData("a-secret-of-some-length", "", false)]
    [InlineData("", "Bearer ", false)]
    [InlineData(null, "Bearer ", false)]
    public void Only_the_secret_opens_the_way_for_bounces(string? secret, string authorization, bool knows) => Assert.Equal(knows, DsnWebhook.Knows(secret, authorization));

    private static DeliveryReport? ReadEvent(string json) => ResendWebhook.Read(Encoding.UTF8.GetBytes(json));
}
