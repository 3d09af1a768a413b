using System.Globalization;
using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>The story of the baby log, told to its end in a browser: two babies, and a grandparent who sees what a parent opens.</summary>
public sealed class BabyJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed004_Baby_A_grandparent_comes_in_for_one_baby_asks_for_the_other_and_a_parent_says_until_when(bool javaScript)
    {
        var own = javaScript ? "baby" : "plainbaby";
        await using var ana = await browsers.VisitAsync(javaScript);
        await using var olga = await browsers.VisitAsync(javaScript);
        var circle = await ana.StartFamilyAsync($"ana.{own}@example.org", "The Lunds", "baby");
        await AddBabyAsync(ana, "Mia");
        await AddBabyAsync(ana, "Noa");
        await CheckAsync(ana, javaScript);

        // For one baby, before there is an account.
        await ana.Link("Invite somebody for Mia").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Mia" })).ToBeCheckedAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Noa" })).Not.ToBeCheckedAsync();
        await ana.Field("Their e-mail address").FillAsync($"olga.{own}@example.org");
        await ana.Button("Send the invitation").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"olga.{own}@example.org is invited");

        // Whoever signs in finds what waits before anything else, may leave it for now, and finds it again.
        await olga.GoAsync("/sign-in");
        await olga.SignInAsync($"olga.{own}@example.org");
        await olga.Link("The Lunds").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("Invitations for you");
        await Expect(olga.Page.Locator("main")).ToContainTextAsync("Mia, and who looks after them");
        await Expect(olga.Page.Locator("main")).Not.ToContainTextAsync("Noa");
        await CheckAsync(olga, javaScript);
        await olga.Link("Not now").ClickAsync();
        await olga.Link("Start a family").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("Start a family");
        await olga.GoAsync("/");
        await olga.Link("The Lunds").ClickAsync();
        await olga.Field("Your name in this family").FillAsync("Grandma Olga");
        await olga.Button("Join").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("The Lunds");
        await Expect(olga.Page.Locator(".person", new() { HasText = "Mia" })).ToBeVisibleAsync();
        await Expect(olga.Page.Locator("main")).Not.ToContainTextAsync("Noa");
        await CheckAsync(olga, javaScript);

        // The second baby is asked for by a link that a parent gives.
        await ana.GoAsync(circle);
        await ana.Link("Noa").First.ClickAsync();
        var noa = ana.Path;
        await Expect(ana.Page.Locator("#watchers")).Not.ToContainTextAsync("Grandma Olga");
        await olga.GoAsync($"/request-access?babyId={noa[^36..]}");
        await olga.Field("Who are you?").FillAsync("I take care of Noa on Fridays.");
        await olga.Button("Ask").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("We have passed it on");
        await Expect(olga.Page.Locator("main")).Not.ToContainTextAsync("Would like to see");
        await CheckAsync(olga, javaScript);

        await ana.GoAsync(circle);
        await ana.Link("Somebody asks to come in").ClickAsync();
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("Would like to see Noa");
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("Grandma Olga");
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("I take care of Noa on Fridays.");
        await CheckAsync(ana, javaScript);
        await ana.Field("Last day").FillAsync(DateTime.UtcNow.AddDays(9).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await ana.Page.GetByRole(AriaRole.Button, new() { Name = "Let them in: Grandma Olga" }).ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Grandma Olga");

        // Who sees the baby, since when, by whom, until when.
        await ana.GoAsync(noa);
        var watcher = ana.Page.Locator("#watchers li", new() { HasText = "Grandma Olga" });
        await Expect(watcher).ToContainTextAsync("Since ");
        await Expect(watcher).ToContainTextAsync($"Invited by ana.{own}");
        await Expect(watcher).ToContainTextAsync("Until ");
        await CheckAsync(ana, javaScript);
        await olga.GoAsync(noa);
        await Expect(olga.Heading).ToHaveTextAsync("Noa");
        await CheckAsync(olga, javaScript);

        // Longer by a tap.
        var until = await watcher.InnerTextAsync();
        await ana.Button("One week more: Grandma Olga").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await Expect(watcher).ToContainTextAsync("Until ");
        Assert.NotEqual(until, await watcher.InnerTextAsync());
        await ana.GoAsync(noa);

        // Ended by a tap and a second look; the other baby stays.
        await watcher.Locator("details.more > summary").ClickAsync();
        await CheckAsync(ana, javaScript);
        await watcher.GetByText("Grandma Olga shall not see Noa any more").ClickAsync();
        await watcher.GetByRole(AriaRole.Button, new() { Name = "Yes, end it" }).ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Noa");
        await Expect(ana.Page.Locator("#watchers")).Not.ToContainTextAsync("Grandma Olga");
        await olga.GoAsync(noa);
        await Expect(olga.Page.Locator("main")).Not.ToContainTextAsync("Noa");
        await olga.GoAsync(circle);
        await Expect(olga.Page.Locator(".person", new() { HasText = "Mia" })).ToBeVisibleAsync();
        await Expect(olga.Page.Locator("main")).Not.ToContainTextAsync("Noa");
    }

    private static async Task AddBabyAsync(Visitor visitor, string name)
    {
        await visitor.Page.Locator("details:has(#add) > summary").ClickAsync();
        await visitor.Page.Locator("#add input[name=name]").FillAsync(name);
        await visitor.Page.Locator("#add button").ClickAsync();
        await Expect(visitor.Page.Locator(".person", new() { HasText = name })).ToBeVisibleAsync();
    }

    // axe is a script of its own: without scripts the rest is checked.
    private static Task CheckAsync(Visitor visitor, bool javaScript) => javaScript ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();
}
