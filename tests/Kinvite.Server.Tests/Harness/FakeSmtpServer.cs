using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kinvite.Harness;

/// <summary>A mail server on a loopback port that does what a test tells it and keeps what it got.</summary>
public sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentQueue<ReceivedMail> received = new();
    private readonly ConcurrentDictionary<TcpClient, bool> open = new();
    private readonly Task accepting;
    private int connections;

    /// <summary>On the port of one that was there before, or (0) any.</summary>
    public FakeSmtpServer(bool startTls = false, int port = 0)
    {
        listener = new(IPAddress.Loopback, port);
        Certificate = startTls ? MakeCertificate() : null;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Self-signed for <c>localhost</c>; null when STARTTLS is not offered.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>Asked for each recipient; default: accept.</summary>
    public Func<string, SmtpBehaviour> Behave { get; set; } = _ => SmtpBehaviour.Accept;

    /// <summary>Awaited before the answer to a recipient: holds a sender that has sent nothing yet.</summary>
    public Func<string, Task> BeforeRecipient { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before a whole message is confirmed: holds a sender that cannot know whether it arrived.</summary>
    public Func<ReceivedMail, Task> BeforeConfirmation { get; set; } = _ => Task.CompletedTask;

    public string AuthWays { get; set; } = "PLAIN LOGIN";

    /// <summary>Also what was dropped after the data.</summary>
    public IReadOnlyCollection<ReceivedMail> Received => received;

    public int Connections => connections;

    /// <summary>For a <see cref="ServerProcess"/> that sends through this one.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Kinvite__Smtp__Host"] = "localhost",
        ["Kinvite__Smtp__Port"] = $"{Port}",
        ["Kinvite__Smtp__Security"] = "none",
        ["Kinvite__Smtp__From"] = "Kinvite <kinvite@example.org>",
    };

    public IReadOnlyList<ReceivedMail> To(string recipient) =>
        [.. received.Where(m => m.Recipients.Contains(recipient, StringComparer.OrdinalIgnoreCase))];

    public async Task<ReceivedMail> WaitForAsync(string recipient, int seen = 0)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(50))
        {
            if (To(recipient) is { } mails && mails.Count > seen)
            {
                return mails[seen];
            }
        }

        throw new TimeoutException($"No mail number {seen + 1} to {recipient}.");
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        foreach (var client in open.Keys)
        {
            client.Dispose();
        }

        await accepting;
        Certificate?.Dispose();
        ending.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ending.Token);
                Interlocked.Increment(ref connections);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        open[client] = true;
        try
        {
            await new Conversation(this, client.GetStream()).RunAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The sender hung up.
        }
        finally
        {
            open.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private sealed class Conversation(FakeSmtpServer server, Stream stream)
    {
        private readonly List<string> recipients = [];
        private Stream stream = stream;
        private bool encrypted;
        private string from = "";
        private string? user;
        private SmtpBehaviour behaviour;

        public async Task RunAsync()
        {
            await SayAsync("220 localhost ESMTP");
            while (await ReadLineAsync() is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "QUIT")
                {
                    await SayAsync("221 Bye");
                    return;
                }

                if (!await AnswerAsync(verb, line))
                {
                    return;
                }
            }
        }

        private async Task<bool> AnswerAsync(string verb, string line)
        {
            switch (verb)
            {
                case "EHLO":
                    await SayAsync($"250-localhost\r\n250-8BITMIME\r\n{(server.Certificate is not null && !encrypted ? "250-STARTTLS\r\n" : "")}250-AUTH {server.AuthWays}\r\n250 SIZE 10485760");
                    return true;
                case "STARTTLS" when server.Certificate is not null:
                    await SayAsync("220 Go ahead");
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, server.ending.Token);
                    (stream, encrypted) = (tls, true);
                    return true;
                case "AUTH":
                    await AuthenticateAsync(line);
                    return true;
                case "MAIL":
                    from = Bracketed(line);
                    recipients.Clear();
                    await SayAsync("250 OK");
                    return true;
                case "RCPT":
                    return await RecipientAsync(Bracketed(line));
                case "DATA":
                    await SayAsync("354 Go on");
                    if (await ReadDataAsync() is not { } data)
                    {
                        return false; // without its final dot it never came
                    }

                    var mail = new ReceivedMail(from, [.. recipients], data, encrypted, user);
                    server.received.Enqueue(mail);
                    await server.BeforeConfirmation(mail).WaitAsync(server.ending.Token);
                    if (behaviour == SmtpBehaviour.DropAfterData)
                    {
                        return false;
                    }

                    await SayAsync("250 Taken");
                    return true;
                default:
                    await SayAsync(verb is "RSET" or "NOOP" or "HELO" ? "250 OK" : "502 What?");
                    return true;
            }
        }

        private async Task<bool> RecipientAsync(string recipient)
        {
            await server.BeforeRecipient(recipient).WaitAsync(server.ending.Token);
            behaviour = server.Behave(recipient);
            switch (behaviour)
            {
                case SmtpBehaviour.Later or SmtpBehaviour.Never:
                    await SayAsync(behaviour == SmtpBehaviour.Later ? "450 4.2.1 Mailbox busy" : "550 5.1.1 No such user");
                    return true;
                case SmtpBehaviour.Closing:
                    await SayAsync("421 4.3.2 Closing");
                    return false;
                case SmtpBehaviour.Silent:
                    await Task.Delay(Timeout.Infinite, server.ending.Token);
                    return false;
                default:
                    recipients.Add(recipient);
                    await SayAsync("250 OK");
                    return true;
            }
        }

        private async Task AuthenticateAsync(string line)
        {
            var parts = line.Split(' ');
            if (string.Equals(parts[1], "PLAIN", StringComparison.OrdinalIgnoreCase))
            {
                if (parts.Length < 3)
                {
                    await SayAsync("334 ");
                }

                user = Decode(parts.Length < 3 ? await ReadLineAsync() ?? "" : parts[2]).Split('\0')[1];
            }
            else
            {
                await SayAsync("334 VXNlcm5hbWU6");
                user = Decode(await ReadLineAsync() ?? "");
                await SayAsync("334 UGFzc3dvcmQ6");
                await ReadLineAsync();
            }

            await SayAsync("235 Welcome");
        }

        private async Task<string?> ReadDataAsync()
        {
            var data = new StringBuilder();
            while (await ReadLineAsync() is { } line)
            {
                if (line == ".")
                {
                    return data.ToString();
                }

                data.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            }

            return null;
        }

        // Byte by byte, so that nothing of what follows STARTTLS is taken for plain text.
        private async Task<string?> ReadLineAsync()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await stream.ReadAsync(one, server.ending.Token) == 1)
            {
                if (one[0] == '\n')
                {
                    return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                }

                line.Add(one[0]);
            }

            return null;
        }

        private async Task SayAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), server.ending.Token);

        private static string Bracketed(string line) => line.Contains('<', StringComparison.Ordinal) ? line.Split('<', '>')[1] : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
    }
}
