namespace Kinvite.Delivery;

/// <summary>A rendered mail to one address; lives only while it is sent.</summary>
internal sealed record OutgoingMail
{
    /// <summary>The outbox row's id: the Message-ID is made of it, so a second try carries the same one.</summary>
    public required Guid Id { get; init; }

    /// <summary>The one recipient.</summary>
    public required MailParty To { get; init; }
    public required string Subject { get; init; }
    public required string Html { get; init; }
    public required string Text { get; init; }

    /// <summary>Where one POST ends further mails to this address (RFC 8058); null for mails that somebody asked for.</summary>
    public Uri? StopUrl { get; init; }
}
