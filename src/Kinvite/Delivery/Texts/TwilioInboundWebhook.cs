using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.Extensions.Primitives;

namespace Kinvite.Delivery.Texts;

/// <summary>What somebody who got a text wrote back.</summary>
internal enum TextReply
{
    /// <summary>Anything else: nobody reads it.</summary>
    Other,

    /// <summary>No more texts.</summary>
    Stop,

    /// <summary>Texts are welcome again.</summary>
    Start,

    /// <summary>Twilio answers that by itself.</summary>
    Help,
}

/// <summary>
/// <c>POST /api/hooks/twilio/inbound</c>: STOP and START by whoever got a text. Twilio answers these words and HELP by itself, for long numbers and
/// messaging services alike, so the answer here is empty: a second one would be a second text.
/// </summary>
internal static class TwilioInboundWebhook
{
    public static void Map(IEndpointRouteBuilder hooks) => hooks.MapPost("/twilio/inbound", PostAsync).WithName(nameof(TwilioInboundWebhook))
        .Produces(200, contentType: "text/xml").ProducesProblem(403).ProducesProblem(413);

    /// <summary>Twilio's own reading of the text where it sends one (<c>OptOutType</c>), else its default words, alone in the text.</summary>
    internal static TextReply Read(IReadOnlyDictionary<string, StringValues> fields) =>
        (fields.GetValueOrDefault("OptOutType").ToString() is { Length: > 0 } read ? read : fields.GetValueOrDefault("Body").ToString()).Trim().TrimEnd('.', '!').ToUpperInvariant() switch
        {
            "STOP" or "STOPALL" or "UNSUBSCRIBE" or "CANCEL" or "END" or "QUIT" or "REVOKE" or "OPTOUT" => TextReply.Stop,
            "START" or "UNSTOP" or "YES" => TextReply.Start,
            "HELP" or "INFO" => TextReply.Help,
            _ => TextReply.Other,
        };

    [EndpointSummary("What people answer to texts")]
    [EndpointDescription("Signed by Twilio. STOP ends all texts to that number, START allows them again. The answer says nothing: Twilio itself answers these words.")]
    private static async Task<IResult> PostAsync(HttpContext http, TwilioHook hook, KinviteDbContext db, TimeProvider clock, CancellationToken ct)
    {
        var opened = await hook.OpenAsync(http, ct);
        if (opened.Refused(out var problem))
        {
            return problem.ToHttp();
        }

        if (PhoneNumber.TryParse(opened.Value.GetValueOrDefault("From").ToString()) is { } from)
        {
            switch (Read(opened.Value))
            {
                case TextReply.Stop:
                    await TextStop.BeginAsync(db, from.Key, clock.Now(), ct);
                    break;
                case TextReply.Start:
                    await TextStop.EndAsync(db, from.Key, ct);
                    break;
                case TextReply.Help or TextReply.Other:
                    break;
            }
        }

        return TypedResults.Text("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>", "text/xml");
    }
}
