using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

/// <summary>A server that sends no mail sends nobody to wait for a code.</summary>
public sealed class MailOffTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private KinviteApp app = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        app = await KinviteApp.StartAsync(database.ConnectionString, s => (s.Environment, s.Configuration["Kinvite:SignUp"]) = ("Production", "open"));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "This server cannot send mail at the moment")]
    [InlineData("es", "Este servidor no puede enviar correo ahora")]
    public async Task Signing_in_offers_what_works_without_mail(string language, string words)
    {
        using var browser = new Browser(app, language);
        foreach (var page in new[] { "/sign-in", "/sign-up", "/password/forgot" })
        {
            await browser.OpenAsync(page + "?return=%2Faccount");
            Assert.Contains(words, browser.Page.QuerySelector(".notice-waiting")!.TextContent, StringComparison.Ordinal);
        }

        await browser.OpenAsync("/sign-in?return=%2Faccount");
        Assert.Null(browser.Page.QuerySelector("form[action='/sign-in']"));
        Assert.Equal("/sign-in/password?return=%2Faccount", browser.Page.QuerySelector("main a.button-primary")!.GetAttribute("href"));
        await browser.OpenAsync("/password/forgot");
        Assert.Null(browser.Page.QuerySelector("form[action='/password/forgot']"));
    }

    [Fact]
    public async Task A_form_that_was_open_before_leads_to_no_code_either_and_programs_get_their_202()
    {
        using var browser = new Browser(app);
        await browser.OpenAsync("/sign-up");
        var token = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var page in new[] { "/sign-in", "/password/forgot" })
        {
            await browser.PostAsync(page, [new("email", Circle.NewEmail()), new("__RequestVerificationToken", token)]);
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
            Assert.NotNull(browser.Page.QuerySelector(".notice-waiting"));
        }

        using var program = app.NewPerson();
        await program.PostAsync("/api/auth/codes", new { email = Circle.NewEmail() }, HttpStatusCode.Accepted);
        await program.PostAsync("/api/auth/password/forgot", new { email = Circle.NewEmail() }, HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task One_signs_up_with_a_password_and_signs_in_with_it()
    {
        var email = Circle.NewEmail();
        using var browser = new Browser(app);
        await browser.OpenAsync("/sign-up");
        await browser.SendAsync("/sign-up", ("name", "Olga"), ("email", email));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(browser.Page.GetElementById("password-fault"));

        await browser.SendAsync("/sign-up", ("name", "Olga"), ("email", email), ("password", Passwords.Right));
        Assert.Equal("/sign-in/password", browser.SeeOther);
        await browser.FollowAsync();
        Assert.Contains("Your account is made. Sign in with your password.", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/sign-in/password", ("email", email), ("password", Passwords.Right));
        await browser.FollowAsync();
        Assert.Contains("Hello, Olga", browser.Text, StringComparison.Ordinal);
    }
}
