using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>The invite card and what stands beside it.</summary>
public sealed class InvitingTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Several_addresses_at_once_and_only_those_that_failed_stay()
    {
        await using var ana = await browsers.VisitAsync();
        var circle = await ana.StartFamilyAsync("ana.bulk@example.org", "Care for Tom", "care");
        await ana.InviteAsync(circle, "one.bulk@example.org");
        await ana.InviteAsync(circle, "one.bulk@example.org", "Two <two.bulk@example.org>");

        await Expect(ana.Page.Locator(".outcomes")).ToContainTextAsync("one.bulk@example.org");
        await Expect(ana.Field("Their e-mail address")).ToHaveValueAsync("one.bulk@example.org");
        await Expect(ana.Page.Locator(".invitation")).ToHaveCountAsync(2);
        await Expect(ana.Page.Locator(".invitation-who").First).ToHaveTextAsync("Two");
        await ana.AssertGoodAsync();
    }

    [Fact]
    public async Task While_several_are_sent_the_page_says_how_many()
    {
        await using var ana = await browsers.VisitAsync();
        var circle = await ana.StartFamilyAsync("ana.progress@example.org", "The Moe family");
        await ana.GoAsync(circle + "/invitations");
        // Held back after all others have heard of it, as if the answer were slow.
        await ana.Page.EvaluateAsync("addEventListener('submit', e => e.preventDefault())");
        await ana.Field("Their e-mail address").FillAsync("one.progress@example.org, two.progress@example.org\nThree <three.progress@example.org>");
        await ana.Button("Send the invitation").ClickAsync();

        await Expect(ana.Page.Locator("#invite .progress")).ToHaveTextAsync("Sending 3 invitations …");
    }

    [Fact]
    public async Task What_was_typed_stays_when_something_is_wrong()
    {
        await using var olga = await browsers.VisitAsync(javaScript: false);
        var circle = await olga.StartFamilyAsync("olga.typed@example.org", "The Vik family");
        await olga.GoAsync(circle + "/invitations");
        await olga.Field("Their e-mail address").FillAsync("nils at home");
        await olga.Field("Their name").FillAsync("Nils");
        await olga.Page.GetByRole(AriaRole.Radio, new() { Name = "Teen" }).CheckAsync();
        await olga.Field("A few words from you").FillAsync("Come in!");
        await olga.Button("Send the invitation").ClickAsync();

        await Expect(olga.Page.Locator(".fault")).ToContainTextAsync("nils at home is not an address");
        await Expect(olga.Field("Their e-mail address")).ToHaveValueAsync("nils at home");
        await Expect(olga.Field("Their name")).ToHaveValueAsync("Nils");
        await Expect(olga.Page.GetByRole(AriaRole.Radio, new() { Name = "Teen" })).ToBeCheckedAsync();
        await Expect(olga.Field("A few words from you")).ToHaveValueAsync("Come in!");
    }

    [Fact]
    public async Task A_page_that_was_open_before_signing_out_and_in_keeps_what_was_typed()
    {
        await using var olga = await browsers.VisitAsync();
        var circle = await olga.StartFamilyAsync("olga.stale@example.org", "The Lie family");
        await olga.GoAsync(circle + "/invitations");
        await olga.Field("Their e-mail address").FillAsync("nils.stale@example.org");
        await olga.Page.Locator("#invite input[name=__RequestVerificationToken]").EvaluateAsync("e => e.value = 'old'");
        await olga.Button("Send the invitation").ClickAsync();

        await Expect(olga.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your words are still here");
        await Expect(olga.Field("Their e-mail address")).ToHaveValueAsync("nils.stale@example.org");
        await Expect(olga.Page.Locator(".invitation")).ToHaveCountAsync(0);
        await olga.Button("Send the invitation").ClickAsync();
        await Expect(olga.Page.Locator(".invitation")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_link_to_hand_over_stands_on_a_page_of_its_own_and_opens_the_invitation()
    {
        await using var olga = await browsers.VisitAsync();
        await using var eva = await browsers.VisitAsync();
        var circle = await olga.StartFamilyAsync("olga.handing@example.org", "The Strand family");
        await olga.GoAsync(circle + "/invitations");
        await olga.Page.GetByRole(AriaRole.Radio, new() { Name = "Link or QR" }).CheckAsync();
        await Expect(olga.Field("Their e-mail address")).ToBeHiddenAsync();
        await olga.Button("Make the link").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("The link to give away");
        await olga.AssertGoodAsync();
        var link = await olga.Page.GetByRole(AriaRole.Textbox, new() { Name = "Link" }).InputValueAsync();
        await olga.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await olga.Button("Copy").ClickAsync();
        await Expect(olga.Button("Copied")).ToBeVisibleAsync();
        Assert.Equal(link, await olga.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));

        await olga.GoAsync(circle + "/invitations");
        Assert.DoesNotContain(link.Split('/')[^1], await olga.Page.ContentAsync(), StringComparison.Ordinal);
        await eva.GoAsync(link);
        await Expect(eva.Heading).ToHaveTextAsync("olga.handing invites you to The Strand family");
        await Expect(eva.Page.Locator("dl")).ToContainTextAsync("One person");
        Assert.DoesNotContain(link.Split('/')[^1], await eva.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_way_goes_without_a_mouse()
    {
        await using var olga = await browsers.VisitAsync();
        var keys = olga.Page.Keyboard;
        await olga.GoAsync("/welcome");
        var email = "olga.keys@example.org";
        await Expect(olga.Field("Your e-mail address")).ToBeFocusedAsync();
        await keys.TypeAsync(email);
        await keys.PressAsync("Enter");
        var code = DevelopmentMailbox.CodeIn(await browsers.Server.Mailbox.WaitForAsync(email));
        await Expect(olga.Page.Locator("input[name=code]")).ToBeFocusedAsync();
        await keys.TypeAsync(code);
        await keys.PressAsync("Enter");

        await Expect(olga.Field("What is your family called?")).ToBeFocusedAsync();
        await keys.TypeAsync("The Keys");
        await keys.PressAsync("Tab");
        await keys.PressAsync("ArrowDown");
        await Expect(olga.Page.Locator("input[name=kind][value=home]")).Not.ToBeCheckedAsync();
        await keys.PressAsync("ArrowUp");
        await Expect(olga.Page.Locator("input[name=kind][value=home]")).ToBeCheckedAsync();
        await keys.PressAsync("Enter");
        await Expect(olga.Heading).ToHaveTextAsync("The Keys");
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToBeFocusedAsync();

        await TabToAsync(olga, olga.Link("Invite somebody"));
        await keys.PressAsync("Enter");
        await TabToAsync(olga, olga.Field("Their e-mail address"));
        await keys.TypeAsync("nils.keys@example.org");
        await TabToAsync(olga, olga.Button("Send the invitation"));
        await keys.PressAsync("Enter");
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("nils.keys@example.org is invited");

        await TabToAsync(olga, olga.Page.Locator(".invitation .confirm summary"));
        await keys.PressAsync("Enter");
        await TabToAsync(olga, olga.Button("Withdraw the invitation"));
        await keys.PressAsync("Enter");
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("withdrawn");
    }

    [Fact]
    public async Task Leaving_and_removing_ask_first_and_work_without_scripts()
    {
        await using var olga = await browsers.VisitAsync(javaScript: false);
        await using var nils = await browsers.VisitAsync(javaScript: false);
        await using var eva = await browsers.VisitAsync(javaScript: false);
        var circle = await olga.StartFamilyAsync("olga.leave@example.org", "The Foss family");
        await olga.InviteAsync(circle, "nils.leave@example.org", "eva.leave@example.org");
        foreach (var (visitor, email) in new[] { (nils, "nils.leave@example.org"), (eva, "eva.leave@example.org") })
        {
            await visitor.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync(email)).ToString());
            await visitor.Button("Join").ClickAsync();
            await visitor.SignInAsync(email);
            await visitor.Button("Join").ClickAsync();
            await Expect(visitor.Heading).ToHaveTextAsync("The Foss family");
        }

        await nils.Page.Locator(".leave summary").ClickAsync();
        await nils.Button("Leave The Foss family").ClickAsync();
        await Expect(nils.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("You have left The Foss family");

        await olga.GoAsync(circle);
        await Expect(olga.Page.Locator(".person")).ToHaveCountAsync(2);
        await olga.Page.Locator(".person .confirm summary").ClickAsync();
        await olga.Page.Locator(".person .confirm-panel button").ClickAsync();
        await Expect(olga.Page.Locator(".person")).ToHaveCountAsync(1);
        var answer = await eva.Page.ReloadAsync();
        Assert.Equal(404, answer!.Status);
        await Expect(eva.Heading).ToHaveTextAsync("There is nothing here");
    }

    private static async Task TabToAsync(Visitor visitor, ILocator target)
    {
        for (var pressed = 0; pressed < 40; pressed++)
        {
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }

            await visitor.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{target} is not reached with the Tab key.");
    }
}
