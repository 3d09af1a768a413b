using Kinvite.Pages;

namespace Kinvite.Tests.Pages;

public sealed class OwnPathTests
{
    [Theory]
    [InlineData("/families/1?x=2")]
    [InlineData("/join?i=abc")]
    [InlineData("/")]
    public void A_path_of_ours_is_gone_back_to(string path) => Assert.Equal(path, OwnPath.Or(path, "/start"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("///evil.example")]
    [InlineData("//own.invalid:81/")]
    [InlineData("//user@own.invalid/")]
    public void Nobody_is_sent_anywhere_else(string? path) => Assert.Equal("/start", OwnPath.Or(path, "/start"));
}
