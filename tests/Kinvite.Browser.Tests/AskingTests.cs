using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>Asking to join without an invitation, and the family's answers, as people do it.</summary>
public sealed class AskingTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_neighbour_asks_and_is_let_in_as_the_family_chooses(bool javaScript)
    {
        var own = javaScript ? "asks" : "plain";
        await using var ana = await browsers.VisitAsync(javaScript);
        await using var per = await browsers.VisitAsync(javaScript);
        var circle = await ana.StartFamilyAsync($"ana.{own}@example.org", "The Moe family");
        var ask = $"/request-access?familyId={circle[^36..]}";

        await per.GoAsync(ask);
        await Expect(per.Heading).ToHaveTextAsync("Ask to join");
        await CheckAsync(per, javaScript);
        await per.Link("Sign in").Last.ClickAsync();
        await per.SignInAsync($"per.{own}@example.org");
        Assert.Equal(ask, per.Path);
        await CheckAsync(per, javaScript);
        await per.Field("Who are you?").FillAsync("Per from the second floor.");
        await per.Button("Ask").ClickAsync();
        await Expect(per.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("We have passed it on");
        Assert.DoesNotContain("Moe", await per.Page.ContentAsync(), StringComparison.Ordinal);
        await CheckAsync(per, javaScript);

        await ana.GoAsync(circle + "/requests");
        await Expect(ana.Page.Locator(".request")).ToContainTextAsync("Per from the second floor.");
        await CheckAsync(ana, javaScript);
        await ana.Page.GetByRole(AriaRole.Radio, new() { Name = "Caregiver" }).CheckAsync();
        await ana.Button($"Let them in: per.{own}").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"per.{own} is in the family now");

        await per.GoAsync(ask);
        await per.Link("Open the family").ClickAsync();
        await Expect(per.Heading).ToHaveTextAsync("The Moe family");
        await Expect(per.Page.Locator(".person", new() { HasText = $"per.{own}" })).ToContainTextAsync("Caregiver");
        await ana.GoAsync(circle + "/activity");
        await Expect(ana.Page.Locator(".happened").First).ToContainTextAsync($"let per.{own} in");
        await CheckAsync(ana, javaScript);
        await ana.Page.Locator("#who").SelectOptionAsync(new SelectOptionValue { Label = $"per.{own}" });
        await ana.Button("Show").ClickAsync();
        await Expect(ana.Page.Locator(".happened li")).ToHaveCountAsync(1);
        await CheckAsync(ana, javaScript);
    }

    [Fact]
    public async Task Several_wait_one_is_blocked_and_may_ask_again_later()
    {
        await using var ana = await browsers.VisitAsync();
        await using var eva = await browsers.VisitAsync();
        await using var per = await browsers.VisitAsync(locale: "es-ES");
        var circle = await ana.StartFamilyAsync("ana.block@example.org", "The Dahl family");
        var ask = $"/request-access?familyId={circle[^36..]}";
        foreach (var (visitor, email, words) in new[] { (eva, "eva.block@example.org", "Ask"), (per, "per.block@example.org", "Pedirlo") })
        {
            await visitor.GoAsync("/sign-in");
            await visitor.Page.Locator("input[name=email]").FillAsync(email);
            var seen = browsers.Server.Mailbox.To(email).Count;
            await visitor.Page.Locator("main form button.button-primary").First.ClickAsync();
            await visitor.EnterCodeAsync(email, seen);
            await visitor.GoAsync(ask);
            await visitor.Button(words).ClickAsync();
            await Expect(visitor.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
            await visitor.AssertGoodAsync();
        }

        await ana.GoAsync(circle + "/requests");
        await Expect(ana.Page.Locator(".request")).ToHaveCountAsync(2);
        await ana.AssertGoodAsync();
        var first = ana.Page.Locator(".request").First;
        await first.GetByText("Let them in as …").ClickAsync();
        await first.GetByText("Do not let in").ClickAsync();
        await ana.AssertGoodAsync();
        await first.GetByText("Do not show me their requests any more").ClickAsync();
        await ana.Button("Say no").First.ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("eva.block stays outside");
        await Expect(ana.Page.Locator(".request")).ToHaveCountAsync(1);
        await ana.AssertGoodAsync();
        await ana.Button("Let them ask again: eva.block").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("eva.block can ask again");

        await per.GoAsync(ask);
        await per.Page.GetByText("Retirarlo", new() { Exact = true }).ClickAsync();
        await per.AssertGoodAsync();
        await per.Button("Sí, retirarlo").ClickAsync();
        await Expect(per.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Lo has retirado");
        await ana.GoAsync(circle + "/requests");
        await Expect(ana.Page.Locator(".empty")).ToContainTextAsync("Nobody is asking");
    }

    // axe is a script of its own: without scripts the rest is checked.
    private static Task CheckAsync(Visitor visitor, bool javaScript) => javaScript ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();
}
