using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite.Harness;

/// <summary>Steps that several journeys take.</summary>
internal static class Households
{
    /// <summary>Signs in and starts a family; afterwards the circle is open.</summary>
    /// <returns>The path of the circle.</returns>
    public static async Task<string> StartFamilyAsync(this Visitor visitor, string email, string name, string kind = "home")
    {
        await visitor.GoAsync("/welcome");
        await visitor.SignInAsync(email);
        await visitor.Field("What is your family called?").FillAsync(name);
        await visitor.Page.Locator($"input[name=kind][value={kind}]").CheckAsync();
        await visitor.Button("Start the family").ClickAsync();
        await Expect(visitor.Heading).ToHaveTextAsync(name);
        return visitor.Path;
    }

    /// <summary>Invites by mail from the invitations page of the circle.</summary>
    public static async Task InviteAsync(this Visitor visitor, string circle, params string[] emails)
    {
        await visitor.GoAsync(circle + "/invitations");
        await visitor.Field("Their e-mail address").FillAsync(string.Join('\n', emails));
        await visitor.Button("Send the invitation").ClickAsync();
        await visitor.Page.WaitForLoadStateAsync(LoadState.Load);
    }
}
