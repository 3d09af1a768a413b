namespace Kinvite.Delivery.Reports;

/// <summary>What became of a mail after the next server took it.</summary>
internal enum ReportKind
{
    /// <summary>It is in the mailbox.</summary>
    Delivered,

    /// <summary>It came back for good.</summary>
    Bounced,

    /// <summary>Its reader marked it as unwanted: it arrived, and nothing more should.</summary>
    Complained,
}

/// <summary>A report by a provider's webhook or a mail server's bounce.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">The reason as given; rid of addresses before it is kept.</param>
internal sealed record DeliveryReport(ReportKind Kind, string? Detail)
{
    /// <summary>The outbox id, where the report carries it back.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>The provider's own id.</summary>
    public string? ProviderId { get; init; }

    /// <summary>
    /// The state after a report, or null when it says nothing new. Only forward: reports come twice, late and out of order, so that
    /// "delivered" never takes a bounce back, while a bounce may follow a delivery (the mailbox was behind another server).
    /// </summary>
    public static DeliveryState? After(DeliveryState state, ReportKind kind) => (state, kind) switch
    {
        (DeliveryState.Sent or DeliveryState.Uncertain, ReportKind.Delivered or ReportKind.Complained) => DeliveryState.Delivered,
        (DeliveryState.Sent or DeliveryState.Uncertain or DeliveryState.Delivered, ReportKind.Bounced) => DeliveryState.Bounced,
        _ => null,
    };
}
