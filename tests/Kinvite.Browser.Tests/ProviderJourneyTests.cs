using System.Text.Json.Nodes;
using Kinvite.Harness;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>
/// In by an account elsewhere. A form leads there, and Chromium holds the content policy's <c>form-action</c> against every redirect after a
/// form: only a browser shows that the way there and back is open.
/// </summary>
public sealed class ProviderJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_invited_comes_in_with_an_account_elsewhere(bool javaScript)
    {
        var tag = javaScript ? "with" : "without";
        var (olgas, nils) = ($"olga.acme.{tag}@example.org", $"nils.acme.{tag}@example.org");
        await using var olga = await browsers.VisitAsync(javaScript);
        await using var dad = await browsers.VisitAsync(javaScript);
        var circle = await olga.StartFamilyAsync(olgas, "The Sund family");
        await olga.InviteAsync(circle, nils);

        await dad.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync(nils)).ToString());
        await dad.Button("Join").ClickAsync();
        await Expect(dad.Page.Locator(".joining")).ToContainTextAsync("The Sund family");
        await (javaScript ? dad.AssertGoodAsync() : dad.AssertSmallAsync());
        var joining = dad.Path;

        // There without a page of its own (somebody who is signed in there already), or with one: two chains of redirects.
        browsers.Provider.Asks = !javaScript;
        browsers.Provider.Person = new JsonObject { ["sub"] = $"nils-{tag}", ["email"] = nils, ["email_verified"] = true, ["name"] = "Nils Sund" };
        await dad.Button("Continue with Acme").ClickAsync();
        if (!javaScript)
        {
            await Expect(dad.Heading).ToHaveTextAsync("Acme");
            Assert.NotEqual(browsers.Server.Address.Authority, new Uri(dad.Page.Url).Authority);
            await dad.Link("Yes, it is me").ClickAsync();
        }

        // Back before the question, not inside: nobody joins by signing in.
        await Expect(dad.Heading).ToContainTextAsync("invites you to The Sund family");
        Assert.StartsWith("/join?i=", dad.Path, StringComparison.Ordinal);
        Assert.Contains(Uri.EscapeDataString(dad.Path), joining, StringComparison.OrdinalIgnoreCase);
        await Expect(dad.Field("Your name in this family")).ToBeVisibleAsync();
        await olga.GoAsync(circle);
        await Expect(olga.Page.Locator(".person")).ToHaveCountAsync(1);

        await dad.Button("Join").ClickAsync();
        await Expect(dad.Heading).ToHaveTextAsync("The Sund family");
        await Expect(dad.Page.Locator(".people")).ToContainTextAsync("Nils Sund");
        Assert.Empty(dad.Complaints);
        await olga.GoAsync(circle);
        await Expect(olga.Page.Locator(".people")).ToContainTextAsync("Nils Sund");
    }
}
