using Kinvite.Pages;

namespace Kinvite.Tests.Pages;

public sealed class SecurityHeadersTests
{
    [Theory]
    [InlineData("/join")]
    [InlineData("/join/abc")]
    [InlineData("/j/abc")]
    [InlineData("/J/abc")]
    [InlineData("/invite/abc")]
    [InlineData("/accept-invite/abc")]
    [InlineData("/invite-link/abc")]
    [InlineData("/sign-in/link/abc/123456")]
    [InlineData("/mail/stop/abc")]
    [InlineData("/print/abc")]
    public void Pages_behind_links_leave_no_trace(string path) => Assert.True(SecurityHeaders.IsLinkPage(path));

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/joined")]
    [InlineData("/families/1/invitations")]
    public void Other_pages_keep_the_usual_headers(string path) => Assert.False(SecurityHeaders.IsLinkPage(path));
}
