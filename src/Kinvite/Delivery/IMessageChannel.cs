namespace Kinvite.Delivery;

/// <summary>Hands mails to the world: a mail server, a provider, or the development mailbox.</summary>
internal interface IMessageChannel
{
    /// <summary>
    /// One try. Expected troubles are outcomes, not exceptions. Cancelled before the message left, it throws
    /// <see cref="OperationCanceledException"/>; once it may have left, it answers <see cref="SendResult.Unknown"/> instead.
    /// </summary>
    Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct);
}

/// <summary>How a try ended.</summary>
internal enum SendResult
{
    /// <summary>The other side took the message.</summary>
    Sent,

    /// <summary>Not now: no connection, or a 4xx reply.</summary>
    TryLater,

    /// <summary>Not tried: it would be more than may be sent now. Waits as long as that takes and is no fault.</summary>
    Postponed,

    /// <summary>Never: a 5xx reply to this message.</summary>
    Refused,

    /// <summary>Not sent, because its person wants none: nobody is told.</summary>
    Unwanted,

    /// <summary>The data left and no answer came: it may have been taken (RFC 1047).</summary>
    Unknown,
}

/// <param name="Result">How the try ended.</param>
/// <param name="Detail">What the other side said; shortened and rid of addresses before it is kept.</param>
internal readonly record struct SendOutcome(SendResult Result, string? Detail = null)
{
    /// <summary>What the provider calls the message from now on.</summary>
    public string? ProviderId { get; init; }

    /// <summary>The provider asks not to be tried before; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the refusal of a text says beyond it.</summary>
    public Texts.TextTrouble? Trouble { get; init; }
}
