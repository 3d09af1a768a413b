using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>One's own account: passkeys on a device that has them, addresses without scripts, and every page of it.</summary>
public sealed class AccountTests(BrowserFixture browsers)
{
    [Fact]
    public async Task A_passkey_is_made_signs_in_confirms_and_goes()
    {
        await using var olga = await browsers.VisitAsync();
        await olga.GoAsync("/sign-in?return=/account/sign-in");
        await olga.SignInAsync("olga.passkey@example.org");
        await Expect(olga.Heading).ToHaveTextAsync("How I sign in");
        await olga.AssertGoodAsync();
        var device = await DeviceAsync(olga);

        await olga.Field("What should we call it?").FillAsync("My tablet");
        await olga.Button("Add a passkey of this device").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("From now on My tablet lets you in");
        await olga.AssertGoodAsync();

        await olga.Page.Locator(".menu summary").Last.ClickAsync();
        await olga.Button("Sign out").ClickAsync();
        await olga.GoAsync("/sign-in?return=/account/devices");
        await olga.AssertGoodAsync();
        await device.VerifiedAsync(false);
        await olga.Button("Use a passkey").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That did not work");
        await device.VerifiedAsync(true);
        await olga.Button("Use a passkey").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("Where I am signed in");
        await olga.AssertGoodAsync();

        await olga.GoAsync("/account/confirm?return=/account/sign-in");
        await olga.AssertGoodAsync();
        await olga.Button("Use a passkey").ClickAsync();
        await Expect(olga.Heading).ToHaveTextAsync("How I sign in");
        await olga.Page.Locator("#passkeys .confirm summary").ClickAsync();
        await olga.Button("Remove this passkey").ClickAsync();
        await Expect(olga.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("My tablet does not let you in any more");
    }

    [Fact]
    public async Task Another_address_is_added_without_scripts()
    {
        await using var nils = await browsers.VisitAsync(javaScript: false);
        await nils.GoAsync("/sign-in?return=/account/sign-in");
        await nils.SignInAsync("nils.account@example.org");
        Assert.Equal(0, await nils.Page.Locator("form[data-passkey]:visible").CountAsync());
        var seen = browsers.Server.Mailbox.To("nils.second@example.org").Count;
        await nils.Field("Another e-mail address").FillAsync("nils.second@example.org");
        await nils.Button("Send a code").ClickAsync();
        await nils.EnterCodeAsync("nils.second@example.org", seen);
        await Expect(nils.Page.Locator("#addresses")).ToContainTextAsync("nils.second@example.org");
        await nils.Button("Send my mail to nils.second@example.org").ClickAsync();
        await Expect(nils.Page.Locator("#addresses li").First).ToContainTextAsync("nils.second@example.org");
        await nils.AssertSmallAsync();
    }

    [Fact]
    public async Task Every_page_of_the_account_is_good_and_deleting_it_ends_it()
    {
        await using var eva = await browsers.VisitAsync();
        await eva.GoAsync("/sign-in?return=/account");
        await eva.SignInAsync("eva.account@example.org");
        await Expect(eva.Heading).ToHaveTextAsync("My account");
        await eva.AssertGoodAsync();
        await eva.Field("My name").FillAsync("Eva Lind");
        await eva.Button("Save").ClickAsync();
        await Expect(eva.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved");

        await eva.GoAsync("/account/confirm");
        await eva.Button("Send a code to e•••@example.org").ClickAsync();
        await eva.AssertGoodAsync();
        await eva.GoAsync("/account/delete");
        await eva.AssertGoodAsync();
        await eva.Field("Type DELETE to confirm").FillAsync("DELETE");
        await eva.Button("Delete my account for good").ClickAsync();
        await Expect(eva.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your account is deleted");
        Assert.Equal("/", eva.Path);
    }

    private static async Task<Device> DeviceAsync(Visitor visitor)
    {
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>A device with a finger, a face or a code of its own.</summary>
    private sealed record Device(ICDPSession Session, string Id)
    {
        public Task VerifiedAsync(bool verified) =>
            Session.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = Id, ["isUserVerified"] = verified });
    }
}
