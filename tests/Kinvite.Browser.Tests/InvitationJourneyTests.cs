using Kinvite.Harness;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Kinvite;

/// <summary>The way that everybody goes: a family is started, somebody is invited, comes in, and both see each other.</summary>
public sealed class InvitationJourneyTests(BrowserFixture browsers)
{
    private const string Message = "Dear Dad,\nthe children have new drawings for you.";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_invited_by_mail_comes_in_and_both_see_each_other(bool javaScript)
    {
        var tag = javaScript ? "with" : "without";
        var (olgas, nils) = ($"olga.{tag}@example.org", $"nils.{tag}@example.org");
        await using var olga = await browsers.VisitAsync(javaScript);
        await using var dad = await browsers.VisitAsync(javaScript);

        await StartFamilyAsync(olga, olgas, "The Larsens");
        await InviteAsync(olga, nils);

        // The mail's link, in another browser: everything is said before anything is asked.
        await dad.GoAsync(DevelopmentMailbox.LinkIn(await browsers.Server.Mailbox.WaitForAsync(nils)).ToString());
        Assert.StartsWith("/join?i=", dad.Path, StringComparison.Ordinal);
        await Expect(dad.Heading).ToHaveTextAsync($"olga.{tag} invites you to The Larsens");
        await Expect(dad.Page.Locator("blockquote")).ToContainTextAsync("new drawings");
        await Expect(dad.Page.Locator("dl")).ToContainTextAsync("Grandparent");
        await Expect(dad.Page.Locator("dl")).ToContainTextAsync(nils);
        await CheckAsync(dad, javaScript);

        await dad.Button("Join").ClickAsync();
        await Expect(dad.Page.Locator(".joining")).ToContainTextAsync("The Larsens");
        await CheckAsync(dad, javaScript);
        await dad.SignInAsync(nils);
        Assert.StartsWith("/join?i=", dad.Path, StringComparison.Ordinal);
        await Expect(dad.Field("Your name in this family")).ToHaveValueAsync("Grandpa Nils");
        await CheckAsync(dad, javaScript);

        // Nobody joins by signing in.
        await olga.GoAsync(FamilyOf(olga));
        await Expect(olga.Page.Locator(".person")).ToHaveCountAsync(1);

        var seen = browsers.Server.Mailbox.To(olgas).Count;
        await dad.Button("Join").ClickAsync();
        await Expect(dad.Heading).ToHaveTextAsync("The Larsens");
        await Expect(dad.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Welcome to The Larsens");
        await Expect(dad.Page.Locator(".person").Filter(new() { HasText = "Grandpa Nils" })).ToContainTextAsync("you");
        await Expect(dad.Page.Locator(".people")).ToContainTextAsync($"olga.{tag}");
        await CheckAsync(dad, javaScript);

        await olga.Page.ReloadAsync();
        await Expect(olga.Page.Locator(".people")).ToContainTextAsync("Grandpa Nils");
        await Expect(olga.Page.Locator(".page-head")).ToContainTextAsync("2 adults");
        await CheckAsync(olga, javaScript);
        Assert.Contains("Grandpa Nils", await browsers.Server.Mailbox.WaitForAsync(olgas, seen), StringComparison.Ordinal);

        await olga.GoAsync(FamilyOf(olga) + "/invitations");
        await Expect(olga.Page.Locator(".earlier")).ToContainTextAsync("Joined");
        await CheckAsync(olga, javaScript);
        await olga.GoAsync(FamilyOf(olga) + "/activity");
        await Expect(olga.Page.Locator(".happened")).ToContainTextAsync("Grandpa Nils joined");
        await CheckAsync(olga, javaScript);
    }

    private async Task StartFamilyAsync(Visitor visitor, string email, string name)
    {
        var withScripts = email.Contains(".with@", StringComparison.Ordinal);
        await visitor.GoAsync("/welcome");
        Assert.StartsWith("/sign-in", visitor.Path, StringComparison.Ordinal);
        await CheckAsync(visitor, withScripts);
        await visitor.SignInAsync(email);
        await Expect(visitor.Heading).ToHaveTextAsync("Start a family");
        await CheckAsync(visitor, withScripts);
        await visitor.Field("What is your family called?").FillAsync(name);
        await visitor.Page.GetByRole(AriaRole.Radio, new() { Name = "Family at home" }).CheckAsync();
        await visitor.Button("Start the family").ClickAsync();
        await Expect(visitor.Heading).ToHaveTextAsync(name);
        await CheckAsync(visitor, withScripts);
    }

    private async Task InviteAsync(Visitor visitor, string email)
    {
        var withScripts = email.Contains(".with@", StringComparison.Ordinal);
        await visitor.Link("Invite somebody").ClickAsync();
        await CheckAsync(visitor, withScripts);
        await visitor.Field("Their e-mail address").FillAsync(email);
        await visitor.Field("Their name").FillAsync("Grandpa Nils");
        await visitor.Page.GetByRole(AriaRole.Radio, new() { Name = "Grandparent" }).CheckAsync();
        await visitor.Field("A few words from you").FillAsync(Message);
        await visitor.Button("Send the invitation").ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Grandpa Nils is invited");
        await Expect(visitor.Page.Locator(".invitation")).ToContainTextAsync(email);

        await browsers.Server.Mailbox.WaitForAsync(email);
        await visitor.GoAsync(FamilyOf(visitor) + "/invitations");
        await Expect(visitor.Page.Locator(".invitation-state")).ToContainTextAsync("Sent");
        await CheckAsync(visitor, withScripts);
    }

    private static Task CheckAsync(Visitor visitor, bool javaScript) => javaScript ? visitor.AssertGoodAsync() : visitor.AssertSmallAsync();

    private static string FamilyOf(Visitor visitor) => string.Join('/', visitor.Path.Split('/').Take(3));
}
