using Kinvite.Harness;
using static Microsoft.Playwright.Assertions;

namespace Kinvite.Browser.Tests;

/// <summary>The chores document's kids (seed 001): a parent gives the family a tablet, a child picks its face and types its digits, and gets stuck and out again.</summary>
public sealed class TabletTests(BrowserFixture browsers)
{
    private const string Pin = "4826";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed001_Chores_A_tablet_is_shared_and_a_child_comes_in_gets_locked_out_and_is_let_in_again(bool scripts)
    {
        await using var parent = await browsers.VisitAsync(javaScript: scripts);
        await using var tablet = await browsers.VisitAsync(javaScript: scripts);
        var email = $"olga.tablet.{scripts}@example.org".ToLowerInvariant();
        var circle = await parent.StartFamilyAsync(email, "The Holm family", "chores");
        await AddChildAsync(parent, "Mia");
        await AddChildAsync(parent, "Noa");
        await parent.Link("Mia", exact: true).ClickAsync();
        await parent.Page.Locator("#points input[name=delta]").FillAsync("12");
        await parent.Page.Locator("#points input[name=reason]").FillAsync("Fed the cat");
        await parent.Button("Give").ClickAsync();
        await Expect(parent.Page.GetByText("Mia got the points.")).ToBeVisibleAsync();
        await Expect(parent.Page.Locator("#points")).ToContainTextAsync("Fed the cat");
        await parent.Page.GetByText("Give four digits").ClickAsync();
        await parent.Page.Locator("#digits input[name=pin]").FillAsync(Pin);
        await parent.Button("Save the digits").ClickAsync();
        await Expect(parent.Page.Locator("#digits")).ToContainTextAsync("types four digits");
        await GoodAsync(parent, scripts);
        var child = parent.Path;

        await tablet.GoAsync("/sign-in?return=" + Uri.EscapeDataString(circle));
        await tablet.SignInAsync(email);
        await tablet.Link("Shared tablets").ClickAsync();
        await GoodAsync(tablet, scripts);
        await tablet.Field("Which tablet is it?").FillAsync("Kitchen");
        await tablet.Button("Make it the family’s tablet").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Who are you?");
        await Expect(tablet.Page.GetByText("You are signed out here.")).ToBeVisibleAsync();
        await GoodAsync(tablet, scripts);

        // Without digits the face is enough.
        await tablet.Button("Noa").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Hello, Noa!");
        await tablet.Button("That’s not me").ClickAsync();
        await Expect(tablet.Heading).ToHaveTextAsync("Who are you?");

        await tablet.Link("Mia").ClickAsync();
        await GoodAsync(tablet, scripts);
        await TypeAsync(tablet, "9173", scripts);
        await Expect(tablet.Page.GetByText("These are not your digits.")).ToBeVisibleAsync();
        await GoodAsync(tablet, scripts);
        await TypeAsync(tablet, Pin, scripts);
        await Expect(tablet.Heading).ToHaveTextAsync("Hello, Mia!");
        await Expect(tablet.Page.Locator("#points")).ToContainTextAsync("12 points");
        await Expect(tablet.Page.Locator("#points")).ToContainTextAsync("Fed the cat");
        await GoodAsync(tablet, scripts);
        await tablet.GoAsync(circle + "/settings");
        await Expect(tablet.Heading).ToHaveTextAsync("Hello, Mia!");
        await tablet.Button("That’s not me").ClickAsync();

        await tablet.Link("Mia").ClickAsync();
        for (var i = 0; i < 5; i++)
        {
            await TypeAsync(tablet, "9173", scripts);
            await Expect(tablet.Page.GetByText("These are not your digits.")).ToBeVisibleAsync();
        }

        await TypeAsync(tablet, Pin, scripts);
        await Expect(tablet.Page.GetByText("Too many wrong digits.")).ToBeVisibleAsync();
        await GoodAsync(tablet, scripts);

        await parent.GoAsync(child);
        await Expect(parent.Page.Locator("#digits")).ToContainTextAsync("several wrong tries");
        await GoodAsync(parent, scripts);
        await parent.Button("Let them try again").ClickAsync();
        await Expect(parent.Page.GetByText("Mia can try the digits again.")).ToBeVisibleAsync();
        await TypeAsync(tablet, Pin, scripts);
        await Expect(tablet.Heading).ToHaveTextAsync("Hello, Mia!");
        await tablet.Button("That’s not me").ClickAsync();

        // Giving the tablet back takes an adult.
        await tablet.Link("For adults").ClickAsync();
        await GoodAsync(tablet, scripts);
        await tablet.Link("Sign in").ClickAsync();
        await tablet.SignInAsync(email);
        await tablet.Button("Stop now").ClickAsync();
        await Expect(tablet.Page.GetByText("This is no longer a family’s tablet.")).ToBeVisibleAsync();
        await parent.GoAsync(circle + "/devices");
        await Expect(parent.Page.GetByText("The family has no shared tablet yet.")).ToBeVisibleAsync();
    }

    private static async Task AddChildAsync(Visitor parent, string name)
    {
        await parent.Page.GetByText("Add a child").ClickAsync();
        await parent.Page.Locator("#add input[name=name]").FillAsync(name);
        await parent.Button("Add").ClickAsync();
        await Expect(parent.Page.GetByText($"{name} is part of the family now.")).ToBeVisibleAsync();
    }

    // With scripts on the large keys, which send the fourth digit by themselves; without, into the field.
    private static async Task TypeAsync(Visitor tablet, string digits, bool scripts)
    {
        if (!scripts)
        {
            await tablet.Page.Locator("input[name=pin]").FillAsync(digits);
            await tablet.Button("Come in").ClickAsync();
            return;
        }

        // The next page may say the same as this one: it is there when this one is gone.
        await tablet.Page.EvaluateAsync("document.body.dataset.before = ''");
        foreach (var digit in digits)
        {
            await tablet.Button(digit.ToString()).ClickAsync();
        }

        await Expect(tablet.Page.Locator("body[data-before]")).ToHaveCountAsync(0);
    }

    private static Task GoodAsync(Visitor visitor, bool scripts) => scripts ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();
}
