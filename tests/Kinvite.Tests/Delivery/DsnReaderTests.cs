using System.Text;
using Kinvite.Delivery.Dsn;
using Kinvite.Delivery.Reports;

namespace Kinvite.Tests.Delivery;

/// <summary>Notifications in the shapes that mail servers really write; addresses and texts are made up.</summary>
public sealed class DsnReaderTests
{
    private const string Host = "family.example.org";
    private static readonly Guid Id = Guid.Parse("019a9d3c-0f5e-7c11-9a55-0123456789ab");
    private static readonly string MessageId = $"<{Id:N}@{Host}>";

    private static readonly string Postfix = $"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: kinvite@family.example.org
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="4D2F61A0B7.1763630000/mx.example.org"
        Content-Transfer-Encoding: 8bit

        This is a MIME-encapsulated message.

        --4D2F61A0B7.1763630000/mx.example.org
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8

        <anna@example.net>: host mx.example.net[192.0.2.7] said: 550 5.1.1 no such user

        --4D2F61A0B7.1763630000/mx.example.org
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        X-Postfix-Queue-ID: 4D2F61A0B7
        Arrival-Date: Fri, 20 Nov 2026 18:00:00 +0000 (UTC)

        Final-Recipient: rfc822; anna@example.net
        Original-Recipient: rfc822;anna@example.net
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.net
        Diagnostic-Code: smtp; 550 5.1.1 <anna@example.net>: Recipient address
            rejected: no such user

        --4D2F61A0B7.1763630000/mx.example.org
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        Date: Fri, 20 Nov 2026 18:00:00 +0000
        From: "Kinvite" <kinvite@family.example.org>
        To: anna@example.net
        Message-ID: {MessageId}
        Subject: Olga invited you to Larsens

        Hello
        --4D2F61A0B7.1763630000/mx.example.org--
        """;

    // Headers only, the Message-ID folded, an intermediate Action in upper case, a comment behind the status.
    private static readonly string Exchange = $"""
        From: <postmaster@example.net>
        To: <kinvite@family.example.org>
        Content-Type: multipart/report; report-type="delivery-status"; boundary=_9B96AE5C-3F2A_example
        X-MS-Exchange-Message-Is-Ndr:
        In-Reply-To: {MessageId}
        Subject: Undeliverable: Olga invited you to Larsens

        --_9B96AE5C-3F2A_example
        Content-Type: multipart/alternative; differences=Content-Type;
        	boundary="_inner_"

        --_inner_
        Content-Type: text/plain; charset="us-ascii"
        Content-Transfer-Encoding: quoted-printable

        Your message couldn't be delivered.

        --_inner_--

        --_9B96AE5C-3F2A_example
        Content-Type: message/delivery-status

        Original-Envelope-Id: 8f1
        Reporting-MTA: dns;AM0PR01.eurprd01.example.net
        Received-From-MTA: dns;mx.example.org

        Final-Recipient: rfc822;anna@example.net
        Action: Failed
        Status: 5.1.10 (recipient not found)
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

        --_9B96AE5C-3F2A_example
        Content-Type: text/rfc822-headers

        Received: from mx.example.org by AM0PR01 with SMTP
        Message-ID:
         {MessageId}
        Subject: Olga invited you to Larsens

        --_9B96AE5C-3F2A_example--
        """;

    // The original's id in the status part; the original itself is not returned.
    private static readonly string Gmail = $"""
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
        To: kinvite@family.example.org
        Auto-Submitted: auto-replied
        Subject: Delivery Status Notification (Failure)
        References: {MessageId}
        In-Reply-To: {MessageId}
        Content-Type: multipart/report; boundary="000000000000f0a1b2"; report-type=delivery-status

        --000000000000f0a1b2
        Content-Type: multipart/related; boundary="000000000000f0c3"

        --000000000000f0c3
        Content-Type: text/html; charset="UTF-8"

        <p>Address not found</p>
        --000000000000f0c3--
        --000000000000f0a1b2
        Content-Type: message/delivery-status

        Reporting-MTA: dns; googlemail.example
        Arrival-Date: Fri, 20 Nov 2026 10:00:00 -0800 (PST)
        X-Original-Message-ID: {MessageId}

        Final-Recipient: rfc822; anna@example.net
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.example.net. (192.0.2.7, the server for the domain.)
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
        Last-Attempt-Date: Fri, 20 Nov 2026 10:00:01 -0800 (PST)

