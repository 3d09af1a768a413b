using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Kinvite.Delivery.Mime;
using Kinvite.Hosting;

namespace Kinvite.Delivery.Smtp;

/// <summary>
/// Hands a mail to the configured server (RFC 5321, 3207, 4954), one connection a message. A 5xx reply to the message itself is final;
/// trouble with the session (no connection, no TLS, log-in refused) says nothing about the message and is tried again.
/// </summary>
internal sealed class SmtpChannel(
    SmtpOptions options, MailSetup setup, TimeProvider clock, SmtpTimeouts? timeouts = null, RemoteCertificateValidationCallback? certificateCheck = null) : IMessageChannel
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private readonly SmtpTimeouts timeouts = timeouts ?? new();

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, SendLease lease, CancellationToken ct)
    {
        if (mail.To.Ascii is not { } to)
        {
            return new(SendResult.Refused, "The address cannot be written to by mail");
        }

        var data = SmtpData.Stuff(MimeWriter.Write(mail, setup.From, setup.MessageId(mail.Id), clock.Now()));
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(options.Host!, options.Port, timeouts.Connect, ct);
            var extensions = await GreetAsync(connection, ct);
            await LogInAsync(connection, extensions, ct);
            return await TransferAsync(connection, extensions, to, data, lease, ct);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException or AuthenticationException or SmtpSessionException)
        {
            return new(SendResult.TryLater, e is AuthenticationException ? $"TLS with the mail server failed: {e.Message}" : e.Message);
        }
    }

    private async Task<SmtpExtensions> GreetAsync(SmtpConnection connection, CancellationToken ct)
    {
        if (options.Security == "tls")
        {
            await connection.EncryptAsync(options.Host!, certificateCheck, timeouts.Connect, ct);
        }

        Expect(await connection.ReplyAsync(timeouts.Reply, ct));
        var extensions = await HelloAsync(connection, ct);
        if (options.Security != "starttls")
        {
            return extensions;
        }

        if (!extensions.StartTls)
        {
            throw new SmtpSessionException("The mail server offers no TLS; set Kinvite__Smtp__Security to none if that is meant");
        }

        Expect(await connection.CommandAsync("STARTTLS", timeouts.Reply, ct));
        await connection.EncryptAsync(options.Host!, certificateCheck, timeouts.Connect, ct);
        return await HelloAsync(connection, ct); // what was said in the clear no longer counts (RFC 3207 §4.2)
    }

    private async Task<SmtpExtensions> HelloAsync(SmtpConnection connection, CancellationToken ct)
    {
        var reply = await connection.CommandAsync($"EHLO {setup.HelloName}", timeouts.Reply, ct);
        if (reply.IsOk)
        {
            return SmtpExtensions.Of(reply);
        }

        if (!reply.IsFinal)
        {
            throw new SmtpSessionException(reply.ToString());
        }

        Expect(await connection.CommandAsync($"HELO {setup.HelloName}", timeouts.Reply, ct));
        return new();
    }

    private async Task LogInAsync(SmtpConnection connection, SmtpExtensions extensions, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(options.User))
        {
            return;
        }

        if (!connection.IsEncrypted)
        {
            throw new SmtpSessionException("The password is not sent without TLS: set Kinvite__Smtp__Security to starttls or tls");
        }

        if (extensions.AuthPlain)
        {
            Expect(await connection.CommandAsync($"AUTH PLAIN {Base64($"\0{options.User}\0{options.Password}")}", timeouts.Reply, ct));
        }
        else if (extensions.AuthLogin)
        {
            Expect(await connection.CommandAsync("AUTH LOGIN", timeouts.Reply, ct), 334);
            Expect(await connection.CommandAsync(Base64(options.User), timeouts.Reply, ct), 334);
            Expect(await connection.CommandAsync(Base64(options.Password ?? ""), timeouts.Reply, ct));
        }
        else
        {
            throw new SmtpSessionException("The mail server offers neither AUTH PLAIN nor AUTH LOGIN");
        }
    }

    private async Task<SendOutcome> TransferAsync(
        SmtpConnection connection, SmtpExtensions extensions, string to, byte[] data, SendLease lease, CancellationToken ct)
    {
        if (extensions.MaxSize is { } max and > 0 && data.Length > max)
        {
            return new(SendResult.Refused, "The message is larger than the mail server takes");
        }

        var size = extensions.MaxSize is null ? "" : $" SIZE={data.Length}";
        foreach (var (command, expected) in new[] { ($"MAIL FROM:<{setup.From.Ascii}>{size}", 250), ($"RCPT TO:<{to}>", 250), ("DATA", 354) })
        {
            var reply = await connection.CommandAsync(command, timeouts.Reply, ct);
            if (reply.Code != expected && !(expected == 250 && reply.IsOk))
            {
                await LeaveAsync(connection);
                return Refusal(reply);
            }
        }

        await connection.WriteAsync(data, timeouts.Reply, ct);
        if (!lease.Holds)
        {
            // Without its final dot the server throws the message away: another worker has it now.
            return new(SendResult.TryLater, "Sending took longer than the claim on the message");
        }

        return await FinishAsync(connection, ct);
    }

    // From the final dot on nobody can tell a lost message from a lost answer: no exception leaves this method.
    private async Task<SendOutcome> FinishAsync(SmtpConnection connection, CancellationToken ct)
    {
        SmtpReply reply;
        try
        {
            await connection.WriteAsync(SmtpData.End, timeouts.Reply, ct);
            reply = await connection.ReplyAsync(timeouts.AfterData, ct);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or OperationCanceledException)
        {
            return new(SendResult.Unknown, "The mail server did not answer after the message");
        }

        await LeaveAsync(connection);
        return reply.IsOk ? new(SendResult.Sent, reply.ToString()) : Refusal(reply);
    }

    private static SendOutcome Refusal(SmtpReply reply) => new(reply.IsFinal ? SendResult.Refused : SendResult.TryLater, reply.ToString());

    private static async Task LeaveAsync(SmtpConnection connection)
    {
        try
        {
            await connection.CommandAsync("QUIT", Farewell, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            // Politeness only: the outcome stands.
        }
    }

    private static void Expect(SmtpReply reply, int? code = null)
    {
        if (code is null ? !reply.IsOk : reply.Code != code)
        {
            throw new SmtpSessionException(reply.ToString());
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
