using System.Globalization;
using System.Text.Json;
using Kinvite.Delivery;
using Kinvite.Delivery.Resend;
using Kinvite.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Kinvite.Server.Tests.Delivery;

public sealed class ResendChannelTests
{
    [Fact]
    public async Task A_mail_is_one_call_with_text_html_headers_and_one_recipient()
    {
        await using var server = await FakeHttpServer.StartAsync();
        server.Answer = (http, _) => http.Response.WriteAsync("""{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}""");
        var mail = Mail() with { StopUrl = new("https://family.example.org/mail/stop/abc") };

        var outcome = await SendAsync(server, mail);

        Assert.Equal((SendResult.Sent, "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"), (outcome.Result, outcome.ProviderId));
        var call = Assert.Single(server.Received);
        Assert.Equal(("POST", "/emails"), (call.Method, call.Path));
        Assert.Equal("Bearer re_secret", call.Headers["Authorization"]);
        Assert.Equal(mail.Id.ToString("N"), call.Headers["Idempotency-Key"]);
        var body = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal("Kinvite <kinvite@example.org>", body.GetProperty("from").GetString());
        Assert.Equal("anna@xn--bcher-kva.example", Assert.Single(body.GetProperty("to").EnumerateArray()).GetString());
        Assert.Equal((mail.Subject, mail.Text, mail.Html), (body.GetProperty("subject").GetString(), body.GetProperty("text").GetString(), body.GetProperty("html").GetString()));
        var headers = body.GetProperty("headers");
        Assert.Equal($"<{mail.Id:N}@family.example.org>", headers.GetProperty("Message-ID").GetString());
        Assert.Equal("auto-generated", headers.GetProperty("Auto-Submitted").GetString());
        Assert.Equal("<https://family.example.org/mail/stop/abc>", headers.GetProperty("List-Unsubscribe").GetString());
        Assert.Equal("List-Unsubscribe=One-Click", headers.GetProperty("List-Unsubscribe-Post").GetString());
        Assert.Equal(mail.Id.ToString("N"), body.GetProperty("tags")[0].GetProperty("value").GetString());
        Assert.False(body.TryGetProperty("cc", out _) || body.TryGetProperty("bcc", out _));
    }

    [Theory]
    [InlineData(422, "validation_error", nameof(SendResult.Refused))]
    [InlineData(400, "invalid_parameter", nameof(SendResult.Refused))]
    [InlineData(413, "", nameof(SendResult.Refused))]
    [InlineData(429, "rate_limit_exceeded", nameof(SendResult.TryLater))]
    [InlineData(429, "daily_quota_exceeded", nameof(SendResult.TryLater))]
    [InlineData(500, "application_error", nameof(SendResult.TryLater))]
    [InlineData(503, "", nameof(SendResult.TryLater))]
    [InlineData(401, "missing_api_key", nameof(SendResult.TryLater))]
    [InlineData(403, "validation_error", nameof(SendResult.TryLater))] // the domain is not verified: the operator's trouble, not the message's
    [InlineData(404, "not_found", nameof(SendResult.TryLater))]
    [InlineData(301, "", nameof(SendResult.TryLater))]
    [InlineData(409, "concurrent_idempotent_requests", nameof(SendResult.TryLater))]
    [InlineData(409, "invalid_idempotent_request", nameof(SendResult.Sent))]
    public async Task Only_a_refusal_of_the_message_is_final(int status, string name, string expected)
    {
        await using var server = await FakeHttpServer.StartAsync();
        server.Answer = (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
            return http.Response.WriteAsync(JsonSerializer.Serialize(new { statusCode = status, name, message = "It is so" }));
        };

        var outcome = await SendAsync(server, Mail());

        Assert.Equal(expected, outcome.Result.ToString());
        Assert.StartsWith(status.ToString(CultureInfo.InvariantCulture), outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("re_secret", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_provider_asks_to_wait_is_waited()
    {
        await using var server = await FakeHttpServer.StartAsync();
        server.Answer = (http, _) =>
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "90");
            return Task.CompletedTask;
        };

        var outcome = await SendAsync(server, Mail());

        Assert.Equal((SendResult.TryLater, TimeSpan.FromSeconds(90)), (outcome.Result, outcome.RetryAfter));
    }

    [Fact]
    public async Task No_answer_in_time_is_tried_later_with_the_same_key()
    {
        await using var server = await FakeHttpServer.StartAsync();
        var go = new TaskCompletionSource();
        server.Answer = (_, _) => go.Task;
        var mail = Mail();

        var outcome = await SendAsync(server, mail, TimeSpan.FromMilliseconds(300));
        go.SetResult();
        await SendAsync(server, mail);

        Assert.Equal(SendResult.TryLater, outcome.Result);
        Assert.Single(server.Received.Select(r => r.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nobody_there_is_tried_later()
    {
        var server = await FakeHttpServer.StartAsync();
        var address = server.Address;
        await server.DisposeAsync();

        Assert.Equal(SendResult.TryLater, (await SendAsync(address, Mail(), null)).Result);
    }

    [Fact]
    public async Task An_answer_that_is_no_answer_of_resend_keeps_its_status_and_nothing_else()
    {
        await using var server = await FakeHttpServer.StartAsync();
        server.Answer = (http, _) =>
        {
            http.Response.StatusCode = 502;
            return http.Response.WriteAsync("<html>Bad gateway</html>");
        };

        Assert.Equal(new(SendResult.TryLater, "502  "), await SendAsync(server, Mail()));
    }

    private static Task<SendOutcome> SendAsync(FakeHttpServer server, OutgoingMail mail, TimeSpan? timeout = null) => SendAsync(server.Address, mail, timeout);

    private static async Task<SendOutcome> SendAsync(Uri server, OutgoingMail mail, TimeSpan? timeout)
    {
        var resend = new ResendOptions { ApiKey = "re_secret", From = "Kinvite <kinvite@example.org>", BaseUrl = server };
        var setup = new MailSetup(Options.Create(new KinviteOptions { Resend = resend, PublicUrl = new("https://family.example.org") }), new HostingEnvironment());
        Assert.Equal(MailWay.Resend, setup.Way);
        using var channel = new ResendChannel(resend, setup, TimeProvider.System, timeout);
        return await channel.SendAsync(mail, new(TimeProvider.System, TimeProvider.System.GetUtcNow().AddMinutes(1)), CancellationToken.None);
    }

    private static OutgoingMail Mail() => new()
    {
        Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
        To = new("anna@bücher.example", "Anna"),
        Subject = "Olga invited you to Åsens",
        Html = "<p>Hei</p>",
        Text = "Hei\n",
    };
}
