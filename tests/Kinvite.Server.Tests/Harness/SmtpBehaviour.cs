namespace Kinvite.Harness;

/// <summary>What the mail server does with a recipient.</summary>
public enum SmtpBehaviour
{
    /// <summary>250 for everything.</summary>
    Accept,

    /// <summary>450 to the recipient: try later.</summary>
    Later,

    /// <summary>550 to the recipient: never.</summary>
    Never,

    /// <summary>421 to the recipient, and hangs up.</summary>
    Closing,

    /// <summary>No answer to the recipient.</summary>
    Silent,

    /// <summary>Takes the whole message and hangs up without an answer.</summary>
    DropAfterData,
}

/// <summary>One message that the server took whole.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> Recipients, string Data, bool Encrypted, string? User)
{
    public string MessageId => Data.Split("\r\n").First(l => l.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))["Message-ID:".Length..].Trim();
}
