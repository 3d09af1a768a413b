namespace Kinvite.Delivery.Smtp;

/// <summary>A server's reply (RFC 5321 §4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">The text of each line.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsOk => Code is >= 200 and < 300;

    public bool IsFinal => Code is >= 500 and < 600;

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}";
}

/// <summary>The server said something that is no SMTP, or hung up.</summary>
internal sealed class SmtpBrokenException(string message) : IOException(message);

/// <summary>The session cannot go on; nothing is said about the message.</summary>
internal sealed class SmtpSessionException(string message) : Exception(message);

/// <summary>How long each step may take.</summary>
internal sealed record SmtpTimeouts
{
    /// <summary>To open the connection, TLS included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For one reply, or for sending one command or the data.</summary>
    public TimeSpan Reply { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the reply after the data: servers check the content before they answer. RFC 5321 §4.5.3.2.6 allows ten minutes; a family waits.</summary>
    public TimeSpan AfterData { get; init; } = TimeSpan.FromMinutes(2);
}