        --000000000000f0a1b2--
        """;

    [Fact]
    public void Postfix_says_no_such_user()
    {
        var report = Read(Postfix);
        Assert.Equal((Id, ReportKind.Bounced), (report!.MessageId!.Value, report.Kind));
        Assert.Equal("5.1.1 550 5.1.1 <anna@example.net>: Recipient address rejected: no such user", report.Detail);
    }

    [Fact]
    public void Exchange_says_not_found_with_headers_only() => Expect(ReportKind.Bounced, Read(Exchange));

    [Fact]
    public void Gmail_says_not_found_without_the_original() => Expect(ReportKind.Bounced, Read(Gmail));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void Any_line_end_is_one(string end) => Expect(ReportKind.Bounced, Read(Postfix.ReplaceLineEndings(end)));

    [Fact]
    public void A_mailbox_files_first_line_does_not_hide_the_report() =>
        Expect(ReportKind.Bounced, Read("From MAILER-DAEMON Fri Nov 20 18:00:00 2026\n" + Postfix));

    [Theory]
    [InlineData("delayed", "4.4.1")]
    [InlineData("relayed", "2.0.0")]
    [InlineData("expanded", "2.0.0")]
    [InlineData("", "5.0.0")]
    [InlineData("failed", "2.1.5")]
    [InlineData("nonsense", "x")]
    public void What_is_not_final_says_nothing(string action, string status) => Assert.Null(Read(With(action, status)));

    [Theory]
    [InlineData("failed", "5.7.1", "Bounced")]
    [InlineData("FAILED", "5.2.2", "Bounced")]
    [InlineData("failed", "4.4.7", "Bounced")] // given up after days
    [InlineData("failed", "", "Bounced")]
    [InlineData("delivered", "2.1.5", "Delivered")]
    public void What_is_final_is_told(string action, string status, string kind) => Expect(Enum.Parse<ReportKind>(kind), Read(With(action, status)));

    [Fact]
    public void Of_several_recipients_behind_one_address_a_failure_is_what_counts()
    {
        const string Other = "Final-Recipient: rfc822; copy@example.net\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient";
        Expect(ReportKind.Bounced, Read(Postfix.ReplaceLineEndings("\n").Replace("Final-Recipient", Other, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_encoded_status_is_read()
    {
        var status = Convert.ToBase64String(Encoding.ASCII.GetBytes("Reporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"), Base64FormattingOptions.InsertLineBreaks);
        var mail = $"""
            Content-Type: multipart/report; boundary=b
            References: <other@example.org> {MessageId}

            --b
            Content-Type: message/global-delivery-status
            Content-Transfer-Encoding: base64

            {status}
            --b--
            """;
        Expect(ReportKind.Bounced, Read(mail));
    }

    [Fact]
    public void A_mail_of_somebody_elses_is_none_of_ours()
    {
        Assert.Null(Read(Postfix.Replace(MessageId, $"<{Id:N}@example.net>", StringComparison.Ordinal)));
        Assert.Null(Read(Postfix.Replace(MessageId, "<CAF=abc@family.example.org>", StringComparison.Ordinal)));
        Assert.Null(Read(Postfix.Replace(MessageId, "", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_ordinary_mail_that_quotes_a_report_is_none() =>
        Assert.Null(Read($"From: anna@example.net\nIn-Reply-To: {MessageId}\nContent-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\n"));

    [Fact]
    public void The_text_for_people_cannot_pass_for_the_status()
    {
        var mail = With("delayed", "4.0.0").Replace("<anna@example.net>: host", "Action: failed\nStatus: 5.1.1\n\nhost", StringComparison.Ordinal);
        Assert.Null(Read(mail));
    }

    [Fact]
    public void Cut_off_after_the_status_it_still_counts()
    {
        var cut = Gmail[..Gmail.IndexOf("Remote-MTA", StringComparison.Ordinal)];
        Expect(ReportKind.Bounced, Read(cut));
    }

    [Fact]
    public void Cut_off_anywhere_or_with_any_byte_changed_it_does_no_harm()
    {
        var mail = Encoding.Latin1.GetBytes(Gmail);
        var random = new Random(20261120);
        for (var i = 0; i < mail.Length; i += 3)
        {
            DsnReader.Read(mail[..i], Host);
            var changed = (byte[])mail.Clone();
            changed[i] = (byte)random.Next(256);
            var report = DsnReader.Read(changed, Host);
            Assert.True(report is null || report.MessageId is not null);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0")]
    [InlineData(":\n:\n\n:")]
    [InlineData("Content-Type: multipart/report; boundary=\"")]
    [InlineData("Content-Type: multipart/report; boundary=\"\"\n\n--\n--\n")]
    [InlineData("Content-Type: multipart/report; boundary=b\n\n--b")]
    [InlineData("Content-Type: multipart/report; boundary=b\n\n--b--\n--b")]
    [InlineData("Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n====\n--b--")]
    public void What_is_no_mail_at_all_is_no_report(string text) => Assert.Null(Read(text));

    [Fact]
    public void What_is_too_long_is_not_looked_at() => Assert.Null(Read(Postfix + new string('x', DsnReader.LongestMail)));

    [Fact]
    public void A_flood_of_parts_and_fields_ends_soon()
    {
        var flood = new StringBuilder("Content-Type: multipart/report; boundary=b\n");
        for (var i = 0; i < 10_000; i++)
        {
            flood.Append("X: y\n");
        }

        for (var i = 0; i < 10_000; i++)
        {
            flood.Append("--b\nContent-Type: message/rfc822\n\n<<<<\n");
        }

        var started = TimeProvider.System.GetTimestamp();
        Assert.Null(Read(flood.ToString()[..DsnReader.LongestMail]));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static string With(string action, string status) => Postfix
        .Replace("Action: failed", $"Action: {action}", StringComparison.Ordinal).Replace("Status: 5.1.1", $"Status: {status}", StringComparison.Ordinal);

    private static DeliveryReport? Read(string mail) => DsnReader.Read(Encoding.Latin1.GetBytes(mail), Host);

    private static void Expect(ReportKind kind, DeliveryReport? report) => Assert.Equal((Id, kind), (report!.MessageId!.Value, report.Kind));
}
