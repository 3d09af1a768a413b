using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>Typing codes without waiting for the mail.</summary>
internal static class TypingCodes
{
    /// <summary>Types the right code into the page's form.</summary>
    public static Task TypeCodeAsync(this Browser browser, KinviteApp app, string action) => browser.SendAsync(
        action, ("code", SigningIn.Digits(app, Guid.Parse(browser.Page.QuerySelector($"form[action='{action}'] input[name=challenge]")!.GetAttribute("value")!))));

    /// <summary>Somebody of the circle at a browser.</summary>
    public static async Task<Browser> BrowserOfAsync(this Circle circle, Person person, string language = "en")
    {
        var browser = new Browser(circle.App, language);
        await browser.SignInAsync(circle.App, person.Email);
        return browser;
    }
}
