using Kinvite.Harness;
using static Microsoft.Playwright.Assertions;

namespace Kinvite.Browser.Tests;

/// <summary>The pages of a family and its people, as they look: nothing for axe to find, nothing too small or too wide.</summary>
public sealed class FamilyPagesTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_child_is_added_looked_at_and_its_family_handed_over(bool scripts)
    {
        await using var olga = await browsers.VisitAsync(javaScript: scripts);
        await using var nils = await browsers.VisitAsync(javaScript: scripts);
        var (mine, his) = ($"olga.pages.{scripts}@example.org".ToLowerInvariant(), $"nils.pages.{scripts}@example.org".ToLowerInvariant());
        var circle = await olga.StartFamilyAsync(mine, "The Holm family");
        await olga.InviteAsync(circle, his);
        await nils.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync(his)).ToString());
        await nils.Button("Join").ClickAsync();
        await nils.SignInAsync(his);
        await nils.Button("Join").ClickAsync();
        await Expect(nils.Heading).ToHaveTextAsync("The Holm family");

        await olga.GoAsync(circle);
        await olga.Page.GetByText("Add a child").ClickAsync();
        await olga.Page.Locator("#add input[name=name]").FillAsync("Mia");
        await olga.Page.Locator("#add input[name=birthYear]").FillAsync("2021");
        await olga.Button("Add").ClickAsync();
        await Expect(olga.Page.GetByText("Mia is part of the family now.")).ToBeVisibleAsync();
        await GoodAsync(olga, scripts);

        await olga.Link("Mia", exact: true).ClickAsync();
        await olga.Page.Locator("input[name=avatar][value=fish]").CheckAsync();
        await olga.Button("Save").ClickAsync();
        await Expect(olga.Page.Locator("h1")).ToHaveTextAsync("Mia");
        await Expect(olga.Page.Locator("#watchers")).ToContainTextAsync("Looks after the child.");
        await GoodAsync(olga, scripts);

        await olga.Page.Locator("#watchers a").First.ClickAsync();
        await olga.Page.GetByText("Choose a last day").ClickAsync();
        await olga.Page.Locator("#day").FillAsync("2199-12-31");
        await olga.Button("Save the day").ClickAsync();
        await Expect(olga.Page.Locator(".terms")).ToContainTextAsync("2200");
        await GoodAsync(olga, scripts);
        await olga.Button("No end").ClickAsync();
        await Expect(olga.Page.Locator(".terms")).ToContainTextAsync("No end");

        await olga.GoAsync(circle + "/settings");
        await GoodAsync(olga, scripts);
        await olga.Page.GetByText("Hand it over").ClickAsync();
        await olga.Button("Hand the family over").ClickAsync();
        await Expect(olga.Page.GetByText("The family is in the hands of")).ToBeVisibleAsync();
        await nils.GoAsync(circle + "/settings");
        await Expect(nils.Page.GetByText("Delete this family")).ToBeVisibleAsync();
    }

    private static Task GoodAsync(Visitor visitor, bool scripts) => scripts ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();
}
