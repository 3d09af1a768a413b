namespace Kinvite.Delivery.Smtp;

/// <summary>The message between DATA and the final dot (RFC 5321 §4.5.2).</summary>
internal static class SmtpData
{
    /// <summary>Ends the message; what goes before it ends with CRLF.</summary>
    public static readonly byte[] End = ".\r\n"u8.ToArray();

    /// <summary>Doubles each dot that begins a line, so that no line of the message can end it, and makes sure that the last line ends.</summary>
    public static byte[] Stuff(ReadOnlySpan<byte> message)
    {
        var stuffed = new List<byte>(message.Length + 16);
        var lineStart = true;
        foreach (var b in message)
        {
            if (lineStart && b == (byte)'.')
            {
                stuffed.Add(b);
            }

            stuffed.Add(b);
            lineStart = b == (byte)'\n';
        }

        if (!lineStart)
        {
            stuffed.AddRange("\r\n"u8);
        }

        return [.. stuffed];
    }
}
