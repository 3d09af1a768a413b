using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>The stories of two of the documents that the product comes from, each told to its end in a browser.</summary>
public sealed class SeedJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed002_Team_A_player_invites_sends_again_withdraws_and_finds_the_history(bool javaScript)
    {
        var own = javaScript ? "team" : "plainteam";
        await using var pia = await browsers.VisitAsync(javaScript);
        await using var max = await browsers.VisitAsync(javaScript);
        var circle = await pia.StartFamilyAsync($"pia.{own}@example.org", "The Falcons", "team");

        await pia.GoAsync("/settings/family-management");
        await InviteAsync(pia, $"max.{own}@example.org", "Player");
        await Expect(pia.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"max.{own}@example.org is invited");
        await Expect(pia.Field("Their e-mail address")).ToHaveValueAsync("");
        await Expect(pia.Page.Locator(".invitation")).ToHaveCountAsync(1);
        await InviteAsync(pia, $"max.{own}@example.org", "Parent");
        await Expect(pia.Page.Locator(".invitation")).ToHaveCountAsync(1);
        await Expect(pia.Page.Locator("#invite, .outcomes").First).ToContainTextAsync($"max.{own}@example.org");
        await CheckAsync(pia, javaScript);

        var seen = browsers.Server.Mailbox.To($"max.{own}@example.org").Count;
        await pia.Button("Send again").First.Or(pia.Page.Locator(".invitation form[action$='/resend'] button")).First.ClickAsync();
        await Expect(pia.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        var second = DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync($"max.{own}@example.org", seen)).ToString();

        // Whoever was invited is a member as good as the first, and invites others.
        await max.GoAsync(second);
        await max.Button("Join").ClickAsync();
        await max.SignInAsync($"max.{own}@example.org");
        await max.Button("Join").ClickAsync();
        await Expect(max.Heading).ToHaveTextAsync("The Falcons");
        await max.GoAsync(circle + "/invitations");
        await InviteAsync(max, $"ria.{own}@example.org", "Parent");
        await Expect(max.Page.Locator(".invitation")).ToHaveCountAsync(1);
        await max.Page.Locator(".invitation .confirm summary").ClickAsync();
        await max.Page.Locator(".invitation .confirm-panel button").ClickAsync();
        await Expect(max.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("withdrawn");
        await Expect(max.Page.Locator(".invitation")).ToHaveCountAsync(0);
        await Expect(max.Page.Locator(".earlier")).ToHaveCountAsync(2);
        await CheckAsync(max, javaScript);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed003_Care_A_helper_finds_two_invitations_accepts_one_and_declines_the_other(bool javaScript)
    {
        var own = javaScript ? "care" : "plaincare";
        await using var ana = await browsers.VisitAsync(javaScript);
        await using var leo = await browsers.VisitAsync(javaScript);
        await using var hal = await browsers.VisitAsync(javaScript);
        var first = await ana.StartFamilyAsync($"ana.{own}@example.org", "Care for Grandma", "care");
        var second = await leo.StartFamilyAsync($"leo.{own}@example.org", "Care for Uncle Jo", "care");
        await ana.GoAsync(first + "/invitations");
        await Expect(ana.Page.GetByRole(AriaRole.Radio, new() { Name = "Caregiver" })).ToBeCheckedAsync();
        await ana.InviteAsync(first, $"hal.{own}@example.org");
        await leo.InviteAsync(second, $"hal.{own}@example.org");

        // Without any link: the address alone brings the invitations along.
        await hal.GoAsync("/sign-in");
        await hal.SignInAsync($"hal.{own}@example.org");
        await hal.Link("Care for Grandma").ClickAsync();
        await Expect(hal.Page.Locator("main")).ToContainTextAsync("Care for Grandma");
        await Expect(hal.Page.Locator("main")).ToContainTextAsync("Care for Uncle Jo");
        await CheckAsync(hal, javaScript);
        var wanted = hal.Page.Locator("section", new() { HasText = "Care for Grandma" });
        await wanted.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Expect(hal.Heading).ToHaveTextAsync("Care for Grandma");

        await hal.GoAsync("/account/shared");
        await Expect(hal.Page.Locator("main")).Not.ToContainTextAsync("Care for Grandma");
        await hal.Page.Locator(".confirm summary").ClickAsync();
        await hal.Page.Locator(".confirm-panel button").ClickAsync();
        await Expect(hal.Page.Locator("main")).Not.ToContainTextAsync("Care for Uncle Jo invites");
        await leo.GoAsync(second + "/invitations");
        await Expect(leo.Page.Locator(".earlier")).ToContainTextAsync("Declined");
        await ana.GoAsync(first);
        await Expect(ana.Page.Locator(".person", new() { HasText = $"hal.{own}" })).ToContainTextAsync("Caregiver");
    }

    private static async Task InviteAsync(Visitor visitor, string email, string role)
    {
        await visitor.Field("Their e-mail address").FillAsync(email);
        await visitor.Page.GetByRole(AriaRole.Radio, new() { Name = role, Exact = false }).First.CheckAsync();
        await visitor.Button("Send the invitation").ClickAsync();
    }

    private static async Task CheckAsync(Visitor visitor, bool javaScript)
    {
        if (javaScript)
        {
            await visitor.AssertGoodAsync();
        }
    }
}
