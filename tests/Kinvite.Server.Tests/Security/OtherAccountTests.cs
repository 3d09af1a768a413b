using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Security;

/// <summary>A link in the hands of an account that it was not sent to.</summary>
public sealed class OtherAccountTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BND_S01_Who_has_another_address_does_not_come_in_is_told_why_and_can_ask(bool mailed)
    {
        using var circle = await Circle.StartAsync(shared.App, "care");
        var email = Circle.NewEmail("very-private");
        var invite = await circle.InviteAsync(new { email });
        var other = await circle.SomebodyAsync();
        // Even the link from the mailbox: this account has proven another one.
        var token = circle.Token(invite, mailed ? LinkKind.Mailed : LinkKind.Copied);

        using var browser = await circle.BrowserOfAsync(other);
        await browser.OpenAsync($"/join/{token}");
        Assert.Contains("This invitation is for another address", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(email, browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("form[action='/join/ask']"));
        await other.PostRefusedAsync($"/api/invites/{token}/accept", null, 403, "invite.wrong_account");
        await other.GetRefusedAsync(circle.Path, 404, "not_found");

        await browser.SendAsync("/join/ask", ("message", "It is me"));
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
        await other.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Theory]
    [InlineData("home")]
    [InlineData("care")]
    [InlineData("vault")]
    public async Task BND_S08_The_page_names_the_account_that_is_signed_in_and_nobody_joins_without_saying_so(string kind)
    {
        using var circle = await Circle.StartAsync(shared.App, kind);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail("somebody-else") });
        var member = await circle.SomebodyAsync("Pia");
        using var browser = await circle.BrowserOfAsync(member);

        await browser.OpenAsync($"/join/{circle.Token(invite)}");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains(Masked(member.Email), browser.Page.DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.NotNull(browser.Page.QuerySelector("[formaction='/join/switch'], form[action='/join/switch']"));
        await member.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal("pending", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
    }

    private static string Masked(string email) => Addresses.ContactAddress.Mask(email);
}
