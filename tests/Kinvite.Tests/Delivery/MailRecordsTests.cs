using Kinvite.Delivery.Health;

namespace Kinvite.Tests.Delivery;

public sealed class MailRecordsTests
{
    [Theory]
    [InlineData("v=spf1 include:_spf.example.net -all", "Good")]
    [InlineData("v=spf1 ip4:192.0.2.1 ~all", "Good")]
    [InlineData("V=SPF1 mx ~ALL", "Good")]
    [InlineData("v=spf1 redirect=_spf.example.net", "Good")]
    [InlineData("v=spf1 mx ?all", "Weak")]
    [InlineData("v=spf1 mx", "Weak")]
    [InlineData("v=spf1", "Weak")]
    [InlineData("v=spf1 +all", "Broken")]
    [InlineData("v=spf1 mx all", "Broken")]
    [InlineData("v=spf1 -all|v=spf1 mx -all", "Broken")]
    [InlineData("v=spf1 -all|google-site-verification=abc", "Good")]
    [InlineData("v=spf10 -all", "Missing")]
    [InlineData("spf2.0/pra -all", "Missing")]
    [InlineData("", "Missing")]
    public void Who_may_send_for_the_domain(string texts, string verdict) => Assert.Equal(verdict, MailRecords.Spf("example.org", Split(texts)).Record.ToString());

    [Theory]
    [InlineData("v=DMARC1; p=reject; rua=mailto:d@example.org", false, "Good")]
    [InlineData("v=DMARC1;p=quarantine", false, "Good")]
    [InlineData("v=DMARC1; p=None", false, "Weak")]
    [InlineData("v=DMARC1", false, "Broken")]
    [InlineData("v=DMARC1; p=maybe", false, "Broken")]
    [InlineData("v=DMARC1; p=reject|v=DMARC1; p=none", false, "Broken")]
    [InlineData("v=DMARC1; p=reject; sp=none", true, "Weak")]
    [InlineData("v=DMARC1; p=none; sp=reject", true, "Good")]
    [InlineData("v=DMARC1; p=reject", true, "Good")]
    [InlineData("v=DMARC10; p=reject", false, "Missing")]
    [InlineData("", false, "Missing")]
    public void What_receivers_do_with_forgeries(string texts, bool ofParent, string verdict) =>
        Assert.Equal(verdict, MailRecords.Dmarc("_dmarc.example.org", Split(texts), ofParent).Record.ToString());

    [Theory]
    [InlineData("v=DKIM1; k=rsa; p=MIGfMA0GCSqG", "Good")]
    [InlineData("p=MIGfMA0GCSqG", "Good")]
    [InlineData("v=DKIM1; p=", "Broken")] // revoked (RFC 6376 §3.6.1)
    [InlineData("hello", "Missing")]
    public void Whether_there_is_a_key(string texts, string verdict) => Assert.Equal(verdict, MailRecords.Dkim("s._domainkey.example.org", Split(texts)).Record.ToString());

    [Fact]
    public void Nobody_answering_is_not_the_same_as_nothing_there()
    {
        Assert.Equal(MailRecord.Unanswered, MailRecords.Spf("example.org", null).Record);
        Assert.Equal(MailRecord.Unanswered, MailRecords.Dmarc("_dmarc.example.org", null, false).Record);
        Assert.Equal(MailRecord.Unanswered, MailRecords.Dkim("s._domainkey.example.org", null).Record);
    }

    private static string[] Split(string texts) => texts.Length == 0 ? [] : texts.Split('|');
}
