using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kinvite.Delivery.Mime;
using Kinvite.Hosting;

namespace Kinvite.Delivery.Resend;

/// <summary>
/// Hands a mail to Resend's HTTP API: one POST a message. Its Idempotency-Key is the outbox id, so a try whose answer was lost is simply
/// repeated. Only a refusal of the message itself is final; a wrong key or an unverified domain is tried again until the operator mends it.
/// </summary>
internal sealed class ResendChannel : IMessageChannel, IDisposable
{
    /// <summary>Less than the claim on the message.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    /// <summary>An answer is an id or an error; more is not read.</summary>
    private const int LongestAnswer = 64 * 1024;

    private readonly HttpClient client;
    private readonly MailSetup setup;
    private readonly TimeProvider clock;

    public ResendChannel(ResendOptions options, MailSetup setup, TimeProvider clock, TimeSpan? timeout = null)
    {
        (this.setup, this.clock) = (setup, clock);
        // Own handler: the factory's would log addresses and headers; names are looked up again after the pooled life.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // the key goes nowhere else (OWASP ASVS 5.0 §15.3.2)
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = DeliveryWorker.Hands,
        };
        client = new(handler) { BaseAddress = options.BaseUrl, Timeout = timeout ?? Usual, MaxResponseContentBufferSize = LongestAnswer };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Kinvite"); // without one Resend answers 403
    }

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct)
    {
        if (mail.To.Ascii is not { } to)
        {
            return new(SendResult.Refused, "The address cannot be written to by mail");
        }

        if (!lease.Holds)
        {
            return new(SendResult.TryLater, "The claim on the message is over");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/emails") { Content = JsonContent.Create(Body(mail, to), ResendJson.Default.ResendMail) };
            request.Headers.Add("Idempotency-Key", mail.Id.ToString("N"));
            using var response = await client.SendAsync(request, ct);
            return await ReadAsync(response, ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new(SendResult.TryLater, e is HttpRequestException { HttpRequestError: var error } ? $"Resend was not reached: {error}" : "Resend did not answer in time");
        }
    }

    public void Dispose() => client.Dispose();

    private ResendMail Body(OutgoingMail mail, string to)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message-ID"] = setup.MessageId(mail.Id),
            ["Auto-Submitted"] = "auto-generated",
            ["X-Entity-Ref-ID"] = mail.Id.ToString("N"), // else Gmail folds mails with the same subject into one
        };
        if (mail.StopUrl is { } stop)
        {
            headers["List-Unsubscribe"] = $"<{stop.AbsoluteUri}>";
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click";
        }

        return new(
            Sender(setup.From), [to], HeaderText.Plain(mail.Subject), mail.Html, mail.Text, headers, [new(ResendMail.MessageTag, mail.Id.ToString("N"))]);
    }

    // In JSON a name needs no encoding; what could end it is left out.
    private static string Sender(MailParty from)
    {
        var name = string.Concat(HeaderText.Plain(from.Name ?? "").Where(c => c is not ('<' or '>' or '"' or '\\' or ',' or ';')));
        return name.Length == 0 ? from.Ascii! : $"{name} <{from.Ascii}>";
    }

    private async Task<SendOutcome> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var said = Parse(await response.Content.ReadAsByteArrayAsync(ct));
        if (response.IsSuccessStatusCode)
        {
            return new(SendResult.Sent, "Resend took it") { ProviderId = said?.Id };
        }

        return new(Outcome(response.StatusCode, said?.Name), $"{(int)response.StatusCode} {said?.Name} {said?.Message}") { RetryAfter = Wait(response) };
    }

    /// <summary>What a refusal means for the message.</summary>
    internal static SendResult Outcome(HttpStatusCode status, string? name) => (status, name) switch
    {
        // An earlier try of this message was taken; since then somebody changed a name in it.
        (HttpStatusCode.Conflict, "invalid_idempotent_request") => SendResult.Sent,
        (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity, not ("missing_api_key" or "invalid_api_key")) =>
            SendResult.Refused,
        _ => SendResult.TryLater,
    };

    private TimeSpan? Wait(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.Now() => date - clock.Now(),
        _ => null,
    };

    private static ResendAnswer? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ResendJson.Default.ResendAnswer);
        }
        catch (JsonException)
        {
            return null; // a proxy's page: the status says enough
        }
    }
}

/// <summary>The body of <c>POST /emails</c>.</summary>
internal sealed record ResendMail(
    string From, IReadOnlyList<string> To, string Subject, string Html, string Text, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<ResendTag> Tags)
{
    /// <summary>Carries the outbox id; comes back in every report on the mail.</summary>
    public const string MessageTag = "message";
}

internal sealed record ResendTag(string Name, string Value);

/// <summary>An id, or an error.</summary>
internal sealed record ResendAnswer(string? Id, string? Name, string? Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ResendMail))]
[JsonSerializable(typeof(ResendAnswer))]
internal sealed partial class ResendJson : JsonSerializerContext;
