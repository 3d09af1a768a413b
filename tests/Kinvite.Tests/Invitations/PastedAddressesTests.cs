using FsCheck;
using FsCheck.Fluent;
using Kinvite.Invitations;

namespace Kinvite.Tests.Invitations;

public sealed class PastedAddressesTests
{
    [Theory]
    [InlineData("nils@example.org", "nils@example.org")]
    [InlineData("nils@example.org, eva@example.org", "nils@example.org|eva@example.org")]
    [InlineData("nils@example.org;eva@example.org;", "nils@example.org|eva@example.org")]
    [InlineData("nils@example.org\r\n\r\neva@example.org\n", "nils@example.org|eva@example.org")]
    [InlineData("nils@example.org eva@example.org\tola@example.org", "nils@example.org|eva@example.org|ola@example.org")]
    [InlineData("Nils <nils@example.org>, <eva@example.org>", "Nils=nils@example.org|eva@example.org")]
    [InlineData("\"Berg, Nils\" <nils@example.org>; Eva Berg <eva@example.org>", "Berg, Nils=nils@example.org|Eva Berg=eva@example.org")]
    [InlineData("Berg, Nils <nils@example.org>", "Berg, Nils=nils@example.org")]
    [InlineData("ola@example.org, Berg, Nils <nils@example.org>", "ola@example.org|Berg, Nils=nils@example.org")]
    [InlineData("nils@example.org (Nils Berg)", "Nils Berg=nils@example.org")]
    [InlineData("Nils Berg\tnils@example.org\nEva\teva@example.org", "Nils Berg=nils@example.org|Eva=eva@example.org")]
    [InlineData("mailto:nils@example.org", "nils@example.org")]
    [InlineData("\"nils@example.org\" <nils@example.org>", "nils@example.org")]
    [InlineData("'Nils' <nils@example.org>", "Nils=nils@example.org")]
    [InlineData("\"Nils \\\"Nisse\\\" Berg\" <nils@example.org>", "Nils \"Nisse\" Berg=nils@example.org")]
    [InlineData("Nils \"Nisse\" Berg <nils@example.org>, eva@example.org", "Nils \"Nisse\" Berg=nils@example.org|eva@example.org")]
    public void Addresses_are_read_as_mail_programs_and_spreadsheets_give_them(string pasted, string people) => Assert.Equal(people, Written(pasted));

    [Fact]
    public void The_same_mailbox_counts_once_however_it_is_written() =>
        Assert.Equal("Nils=nils@example.org", Written("Nils <nils@example.org>\nNILS@Example.org, nils@example.org"));

    [Theory]
    [InlineData("nils at home", "nils at home")]
    [InlineData("Nils <nils@>", "nils@")]
    [InlineData("a@b@example.org", "a@b@example.org")]
    [InlineData("eva@example.org, Nils", "eva@example.org|Nils")]
    public void What_is_no_address_stays_as_it_was_typed(string pasted, string texts)
    {
        var read = PastedAddresses.Read(pasted);
        Assert.Equal(texts, string.Join('|', read.Select(p => p.Text)));
        Assert.Contains(read, p => p.Address is null);
    }

    [Theory]
    [InlineData("Call +47 412 34 567 <nils@example.org>")]
    [InlineData("www.win.example <nils@example.org>")]
    public void A_name_that_is_none_is_left_out(string pasted) => Assert.Equal("nils@example.org", Written(pasted));

    [Fact]
    public void An_open_quotation_mark_ends_with_its_line() =>
        Assert.Equal("eva@example.org", string.Join('|', PastedAddresses.Read("\"Berg, Nils\neva@example.org").Where(p => p.Address is not null).Select(p => p.Text)));

    [Fact]
    public void Whatever_is_pasted_is_read_without_a_fault_and_nobody_is_there_twice() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var read = PastedAddresses.Read(text.Get.Replace('a', '@').Replace('b', '"').Replace('c', '<'));
            return read.Select(p => p.Address?.Key ?? p.Text).Distinct().Count() == read.Count;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Berg, Nils \"Nisse\"")]
    [InlineData("Olga")]
    [InlineData("Back\\slash")]
    public void What_is_written_is_read_again(string name) =>
        Assert.Equal($"{name}=nils@example.org", Written(PastedAddresses.Write("nils@example.org", name)));

    private static string Written(string pasted) =>
        string.Join('|', PastedAddresses.Read(pasted).Select(p => $"{(p.Name is null ? "" : p.Name + "=")}{p.Address?.Value ?? "not:" + p.Text}"));
}
