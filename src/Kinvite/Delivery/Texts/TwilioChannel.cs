using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Delivery.Letters;
using Kinvite.Hosting;

namespace Kinvite.Delivery.Texts;

/// <summary>
/// Hands a text to Twilio: one POST a message (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource). Twilio has no
/// idempotency key, so a try whose answer was lost may have been taken: it is <see cref="SendResult.Unknown"/>, tried once more and then left.
/// </summary>
internal sealed class TwilioChannel : ITextChannel, IDisposable
{
    /// <summary>Less than the claim on the message.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    /// <summary>An answer is the message or an error; more is not read.</summary>
    private const int LongestAnswer = 64 * 1024;

    private readonly HttpClient client;
    private readonly TwilioOptions options;
    private readonly PublicLinks links;
    private readonly TimeProvider clock;

    public TwilioChannel(TwilioOptions options, PublicLinks links, TimeProvider clock, TimeSpan? timeout = null)
    {
        (this.options, this.links, this.clock) = (options, links, clock);
        // Own handler: the factory's would log addresses and headers; names are looked up again after the pooled life.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the token goes nowhere else (OWASP ASVS 5.0 §15.3.2)
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = DeliveryWorker.Hands,
        };
        client = new(handler) { BaseAddress = options.BaseUrl, Timeout = timeout ?? Usual };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Kinvite");
    }

    public async Task<SendOutcome> SendAsync(OutgoingText text, SendLease lease, CancellationToken ct)
    {
        if (!lease.Holds)
        {
            return new(SendResult.TryLater, "The claim on the message is over");
        }

        ct.ThrowIfCancellationRequested();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/2010-04-01/Accounts/{options.AccountSid}/Messages.json") { Content = new FormUrlEncodedContent(Fields(text)) };
            // The status says whether the text was taken, also where the rest of the answer breaks off.
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return Read(response, await ParseAsync(response.Content));
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            return new(SendResult.TryLater, $"Twilio was not reached: {e.HttpRequestError}"); // before anything left
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new(SendResult.Unknown, "Twilio did not answer");
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Where Twilio reports on the message of this outbox row.</summary>
    internal static string StatusPath(Guid outboxId) => $"/api/hooks/twilio/status?message={outboxId:N}";

    private IEnumerable<KeyValuePair<string, string>> Fields(OutgoingText text)
    {
        yield return new("To", text.To.Value);
        yield return string.IsNullOrEmpty(options.MessagingServiceSid) ? new("From", options.From!) : new("MessagingServiceSid", options.MessagingServiceSid);
        yield return new("Body", text.Body);
        // Twilio cannot call this machine, and refuses to be asked to.
        var callback = new Uri(links.To(StatusPath(text.Id)));
        if (!callback.IsLoopback || options.BaseUrl.IsLoopback)
        {
            yield return new("StatusCallback", callback.AbsoluteUri);
        }
    }

    private SendOutcome Read(HttpResponseMessage response, TwilioAnswer? said)
    {
        if (response.IsSuccessStatusCode)
        {
            return new(SendResult.Sent, "Twilio took it") { ProviderId = said?.Sid };
        }

        var code = said?.Code ?? 0;
        return new(Outcome(response.StatusCode, code), $"{(int)response.StatusCode} {code} {said?.Message}")
        {
            RetryAfter = Wait(response),
            Trouble = TextTrouble.Of(code),
        };
    }

    /// <summary>What a refusal means for the message.</summary>
    internal static SendResult Outcome(HttpStatusCode status, int code) => status switch
    {
        _ when TextTrouble.Of(code) is not null => SendResult.Refused,
        HttpStatusCode.BadRequest => SendResult.Refused,
        // Somebody between gave up waiting: perhaps it was taken.
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => SendResult.Unknown,
        _ => SendResult.TryLater, // too many, a fault, maintenance; a wrong token is tried again until the operator mends it
    };

    private TimeSpan? Wait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.Now() => date - clock.Now(),
        _ => null,
    };

    private async Task<TwilioAnswer?> ParseAsync(HttpContent content)
    {
        using var limit = new CancellationTokenSource(client.Timeout);
        try
        {
            await content.LoadIntoBufferAsync(LongestAnswer, limit.Token);
            return JsonSerializer.Deserialize(await content.ReadAsByteArrayAsync(limit.Token), TwilioJson.Default.TwilioAnswer);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or OperationCanceledException)
        {
            return null; // a proxy's page, or an end in the middle: the status says enough
        }
    }
}

/// <summary>A message, or an error.</summary>
internal sealed record TwilioAnswer(string? Sid, int? Code, string? Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TwilioAnswer))]
internal sealed partial class TwilioJson : JsonSerializerContext;
