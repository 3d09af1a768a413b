using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>Somebody without a mailbox: the text, its link, a code by text, and in.</summary>
public sealed class PhoneJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Seed001_Chores_Somebody_invited_by_phone_comes_in_with_nothing_but_the_phone()
    {
        const string number = "+4520123456";
        await using var ana = await browsers.VisitAsync(javaScript: true);
        await using var alex = await browsers.VisitAsync(javaScript: true);
        var circle = await ana.StartFamilyAsync("ana.phones@example.org", "The Aasens", "chores");

        await ana.GoAsync(circle + "/invitations");
        await ana.Page.GetByRole(AriaRole.Radio, new() { Name = "Phone" }).CheckAsync();
        await ana.Field("Their phone number").FillAsync("+45 20 12 34 56");
        await ana.Field("Their name").FillAsync("Alex");
        await ana.AssertGoodAsync();
        await ana.Button("Send the text").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Alex is invited");
        await Expect(ana.Page.Locator(".invitation")).ToContainTextAsync(number);

        // As a developer sees it: in the mailbox, with a link to press.
        await browsers.Server.Mailbox.WaitForAsync(number);
        await alex.GoAsync("/dev/mailbox");
        await alex.Page.Locator(".mails a").Filter(new() { HasText = "invited you to The Aasens" }).First.ClickAsync();
        await alex.Page.Locator(".mail-text a").ClickAsync();
        Assert.StartsWith("/join?i=", alex.Path, StringComparison.Ordinal);
        await Expect(alex.Heading).ToContainTextAsync("The Aasens");
        await alex.AssertGoodAsync();

        await alex.Button("Join").ClickAsync();
        await Expect(alex.Page.Locator(".joining")).ToContainTextAsync("The Aasens");
        await Expect(alex.Page.Locator("input[name=email]")).ToHaveValueAsync(number);
        await alex.AssertGoodAsync();
        var seen = browsers.Server.Mailbox.To(number).Count;
        await alex.Button("Send me a code").ClickAsync();
        await alex.EnterCodeAsync(number, seen);
        await alex.Button("Join").ClickAsync();
        await Expect(alex.Heading).ToHaveTextAsync("The Aasens");

        await ana.GoAsync(circle);
        await Expect(ana.Page.Locator(".people")).ToContainTextAsync("Alex");
    }
}
