namespace Kinvite.Delivery.Texts;

/// <summary>What a provider's error says beyond the one message.</summary>
internal enum TextTroubleKind
{
    /// <summary>The person answered STOP, at a time when we did not hear it.</summary>
    Stopped,

    /// <summary>The provider sends nothing at all for us, until its customer mends it.</summary>
    Outage,
}

/// <param name="Kind">What it means.</param>
/// <param name="Code">Twilio's number of it (https://www.twilio.com/docs/api/errors).</param>
internal sealed record TextTrouble(TextTroubleKind Kind, int Code)
{
    /// <summary>Null when it is about that one try only.</summary>
    public static TextTrouble? Of(int code) => code switch
    {
        21610 => new(TextTroubleKind.Stopped, code),
        // 30034: unregistered number (A2P 10DLC); 30032: toll-free number not verified; 21606, 21603: the sender is none of ours; 30002: account suspended.
        30034 or 30032 or 21606 or 21603 or 30002 => new(TextTroubleKind.Outage, code),
        _ => null,
    };
}
