using System.Globalization;
using Kinvite.Addresses;
using Kinvite.Delivery.Reports;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Delivery.Texts;

/// <summary><c>POST /api/hooks/twilio/status</c>: what Twilio reports of texts. A repeat changes nothing.</summary>
internal static class TwilioStatusWebhook
{
    /// <summary>Twilio may be faster than our own mark, and repeats no report that was refused.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private const int Moments = 10;

    public static void Map(IEndpointRouteBuilder hooks) => hooks.MapPost("/twilio/status", PostAsync).WithName(nameof(TwilioStatusWebhook))
        .Produces(204).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);

    /// <summary>What the fields say, or null when it is nothing that matters here (<c>queued</c>, <c>sending</c>, <c>sent</c>).</summary>
    internal static DeliveryReport? Read(IReadOnlyDictionary<string, StringValues> fields, string? message)
    {
        ReportKind? kind = fields.GetValueOrDefault("MessageStatus").ToString() switch
        {
            "delivered" or "read" => ReportKind.Delivered,
            "undelivered" or "failed" or "canceled" => ReportKind.Bounced,
            _ => null,
        };
        return kind is null ? null : new(kind.Value, Code(fields) is > 0 and var code ? $"Twilio {code}" : null)
        {
            MessageId = Guid.TryParseExact(message, "N", out var id) ? id : null,
            ProviderId = fields.GetValueOrDefault("MessageSid").ToString(),
        };
    }

    private static int Code(IReadOnlyDictionary<string, StringValues> fields) =>
        int.TryParse(fields.GetValueOrDefault("ErrorCode").ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;

    [EndpointSummary("What Twilio reports of texts")]
    [EndpointDescription("Signed by Twilio. A repeat changes nothing.")]
    private static async Task<IResult> PostAsync(
        HttpContext http, string? message, TwilioHook hook, TextDelivery texts, DeliveryReports reports, KinviteDbContext db, CancellationToken ct)
    {
        var opened = await hook.OpenAsync(http, ct);
        if (opened.Refused(out var problem))
        {
            return problem.ToHttp();
        }

        var fields = opened.Value;
        if (TextTrouble.Of(Code(fields)) is { } trouble)
        {
            await texts.KeepAsync(db, trouble, PhoneNumber.TryParse(fields.GetValueOrDefault("To").ToString())?.Key, ct);
        }

        if (Read(fields, message) is not { } said)
        {
            return TypedResults.NoContent();
        }

        for (var moment = 1; ; moment++)
        {
            if (await reports.ApplyAsync(said, ct) != ReportOutcome.TooEarly)
            {
                return TypedResults.NoContent();
            }

            if (moment == Moments)
            {
                return HookProblems.TooEarly.ToHttp();
            }

            await Task.Delay(Moment, TimeProvider.System, ct);
        }
    }
}
