using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kinvite.Delivery;
using Kinvite.Delivery.Mime;
using Kinvite.Delivery.Smtp;

namespace Kinvite.Tests.Delivery;

public sealed class MimeWriterTests
{
    private static readonly DateTimeOffset Date = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly OutgoingMail Mail = new()
    {
        Id = Guid.CreateVersion7(Date),
        To = new("anna@example.org", "Anna"),
        Subject = "Olga invited you to Larsens",
        Html = "<!DOCTYPE html><p>Hei &amp; velkommen</p>",
        Text = "Hello\n\nhttp://localhost:5080/join/abc\n",
    };

    [Fact]
    public void A_mail_says_what_it_is_and_that_no_person_sent_it()
    {
        var written = Write(Mail);
        Assert.Contains("Date: Fri, 20 Nov 2026 18:00:00 +0000\r\n", written, StringComparison.Ordinal);
        Assert.Contains("From: \"Kinvite\" <kinvite@example.org>\r\n", written, StringComparison.Ordinal);
        Assert.Contains("To: \"Anna\" <anna@example.org>\r\n", written, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <1@example.org>\r\n", written, StringComparison.Ordinal);
        Assert.Contains("Subject: Olga invited you to Larsens\r\n", written, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated\r\n", written, StringComparison.Ordinal);
        Assert.Contains("Content-Type: multipart/alternative;", written, StringComparison.Ordinal);
        Assert.DoesNotContain("List-Unsubscribe", written, StringComparison.Ordinal);
        Assert.True(written.IndexOf("text/plain", StringComparison.Ordinal) < written.IndexOf("text/html", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unasked_mail_can_be_stopped_with_one_click()
    {
        var written = Write(Mail with { StopUrl = new("https://family.example.org/mail/stop/abc") });
        Assert.Contains("List-Unsubscribe: <https://family.example.org/mail/stop/abc>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Larsens\r\nBcc: everybody@example.org")]
    [InlineData("Larsens\nBcc: everybody@example.org")]
    [InlineData("Larsens\rBcc: everybody@example.org")]
    [InlineData("Larsens\r\n\r\n<script>")]
    [InlineData("Lärsens\u2028Bcc: x\u0000\u0085")]
    public void A_name_cannot_start_a_header_of_its_own(string name)
    {
        var written = Write(Mail with { Subject = name, To = new("anna@example.org", name) });
        var head = written[..written.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.DoesNotContain(head.Split("\r\n"), l => l.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(8, head.Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").Length);
        Assert.DoesNotContain(head.Replace("\r\n", "", StringComparison.Ordinal), char.IsControl);
    }

    [Theory]
    [InlineData("Ольга Ларсен пригласила вас в семью Ларсен, и ещё очень много слов, чтобы строка стала длинной")]
    [InlineData("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦")]
    [InlineData("=?utf-8?B?aGFja2Vk?= plain")]
    [InlineData("plain  two spaces and a very long line that has to be folded somewhere because it is longer than a header may be")]
    public void A_subject_survives_encoding_and_folding(string subject)
    {
        var written = Write(Mail with { Subject = subject });
        Assert.Equal(subject, MimeReader.Read(Encoding.ASCII.GetBytes(written)).Header("Subject"));
        Assert.All(written.Split("\r\n"), l => Assert.InRange(l.Length, 0, 998));
        Assert.All(EncodedWords(written), w => Assert.InRange(w.Length, 1, 75));
    }

    [Fact]
    public void A_quote_in_a_name_stays_inside_its_quotes()
    {
        var written = Write(Mail with { To = new("anna@example.org", "An\"na\" <x@example.org>, \\") });
        Assert.Contains("To: \"An\\\"na\\\" <x@example.org>, \\\\\" <anna@example.org>\r\n", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_ascii_text_is_left_readable() => Assert.Contains("\r\nhttp://localhost:5080/join/abc\r\n", Write(Mail), StringComparison.Ordinal);

    [Fact]
    public void Whatever_the_text_every_line_is_short_ascii_and_it_comes_back() => Prop.ForAll<NonNull<string>, NonNull<string>>((text, html) =>
    {
        var mail = Mail with { Text = Speakable(text.Get), Html = Speakable(html.Get) };
        var written = Write(mail);
        var read = MimeReader.Read(Encoding.ASCII.GetBytes(written));
        Assert.All(written.Split("\r\n"), l => Assert.InRange(l.Length, 0, 998));
        Assert.DoesNotContain(written.Replace("\r\n", "", StringComparison.Ordinal), c => c is '\r' or '\n' or > '~');
        Assert.Equal(mail.Text, read.Text);
        Assert.Equal(mail.Html, read.Html);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quoted_printable_lines_have_at_most_76_characters()
    {
        var text = new string('é', 500) + "\n" + new string('x', 500) + " \n=\t";
        var encoded = QuotedPrintable.Encode(text);
        Assert.All(encoded.Split("\r\n"), l => Assert.InRange(l.Length, 0, 76));
        Assert.Equal(text, QuotedPrintable.Decode(encoded));
    }

    [Theory]
    [InlineData(".\r\n", "..\r\n")]
    [InlineData("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n")]
    [InlineData("a\r\n..b\r\nc.d", "a\r\n...b\r\nc.d\r\n")]
    [InlineData("plain\r\n", "plain\r\n")]
    public void No_line_of_a_message_can_end_it(string message, string stuffed) =>
        Assert.Equal(stuffed, Encoding.ASCII.GetString(SmtpData.Stuff(Encoding.ASCII.GetBytes(message))));

    private static string Write(OutgoingMail mail) =>
        Encoding.ASCII.GetString(MimeWriter.Write(mail, new("kinvite@example.org", "Kinvite"), "<1@example.org>", Date));

    // Half a surrogate pair is no text, and all line ends are one.
    private static string Speakable(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).ReplaceLineEndings("\n");

    private static IEnumerable<string> EncodedWords(string written) =>
        written.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(w => w.StartsWith("=?utf-8?B?", StringComparison.Ordinal));
}
