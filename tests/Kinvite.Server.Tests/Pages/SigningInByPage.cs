using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>Signing in through the pages; the digits are derived.</summary>
internal static class SigningInByPage
{
    public static async Task SignInAsync(this Browser browser, KinviteApp app, string email)
    {
        await browser.OpenAsync("/sign-in");
        await browser.SendAsync("/sign-in", ("email", email));
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/code", ("code", SigningIn.Digits(app, Guid.Parse(browser.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!))));
    }

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
