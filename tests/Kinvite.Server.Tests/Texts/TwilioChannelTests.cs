using System.Globalization;
using System.Text;
using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Letters;
using Kinvite.Delivery.Texts;
using Kinvite.Hosting;
using Kinvite.Server.Tests.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Kinvite.Server.Tests.Texts;

/// <summary>What a text is over a real socket, and what each answer means for it.</summary>
public sealed class TwilioChannelTests
{
    [Theory]
    [InlineData("MG123", "MessagingServiceSid", "MG123", "From")]
    [InlineData(null, "From", "+4520000000", "MessagingServiceSid")]
    public async Task A_text_is_one_call_to_one_number_that_says_where_to_report(string? service, string sender, string value, string missing)
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = (http, _) => AnswerAsync(http, 201, """{"sid":"SM49a3999c","status":"queued"}""");
        var text = Text();

        var outcome = await SendAsync(twilio.Address, text, service);

        Assert.Equal((SendResult.Sent, "SM49a3999c"), (outcome.Result, outcome.ProviderId));
        var call = Assert.Single(twilio.Received);
        Assert.Equal(("POST", "/2010-04-01/Accounts/AC123/Messages.json"), (call.Method, call.Path));
        Assert.Equal("Basic " + Convert.ToBase64String("AC123:secret"u8), call.Headers["Authorization"]);
        var fields = QueryHelpers.ParseQuery(call.Body);
        Assert.Equal(("+4520123456", text.Body, value), (fields["To"].ToString(), fields["Body"].ToString(), fields[sender].ToString()));
        Assert.False(fields.ContainsKey(missing));
        Assert.Equal($"https://family.example.org/api/hooks/twilio/status?message={text.Id:N}", fields["StatusCallback"].ToString());
    }

    [Theory]
    [InlineData(400, 21610, nameof(SendResult.Refused), nameof(TextTroubleKind.Stopped))]
    [InlineData(400, 21408, nameof(SendResult.Refused), null)] // no permission for the country
    [InlineData(400, 21211, nameof(SendResult.Refused), null)] // no such number
    [InlineData(400, 30034, nameof(SendResult.Refused), nameof(TextTroubleKind.Outage))]
    [InlineData(400, 30032, nameof(SendResult.Refused), nameof(TextTroubleKind.Outage))]
    [InlineData(403, 30002, nameof(SendResult.Refused), nameof(TextTroubleKind.Outage))]
    [InlineData(400, 21606, nameof(SendResult.Refused), nameof(TextTroubleKind.Outage))]
    [InlineData(429, 20429, nameof(SendResult.TryLater), null)]
    [InlineData(500, 20500, nameof(SendResult.TryLater), null)]
    [InlineData(503, 0, nameof(SendResult.TryLater), null)]
    [InlineData(401, 20003, nameof(SendResult.TryLater), null)] // the operator's trouble, not the message's
    [InlineData(301, 0, nameof(SendResult.TryLater), null)]
    [InlineData(504, 0, nameof(SendResult.Unknown), null)]
    public async Task SMS_S04_Only_a_refusal_of_the_message_is_final(int status, int code, string result, string? trouble)
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = (http, _) =>
        {
            http.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
            return AnswerAsync(http, status, $$"""{"code":{{code}},"message":"It is so","status":{{status}}}""");
        };

        var outcome = await SendAsync(twilio.Address, Text());

        Assert.Equal((result, trouble), (outcome.Result.ToString(), outcome.Trouble?.Kind.ToString()));
        Assert.StartsWith(status.ToString(CultureInfo.InvariantCulture), outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SMS_S04_What_the_provider_asks_to_wait_is_waited()
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = (http, _) =>
        {
            http.Response.Headers.RetryAfter = "90";
            return AnswerAsync(http, 429, "{}");
        };

        Assert.Equal(TimeSpan.FromSeconds(90), (await SendAsync(twilio.Address, Text())).RetryAfter);
    }

    [Fact]
    public async Task SMS_S04_No_answer_in_time_may_have_been_taken()
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        var go = new TaskCompletionSource();
        twilio.Answer = (_, _) => go.Task;

        var outcome = await SendAsync(twilio.Address, Text(), timeout: TimeSpan.FromMilliseconds(300));
        go.SetResult();

        Assert.Equal(SendResult.Unknown, outcome.Result);
    }

    [Theory]
    [InlineData(201, "", nameof(SendResult.Sent))]
    [InlineData(201, "taken, thank you", nameof(SendResult.Sent))]
    [InlineData(201, """{"sid":7}""", nameof(SendResult.Sent))]
    [InlineData(400, "<html>Bad Request</html>", nameof(SendResult.Refused))]
    [InlineData(400, """{"code":"21610"}""", nameof(SendResult.Refused))]
    [InlineData(500, """{"code":205""", nameof(SendResult.TryLater))]
    [InlineData(429, "null", nameof(SendResult.TryLater))]
    public async Task SMS_S04_An_answer_that_makes_no_sense_is_read_by_its_status(int status, string body, string result)
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = (http, _) => AnswerAsync(http, status, body);

        var outcome = await SendAsync(twilio.Address, Text());

        Assert.Equal((result, null), (outcome.Result.ToString(), outcome.ProviderId));
    }

    [Theory]
    [InlineData(201, nameof(SendResult.Sent))] // taken: tried again it would be a second text
    [InlineData(400, nameof(SendResult.Refused))]
    [InlineData(503, nameof(SendResult.TryLater))]
    [InlineData(0, nameof(SendResult.Unknown))] // not even a status
    public async Task SMS_S04_An_answer_that_breaks_off_says_as_much_as_came(int status, string result)
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = async (http, _) =>
        {
            if (status > 0)
            {
                http.Response.ContentLength = 100;
                await AnswerAsync(http, status, """{"sid":"SM4""");
                await http.Response.Body.FlushAsync();
                await Task.Delay(300); // what is on its way when the line is cut is lost with it
            }

            http.Abort();
        };

        Assert.Equal(result, (await SendAsync(twilio.Address, Text())).Result.ToString());
        Assert.Single(twilio.Received);
    }

    [Fact]
    public async Task SMS_S04_A_flood_of_an_answer_is_not_read_to_its_end()
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = (http, _) => AnswerAsync(http, 201, "{\"sid\":\"" + new string('x', 10_000_000) + "\"}");

        Assert.Equal((SendResult.Sent, null), await ResultAsync(twilio.Address));
    }

    [Fact]
    public async Task SMS_S04_Slow_is_not_lost()
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        twilio.Answer = async (http, _) =>
        {
            await Task.Delay(1500);
            await AnswerAsync(http, 201, """{"sid":"SM1"}""");
        };

        Assert.Equal((SendResult.Sent, "SM1"), await ResultAsync(twilio.Address));
    }

    [Fact]
    public async Task SMS_S04_A_server_that_stops_while_it_waits_knows_that_the_text_may_have_left()
    {
        await using var twilio = await FakeHttpServer.StartAsync();
        var (there, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        twilio.Answer = (_, _) =>
        {
            there.SetResult();
            return go.Task;
        };
        using var stops = new CancellationTokenSource();

        var sending = SendAsync(twilio.Address, Text(), ct: stops.Token);
        await there.Task;
        await stops.CancelAsync();

        Assert.Equal(SendResult.Unknown, (await sending).Result);
        go.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(twilio.Address, Text(), ct: stops.Token));
        Assert.Single(twilio.Received);
    }

    [Fact]
    public async Task SMS_S04_Nobody_there_has_taken_nothing()
    {
        var twilio = await FakeHttpServer.StartAsync();
        var address = twilio.Address;
        await twilio.DisposeAsync();

        Assert.Equal(SendResult.TryLater, (await SendAsync(address, Text())).Result);
    }

    private static async Task AnswerAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    private static async Task<(SendResult, string?)> ResultAsync(Uri server) => await SendAsync(server, Text()) is var outcome ? (outcome.Result, outcome.ProviderId) : default;

    private static async Task<SendOutcome> SendAsync(Uri server, OutgoingText text, string? service = null, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var twilio = new TwilioOptions { AccountSid = "AC123", AuthToken = "secret", From = "+4520000000", MessagingServiceSid = service, BaseUrl = server };
        var links = new PublicLinks(Options.Create(new KinviteOptions { PublicUrl = new("https://family.example.org") }));
        using var channel = new TwilioChannel(twilio, links, TimeProvider.System, timeout);
        return await channel.SendAsync(text, new(TimeProvider.System, TimeProvider.System.GetUtcNow().AddMinutes(1)), ct);
    }

    private static OutgoingText Text() => new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), PhoneNumber.TryParse("+45 20 12 34 56")!, "Ana invited you to Åsens: https://family.example.org/j/x Reply STOP to opt out");
}
