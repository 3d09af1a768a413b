using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Kinvite.Delivery.Smtp;

/// <summary>The wire: lines out, replies in, each with a time limit; plain or under TLS.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    /// <summary>RFC 5321 allows 512; some servers say more.</summary>
    private const int LongestLine = 4096;
    private const int MostLines = 100;

    private readonly TcpClient client;
    private readonly byte[] buffer = new byte[LongestLine];
    private Stream stream;
    private int start;
    private int end;

    private SmtpConnection(TcpClient client)
    {
        this.client = client;
        stream = client.GetStream();
    }

    public bool IsEncrypted => stream is SslStream;

    public static async Task<SmtpConnection> OpenAsync(string host, int port, TimeSpan atMost, CancellationToken ct)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await WithinAsync(atMost, async limited => await tcp.ConnectAsync(host, port, limited), ct);
            return new(tcp);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>From here on under TLS. What came unencrypted after the server's go-ahead was put there by somebody else, and ends it.</summary>
    public async Task EncryptAsync(string host, RemoteCertificateValidationCallback? check, TimeSpan atMost, CancellationToken ct)
    {
        if (start < end)
        {
            throw new SmtpBrokenException("The server sent data before TLS was up.");
        }

        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = tls;
        await WithinAsync(
            atMost,
            async limited => await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = check }, limited),
            ct);
    }

    public async Task<SmtpReply> CommandAsync(string command, TimeSpan atMost, CancellationToken ct)
    {
        if (command.AsSpan().ContainsAny('\r', '\n') || !Ascii.IsValid(command))
        {
            throw new ArgumentException("A command is one line of ASCII.", nameof(command));
        }

        await WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), atMost, ct);
        return await ReplyAsync(atMost, ct);
    }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan atMost, CancellationToken ct) => WithinAsync(
        atMost,
        async limited =>
        {
            await stream.WriteAsync(bytes, limited);
            await stream.FlushAsync(limited);
        },
        ct);

    public async Task<SmtpReply> ReplyAsync(TimeSpan atMost, CancellationToken ct)
    {
        SmtpReply? reply = null;
        await WithinAsync(atMost, async limited => reply = await ReadReplyAsync(limited), ct);
        return reply!;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(ct);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599)
            {
                throw new SmtpBrokenException("The server's reply is not SMTP.");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new(code, lines);
            }
        }

        throw new SmtpBrokenException("The server's reply has no end.");
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(buffer, start, length).TrimEnd('\r');
                start += length + 1;
                return line;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                throw new SmtpBrokenException("The server's line is too long.");
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), ct);
            if (read == 0)
            {
                throw new SmtpBrokenException("The server hung up.");
            }

            end += read;
        }
    }

    private static async Task WithinAsync(TimeSpan atMost, Func<CancellationToken, Task> step, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(atMost);
        try
        {
            await step(limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("The mail server did not answer in time.", e);
        }
    }
}
