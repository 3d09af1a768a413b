using System.Text;
using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>What one does with an invitation after it was made, and with many at once.</summary>
public sealed class HandingOverTests(BrowserFixture browsers)
{
    [Fact]
    public async Task A_link_is_shown_large_and_printed_and_the_card_opens_the_invitation()
    {
        await using var olga = await browsers.VisitAsync();
        await using var nils = await browsers.VisitAsync(javaScript: false);
        var circle = await olga.StartFamilyAsync("olga.card@example.org", "The Haug family", "chores");
        await olga.InviteAsync(circle, "Nils <nils.card@example.org>");
        await olga.Link("Link or QR for Nils").ClickAsync();
        await olga.AssertGoodAsync();
        await olga.Button("Show it large").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        await olga.AssertGoodAsync();
        await olga.Page.Keyboard.PressAsync("Escape");
        await Expect(olga.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();

        await olga.Link("A card to print").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("You are invited to The Haug family");
        await olga.AssertGoodAsync();
        await olga.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(olga.Page.Locator(".top")).ToBeHiddenAsync();
        await Expect(olga.Button("Print the card")).ToBeHiddenAsync();
        await nils.GoAsync(await olga.Page.Locator(".print-link").InnerTextAsync());
        await Expect(nils.Heading).ToHaveTextAsync("olga.card invites you to The Haug family");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_address_is_corrected_and_the_right_one_gets_the_mail(bool javaScript)
    {
        var tag = javaScript ? "with" : "without";
        await using var olga = await browsers.VisitAsync(javaScript);
        var circle = await olga.StartFamilyAsync($"olga.{tag}.change@example.org", "The Lund family");
        await olga.InviteAsync(circle, $"wrong.{tag}@example.org");
        await olga.Link($"Change the invitation for wrong.{tag}@example.org").ClickAsync();
        await olga.Field("Their e-mail address").FillAsync($"right.{tag}@example.org");
        await olga.Page.GetByRole(AriaRole.Radio, new() { Name = "Grandparent" }).CheckAsync();
        if (javaScript)
        {
            await olga.AssertGoodAsync();
        }

        await olga.Button("Save the changes").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync($"on its way to right.{tag}@example.org");
        await Expect(olga.Page.Locator(".invitation")).ToContainTextAsync("Grandparent");
        await browsers.Server.Mailbox.WaitForAsync($"right.{tag}@example.org");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task People_in_a_file_are_looked_over_and_then_invited(bool javaScript)
    {
        var tag = javaScript ? "with" : "without";
        await using var ana = await browsers.VisitAsync(javaScript);
        var circle = await ana.StartFamilyAsync($"ana.{tag}.file@example.org", "Care for Leo", "care");
        await ana.GoAsync(circle + "/invitations");
        await ana.Link("Many people? Invite from a file").ClickAsync();
        await ana.Page.Locator("#file").SetInputFilesAsync(new FilePayload
        {
            Name = "people.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes($"name;email\nTor;tor.{tag}@example.org\nLiv;nowhere\nMia;mia.{tag}@example.org\n"),
        });
        await ana.Button("Look it over").ClickAsync();
        await Expect(ana.Page.GetByText("2 of 3 can be invited.")).ToBeVisibleAsync();
        await Expect(ana.Page.Locator(".rows")).ToContainTextAsync("nowhere is not an address");
        if (javaScript)
        {
            await ana.AssertGoodAsync();
        }

        await ana.Button("Invite these 2").ClickAsync();
        await Expect(ana.Page.Locator(".invitation-who")).ToHaveCountAsync(2);
        Assert.Equal(["Mia", "Tor"], (await ana.Page.Locator(".invitation-who").AllTextContentsAsync()).Select(name => name.Trim()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_inviter_sees_that_it_was_opened_once_somebody_touches_it()
    {
        await using var olga = await browsers.VisitAsync();
        await using var nils = await browsers.VisitAsync();
        var circle = await olga.StartFamilyAsync("olga.touch@example.org", "The Eide family");
        await olga.InviteAsync(circle, "nils.touch@example.org");
        await nils.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync("nils.touch@example.org")).ToString());
        await olga.Page.ReloadAsync();
        await Expect(olga.Page.Locator(".invitation-state")).Not.ToContainTextAsync("Opened");

        var told = nils.Page.WaitForResponseAsync(r => r.Url.Contains("/join/seen", StringComparison.Ordinal));
        await nils.Page.Keyboard.PressAsync("Tab");
        Assert.Equal(204, (await told).Status);
        await olga.Page.ReloadAsync();
        await Expect(olga.Page.Locator(".invitation-state")).ToContainTextAsync("Opened");
    }
}
