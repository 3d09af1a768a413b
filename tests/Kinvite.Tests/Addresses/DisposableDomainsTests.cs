using Kinvite.Addresses;

namespace Kinvite.Tests.Addresses;

public sealed class DisposableDomainsTests
{
    [Theory]
    [InlineData("olga@mailinator.com", true)]
    [InlineData("olga@MAILINATOR.com", true)]
    [InlineData("olga@deep.sub.yopmail.com", true)]
    [InlineData("olga@notmailinator.com", false)]
    [InlineData("olga@mailinator.com.example.org", false)]
    [InlineData("olga@gmail.com", false)]
    [InlineData("olga@icloud.com", false)]
    public void A_domain_and_all_below_it_counts(string address, bool counts) => Assert.Equal(counts, Domains().Has(EmailAddress.TryParse(address)!));

    [Fact]
    public void An_operator_adds_and_allows_and_the_nearest_name_decides()
    {
        var domains = Domains(add: "throwaway.example, Bücher.example", allow: "yopmail.com,fine.throwaway.example");

        bool Has(string address) => domains.Has(EmailAddress.TryParse(address)!);
        Assert.True(Has("a@throwaway.example"));
        Assert.True(Has("a@other.throwaway.example"));
        Assert.True(Has("a@bücher.example"));
        Assert.False(Has("a@x.fine.throwaway.example"));
        Assert.False(Has("a@yopmail.com"));
        Assert.True(Has("a@yopmail.net"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("example.org, example.com", null)]
    [InlineData("example.org, @example.com", "@example.com")]
    [InlineData("nodots", "nodots")]
    public void What_is_no_domain_is_found_at_start(string? setting, string? wrong) => Assert.Equal(wrong, DisposableDomains.Wrong(setting));

    [Fact]
    public void The_list_is_sorted_and_holds_domains_only()
    {
        var list = DisposableDomains.BuiltIn().ToList();

        Assert.InRange(list.Count, 150, 400);
        Assert.Equal(list.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), list);
        Assert.All(list, d => Assert.Equal($"a@{d}", EmailAddress.TryParse($"a@{d}")?.Key));
        string[] everyday = ["gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "web.de", "proton.me", "duck.com", "example.org"];
        Assert.Empty(list.Intersect(everyday, StringComparer.Ordinal));
    }

    private static DisposableDomains Domains(string? add = null, string? allow = null) => DisposableDomains.Of(new() { Add = add, Allow = allow });
}
