using System.Text.Json;
using Kinvite.Hosting;
using Kinvite.Http;
using Microsoft.Extensions.Options;

namespace Kinvite.Delivery.Reports;

/// <summary>
/// <c>POST /api/hooks/resend</c>: what Resend reports of mails. The signature is checked over the body as it came, before a byte of it is
/// read as anything. A repeat changes nothing; what is not about our mails is taken and forgotten, else it would be repeated for days.
/// </summary>
internal static class ResendWebhook
{
    /// <summary>Resend's events have no text of the mail: a few kB.</summary>
    private const int LongestBody = 64 * 1024;

    public static void Map(IEndpointRouteBuilder hooks) => hooks.MapPost("/resend", PostAsync).WithName(nameof(ResendWebhook))
        .Produces(204).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);

    /// <summary>What an event says, or null when it is about nothing that matters here.</summary>
    internal static DeliveryReport? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new() { MaxDepth = 16 });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Kind(Text(root, "type")) is not { } kind || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return new(kind, Reason(data, kind)) { MessageId = Guid.TryParseExact(Tag(data), "N", out var id) ? id : null, ProviderId = Text(data, "email_id") };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: text that is no UTF-8
        {
            return null;
        }
    }

    private static ReportKind? Kind(string? type) => type switch
    {
        "email.delivered" => ReportKind.Delivered,
        "email.bounced" or "email.failed" or "email.suppressed" => ReportKind.Bounced,
        "email.complained" => ReportKind.Complained,
        _ => null, // sent, delayed, opened, clicked
    };

    private static string? Reason(JsonElement data, ReportKind kind)
    {
        if (kind != ReportKind.Bounced)
        {
            return null;
        }

        foreach (var name in (ReadOnlySpan<string>)["bounce", "failed", "suppressed"])
        {
            if (data.TryGetProperty(name, out var why) && why.ValueKind == JsonValueKind.Object)
            {
                return Text(why, "message") ?? Text(why, "reason");
            }
        }

        return null;
    }

    // An object by name; the list in which they are sent is understood too.
    private static string? Tag(JsonElement data)
    {
        if (!data.TryGetProperty("tags", out var tags))
        {
            return null;
        }

        if (tags.ValueKind == JsonValueKind.Object)
        {
            return Text(tags, Resend.ResendMail.MessageTag);
        }

        return tags.ValueKind != JsonValueKind.Array
            ? null
            : tags.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.Object && Text(t, "name") == Resend.ResendMail.MessageTag).Select(t => Text(t, "value")).FirstOrDefault();
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [EndpointSummary("What Resend reports of mails")]
    [EndpointDescription("Signed by Resend (Standard Webhooks). A repeat changes nothing.")]
    private static async Task<IResult> PostAsync(HttpContext http, IOptions<KinviteOptions> options, DeliveryReports reports, TimeProvider clock, CancellationToken ct)
    {
        if (WebhookSignature.TryReadSecret(options.Value.Resend.WebhookSecret) is not { } key)
        {
            return HookProblems.Unsigned.ToHttp();
        }

        if (await RawBody.ReadAsync(http.Request, LongestBody, ct) is not { } body)
        {
            return FaultHandler.TooLarge.ToHttp();
        }

        if (!WebhookSignature.IsValid(key, Header(http, "id"), Header(http, "timestamp"), Header(http, "signature"), body, clock.Now()))
        {
            return HookProblems.Unsigned.ToHttp();
        }

        return Read(body) is { } said && await reports.ApplyAsync(said, ct) == ReportOutcome.TooEarly ? HookProblems.TooEarly.ToHttp() : TypedResults.NoContent();
    }

    private static string? Header(HttpContext http, string name) =>
        http.Request.Headers[$"svix-{name}"].ToString() is { Length: > 0 } svix ? svix : http.Request.Headers[$"webhook-{name}"].ToString();
}
