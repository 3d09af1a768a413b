using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>Links that are over, or that somebody else holds: each page says what is so, and what one can do.</summary>
public sealed class OtherHandsTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Somebody_else_with_the_link_waits_until_the_family_agrees()
    {
        await using var olga = await browsers.VisitAsync();
        await using var ben = await browsers.VisitAsync();
        var circle = await olga.StartFamilyAsync("olga.hands@example.org", "The Berg family");
        await olga.InviteAsync(circle, "nils.hands@example.org");
        var link = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("nils.hands@example.org"));

        await ben.GoAsync("/sign-in");
        await ben.SignInAsync("ben.hands@example.org");
        await ben.GoAsync(link.ToString());
        await Expect(ben.Page.Locator(".strip-waiting")).ToContainTextAsync("n•••@example.org");
        Assert.DoesNotContain("nils.hands@example.org", await ben.Page.ContentAsync(), StringComparison.Ordinal);
        await ben.AssertGoodAsync();
        await ben.Button("Ask to join").ClickAsync();
        await Expect(ben.Heading).ToHaveTextAsync("Almost inside");
        await ben.AssertGoodAsync();

        await olga.GoAsync(circle);
        await olga.Page.GetByText("Somebody asks to come in").ClickAsync();
        await Expect(olga.Page.Locator(".request")).ToContainTextAsync("ben.hands@example.org");
        await Expect(olga.Page.Locator(".request")).ToContainTextAsync("nils.hands@example.org");
        await olga.AssertGoodAsync();
        await olga.Button("Let them in: ben.hands").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("ben.hands is in the family now");
        await olga.AssertGoodAsync();

        await ben.GoAsync(circle);
        await Expect(ben.Heading).ToHaveTextAsync("The Berg family");
    }

    [Fact]
    public async Task An_invitation_for_a_proven_address_offers_three_ways_to_anybody_else()
    {
        await using var ana = await browsers.VisitAsync();
        await using var paul = await browsers.VisitAsync();
        var circle = await ana.StartFamilyAsync("ana.wrong@example.org", "Care for Ana", "care");
        await ana.InviteAsync(circle, "luis.wrong@example.org");
        var link = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("luis.wrong@example.org"));

        await paul.GoAsync("/sign-in");
        await paul.SignInAsync("paul.wrong@example.org");
        await paul.GoAsync(link.ToString());
        await Expect(paul.Heading).ToHaveTextAsync("This invitation is for another address");
        await Expect(paul.Page.Locator("dl")).ToContainTextAsync("l•••@example.org");
        await Expect(paul.Page.Locator("dl")).ToContainTextAsync("p•••@example.org");
        Assert.DoesNotContain("luis.wrong@example.org", await paul.Page.ContentAsync(), StringComparison.Ordinal);
        await paul.AssertGoodAsync();

        // By a code to the invited address, which is then this account's too.
        var seen = browsers.Server.Mailbox.To("luis.wrong@example.org").Count;
        await paul.Button("Prove it by a code").ClickAsync();
        await paul.AssertGoodAsync();
        await paul.Page.Locator("input[name=code]").FillAsync("000000");
        await paul.Button("Prove the address").ClickAsync();
        await Expect(paul.Page.Locator(".fault")).ToBeVisibleAsync();
        await paul.AssertGoodAsync();
        await paul.EnterCodeAsync("luis.wrong@example.org", seen);
        await paul.Button("Join").ClickAsync();
        await Expect(paul.Heading).ToHaveTextAsync("Care for Ana");
    }

    [Fact]
    public async Task A_switched_account_comes_back_to_the_invitation()
    {
        await using var ana = await browsers.VisitAsync();
        await using var paul = await browsers.VisitAsync();
        var circle = await ana.StartFamilyAsync("ana.switch@example.org", "Care for Eva", "care");
        await ana.InviteAsync(circle, "luis.switch@example.org");
        var link = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("luis.switch@example.org"));
        await paul.GoAsync("/sign-in");
        await paul.SignInAsync("paul.switch@example.org");
        await paul.GoAsync(link.ToString());

        await paul.Button("Switch account").ClickAsync();
        Assert.StartsWith("/sign-in", paul.Path, StringComparison.Ordinal);
        await paul.SignInAsync("luis.switch@example.org");
        await paul.Button("Join").ClickAsync();
        await Expect(paul.Heading).ToHaveTextAsync("Care for Eva");
    }

    [Fact]
    public async Task Declining_is_two_taps_without_an_account_and_can_be_for_ever()
    {
        await using var olga = await browsers.VisitAsync();
        await using var eva = await browsers.VisitAsync(javaScript: false);
        var circle = await olga.StartFamilyAsync("olga.no@example.org", "The Dahl family");
        await olga.InviteAsync(circle, "eva.no@example.org");
        await eva.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("eva.no@example.org")).ToString());

        await eva.Page.GetByText("No, thank you").ClickAsync();
        await eva.Page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await eva.Button("Decline the invitation").ClickAsync();
        await Expect(eva.Heading).ToHaveTextAsync("You have declined");

        await olga.InviteAsync(circle, "eva.no@example.org");
        await Expect(olga.Page.Locator(".fault")).ToContainTextAsync("does not want an invitation now");
        await Expect(olga.Field("Their e-mail address")).ToHaveValueAsync("eva.no@example.org");
        await Expect(olga.Field("Their e-mail address")).ToBeFocusedAsync();
        await olga.AssertGoodAsync();
    }

    [Fact]
    public async Task Replaced_and_withdrawn_links_say_so()
    {
        await using var olga = await browsers.VisitAsync();
        await using var nils = await browsers.VisitAsync();
        var circle = await olga.StartFamilyAsync("olga.over@example.org", "The Moen family");
        await olga.InviteAsync(circle, "nils.over@example.org");
        var first = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("nils.over@example.org"));

        await olga.Button("Send again to nils.over@example.org").ClickAsync();
        var second = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("nils.over@example.org", 1));
        await nils.GoAsync(first.ToString());
        await Expect(nils.Heading).ToHaveTextAsync("A newer invitation was sent");
        await nils.AssertGoodAsync();

        await olga.Page.Locator(".invitation .confirm summary").ClickAsync();
        await olga.AssertGoodAsync();
        await olga.Button("Withdraw the invitation").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("withdrawn");
        await nils.GoAsync(second.ToString());
        await Expect(nils.Heading).ToHaveTextAsync("This invitation was withdrawn");
        await nils.AssertGoodAsync();
    }

    [Fact]
    public async Task A_link_that_is_none_can_be_pasted_again()
    {
        await using var somebody = await browsers.VisitAsync(javaScript: false);
        await somebody.GoAsync("/join/" + new string('A', 48));
        Assert.Equal("/join", somebody.Path);
        await somebody.Field("The link from your message").FillAsync("https://elsewhere.example/x");
        await somebody.Button("Open the invitation").ClickAsync();
        await Expect(somebody.Page.Locator(".fault")).ToContainTextAsync("Copy the whole link");
        await Expect(somebody.Field("The link from your message")).ToHaveValueAsync("https://elsewhere.example/x");
    }
}
