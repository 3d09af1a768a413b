using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>The vault's open link from beginning to end, with scripts and without.</summary>
public sealed class OpenLinkJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Seed000_Vault_A_link_is_made_and_the_family_comes_in_by_it(bool javaScript)
    {
        var tag = javaScript ? "with" : "without";
        await using var ana = await browsers.VisitAsync(javaScript);
        await using var gerd = await browsers.VisitAsync(javaScript);
        await using var nils = await browsers.VisitAsync(javaScript);
        var circle = await ana.StartFamilyAsync($"ana.{tag}.vault@example.org", "The Haug papers", "vault");

        // The open link, made on its page: a name is enough, two people.
        await ana.GoAsync(circle + "/invitations");
        await ana.Link("Make an open link").ClickAsync();
        await Expect(ana.Heading).ToHaveTextAsync("Open link");
        await CheckAsync(ana, javaScript);
        await Radio(ana, "Grandparent").CheckAsync();
        await Radio(ana, "With a name only").CheckAsync();
        await ana.Field("For how many people?").FillAsync("2");
        await ana.Page.GetByLabel("How long does it work?").SelectOptionAsync("30");
        await ana.Button("Make the link").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("The link is ready");
        var link = await ana.Page.Locator("#link").InputValueAsync();
        Assert.Contains("/invite-link/", link, StringComparison.Ordinal);
        await Expect(ana.Page.Locator("#scan")).ToBeVisibleAsync();
        await CheckAsync(ana, javaScript);
        if (javaScript)
        {
            await ana.Button("Show it large").ClickAsync();
            await Expect(ana.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Img)).ToBeVisibleAsync();
            await ana.Page.Keyboard.PressAsync("Escape");
        }

        // Aunt Gerd has no e-mail: her name is enough.
        await gerd.GoAsync(new Uri(link).PathAndQuery);
        await Expect(gerd.Heading).ToContainTextAsync("invites you to The Haug papers");
        await CheckAsync(gerd, javaScript);
        await gerd.Field("Your name in this family").FillAsync("Aunt Gerd");
        await gerd.Button("Join with this name").ClickAsync();
        await Expect(gerd.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Welcome to The Haug papers");
        await Expect(gerd.Page.GetByText("Aunt Gerd").First).ToBeVisibleAsync();

        // Nils signs in first, and comes back to the same screen.
        await nils.GoAsync(new Uri(link).PathAndQuery);
        await nils.Link("I would rather sign in").ClickAsync();
        await nils.SignInAsync($"nils.{tag}.vault@example.org");
        await nils.Field("Your name in this family").FillAsync("Uncle Nils");
        await nils.Button("Join").ClickAsync();
        await Expect(nils.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Welcome to The Haug papers");

        // Both are in, and with them it is used up.
        await ana.GoAsync(circle);
        await Expect(ana.Page.GetByText("Aunt Gerd").First).ToBeVisibleAsync();
        await Expect(ana.Page.GetByText("Uncle Nils").First).ToBeVisibleAsync();
        await using var late = await browsers.VisitAsync(javaScript);
        await late.GoAsync(new Uri(link).PathAndQuery);
        await Expect(late.Heading).ToHaveTextAsync("This link is used up");
        await CheckAsync(late, javaScript);

        // Gerd adds an address later, and keeps her place.
        await gerd.GoAsync("/account/sign-in");
        await CheckAsync(gerd, javaScript);
        var email = $"gerd.{tag}.vault@example.org";
        await gerd.Page.Locator("form[action='/account/sign-in/addresses'] input[name=email]").FillAsync(email);
        await gerd.Page.Locator("form[action='/account/sign-in/addresses'] button").ClickAsync();
        await gerd.EnterCodeAsync(email, seen: 0);
        await gerd.GoAsync(circle);
        await Expect(gerd.Heading).ToHaveTextAsync("The Haug papers");

        // Another link, and its end.
        await ana.GoAsync(circle + "/invitations");
        await ana.Link("Make an open link").ClickAsync();
        await ana.Button("Make the link").ClickAsync();
        await ana.GoAsync(circle + "/invitations");
        await CheckAsync(ana, javaScript);
        await ana.Page.GetByText("End this link").ClickAsync();
        await ana.Button("End the link").ClickAsync();
        await Expect(ana.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("The open link has ended");
        await Expect(ana.Link("Make an open link")).ToBeVisibleAsync();
    }

    private static ILocator Radio(Visitor visitor, string name) => visitor.Page.GetByRole(AriaRole.Radio, new() { Name = name });

    private static Task CheckAsync(Visitor visitor, bool javaScript) => javaScript ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();
}
