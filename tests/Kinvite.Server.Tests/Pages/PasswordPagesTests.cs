using System.Net;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class PasswordPagesTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string New = "a wholly new garden gate";

    private KinviteApp App => shared.Server;

    [Fact]
    public async Task One_signs_up_with_a_password_types_the_code_and_signs_in_with_it_again()
    {
        var email = Circle.NewEmail();
        using var browser = new Browser(App);
        await SignUpAsync(browser, email);
        Assert.Equal("/sign-in/code", browser.SeeOther);
        await browser.FollowAsync();
        await browser.TypeCodeAsync(App, "/sign-in/code");
        await browser.FollowAsync();
        Assert.Contains("Hello, Olga", browser.Text, StringComparison.Ordinal);

        using var other = new Browser(App);
        await LogInAsync(other, email, Passwords.Right);
        Assert.Equal("/", other.SeeOther);
        await other.FollowAsync();
        Assert.Contains("Hello, Olga", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_code_for_the_browser_that_signed_up_keeps_the_password()
    {
        var email = Circle.NewEmail();
        using var browser = new Browser(App);
        await SignUpAsync(browser, email);
        await browser.FollowAsync();
        await browser.SendAsync("/sign-in/resend");
        await browser.FollowAsync();
        await browser.TypeCodeAsync(App, "/sign-in/code");

        using var other = new Browser(App);
        await LogInAsync(other, email, Passwords.Right);
        Assert.Equal("/", other.SeeOther);
    }

    [Fact]
    public async Task BND_S02_A_new_code_asked_for_by_somebody_who_only_knows_the_code_s_name_keeps_nothing()
    {
        var email = Circle.NewEmail("victim");
        var registered = await Passwords.ClaimAsync(App, email);
        using var victim = new Browser(App);
        await victim.OpenAsync("/sign-in");
        await victim.SendAsync("/sign-in", ("email", email));
        await victim.FollowAsync();
        await victim.SendAsync("/sign-in/resend", ("challenge", registered.ToString("D")));
        await victim.FollowAsync();
        await victim.TypeCodeAsync(App, "/sign-in/code");

        using var login = await Passwords.LoginAsync(App, email);
        Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
    }

    [Fact]
    public async Task With_the_mailed_invitation_in_hand_a_password_leads_straight_back_to_it()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email, role = "relative" });
        using var browser = new Browser(App);
        await browser.OpenAsync($"/join/{circle.Token(invite)}");
        await browser.OpenAsync("/sign-up");
        Assert.Contains("The Aasens", browser.Text, StringComparison.Ordinal);
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value"));

        await browser.SendAsync("/sign-up", ("name", "Olga"), ("password", Passwords.Right));
        Assert.StartsWith("/join?i=", browser.SeeOther, StringComparison.Ordinal);
        await browser.FollowAsync();
        Assert.NotNull(browser.Page.QuerySelector("form[action='/join/accept']"));
    }

    [Theory]
    [InlineData("tiny7", "password")]
    [InlineData("12345678", "password")]
    public async Task A_password_that_is_refused_says_so_and_keeps_the_rest(string password, string faulty)
    {
        var email = Circle.NewEmail();
        using var browser = new Browser(App);
        await SignUpAsync(browser, email, password);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("true", browser.Page.QuerySelector($"input[name={faulty}]")!.GetAttribute("aria-invalid"));
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value"));
        Assert.Equal("Olga", browser.Page.QuerySelector("input[name=name]")!.GetAttribute("value"));
        Assert.DoesNotContain(password, browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_says_so_keeps_the_address_and_never_the_password()
    {
        var email = Circle.NewEmail();
        await Passwords.ClaimAsync(App, email);
        using var browser = new Browser(App, "es");
        await LogInAsync(browser, email, Passwords.NotRight);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("no coinciden", browser.Text, StringComparison.Ordinal);
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value"));
        Assert.DoesNotContain(Passwords.NotRight, browser.Page.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("javascript:alert(1)")]
    public async Task NET_S02_A_password_never_leads_to_another_site(string returnTo)
    {
        var email = Circle.NewEmail("lured");
        await Passwords.ClaimAsync(App, email);
        using var browser = new Browser(App);
        await browser.OpenAsync("/sign-in/password?return=" + Uri.EscapeDataString(returnTo));
        Assert.DoesNotContain("elsewhere", browser.Page.QuerySelector("main")!.OuterHtml, StringComparison.Ordinal);
        await browser.SendAsync("/sign-in/password", ("email", email), ("password", Passwords.Right), ("return", returnTo));
        Assert.Equal("/", browser.SeeOther);
    }

    [Theory]
    [InlineData("/sign-up")]
    [InlineData("/sign-in/password")]
    [InlineData("/password/forgot")]
    [InlineData("/password/reset")]
    public async Task A_form_without_its_token_changes_nothing(string page)
    {
        var email = Circle.NewEmail("stale");
        await Passwords.ClaimAsync(App, email);
        var codes = await shared.Rows.ScalarAsync<long>("SELECT count(*) FROM codes");
        using var browser = new Browser(App);
        await browser.PostAsync(page, [new("email", email), new("name", "Jens"), new("password", Passwords.Right), new("code", "123456")]);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal(email, browser.Page.QuerySelector("input[name=email]")!.GetAttribute("value"));
        Assert.Null(browser.Cookies.GetAllCookies()["kinvite"]);
        Assert.Equal(codes, await shared.Rows.ScalarAsync<long>("SELECT count(*) FROM codes"));
    }

    [Fact]
    public async Task A_forgotten_password_is_chosen_anew_with_the_code_and_leads_back()
    {
        var email = Circle.NewEmail();
        using var person = await SigningIn.SignInAsync(App, email);
        using var browser = new Browser(App);
        await browser.OpenAsync("/password/forgot?return=%2Faccount");
        await browser.SendAsync("/password/forgot", ("email", email));
        Assert.Equal("/password/reset", browser.SeeOther);
        await browser.FollowAsync();
        await browser.SendAsync("/password/reset", ("code", "000000"), ("password", New));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("000000", browser.Page.QuerySelector("input[name=code]")!.GetAttribute("value"));

        await browser.SendAsync("/password/reset", ("code", await CodeAsync(email)), ("password", New));
        Assert.Equal("/sign-in/password?return=%2Faccount", browser.SeeOther);
        await browser.FollowAsync();
        Assert.Contains("Your new password works", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/sign-in/password", ("email", email), ("password", New));
        Assert.Equal("/account", browser.SeeOther);
    }

    [Fact]
    public async Task The_mail_s_link_chooses_a_password_only_by_its_form_and_only_once()
    {
        var email = Circle.NewEmail();
        using var person = await SigningIn.SignInAsync(App, email);
        await person.PostAsync("/api/auth/password/forgot", new { email }, HttpStatusCode.Accepted);
        var link = DevelopmentMailbox.LinkIn(await Passwords.MailAsync(App, email, "Subject: Your new password")).AbsolutePath;

        using var scanner = new Browser(App);
        await scanner.OpenAsync(link);
        using (var opened = await scanner.Client.GetAsync(link))
        {
            Assert.Equal("no-referrer", opened.Headers.GetValues("Referrer-Policy").Single());
            Assert.True(opened.Headers.CacheControl!.NoStore);
        }

        using var browser = new Browser(App);
        await browser.OpenAsync(link);
        Assert.Contains(email, browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/password/reset", ("password", "short"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        await browser.SendAsync("/password/reset", ("password", New));
        Assert.Equal("/sign-in/password", browser.SeeOther);

        await scanner.SendAsync("/password/reset", ("password", New + "!"));
        Assert.Equal(HttpStatusCode.BadRequest, scanner.Status);
        Assert.Contains("does not work any more", scanner.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_only_invitations_let_in_a_password_is_offered_with_one_in_hand()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "relative" });
        await using var invited = await shared.StartAnotherAsync(s => s.Configuration["Kinvite:SignUp"] = "invited");
        using var browser = new Browser(invited);
        await browser.OpenAsync("/sign-up");
        Assert.Null(browser.Page.QuerySelector("input[name=password]"));
        await browser.OpenAsync($"/join/{circle.Token(invite)}");
        await browser.OpenAsync("/sign-up");
        Assert.NotNull(browser.Page.QuerySelector("input[name=password]"));
    }

    [Fact]
    public async Task RAC_S04_One_mailed_link_starts_one_session_however_often_it_is_used_at_once()
    {
        var email = Circle.NewEmail("link");
        var challenge = await SigningIn.AskAsync(App, email);
        var link = CodeMessage.LinkPath(challenge, SigningIn.Digits(App, challenge));
        var browsers = Enumerable.Range(0, 20).Select(_ => new Browser(App)).ToList();
        await Task.WhenAll(browsers.Select(b => b.OpenAsync(link)));
        await Task.WhenAll(browsers.Select(b => b.SendAsync("/sign-in/link")));

        Assert.Single(browsers, b => b.SeeOther is not null);
        Assert.Equal(1L, await shared.Rows.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE account_id = (SELECT account_id FROM account_addresses WHERE key = '{email}')"));
        browsers.ForEach(b => b.Dispose());
    }

    [Fact]
    public async Task AUT_S01_Neither_the_browser_that_asked_nor_the_opened_link_signs_in_by_itself()
    {
        using var one = new Browser(App);
        await one.OpenAsync("/sign-in");
        await one.SendAsync("/sign-in", ("email", Circle.NewEmail("two")));
        await one.FollowAsync();
        var challenge = Guid.Parse(one.Page.QuerySelector("input[name=challenge]")!.GetAttribute("value")!);

        using var two = new Browser(App);
        await two.OpenAsync(CodeMessage.LinkPath(challenge, SigningIn.Digits(App, challenge)));
        Assert.Null(two.Cookies.GetAllCookies()["kinvite"]); // the link alone, in another browser
        await one.OpenAsync("/sign-in/code");
        Assert.Null(one.Cookies.GetAllCookies()["kinvite"]); // what the first browser has, alone
        await one.OpenAsync("/account/shared", follow: false);
        Assert.StartsWith("/sign-in", one.SeeOther, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AUT_S02_The_mailed_link_is_over_after_ten_minutes()
    {
        var challenge = await SigningIn.AskAsync(App, Circle.NewEmail("late"));
        var link = CodeMessage.LinkPath(challenge, SigningIn.Digits(App, challenge));
        using var browser = new Browser(App);
        await browser.OpenAsync(link);
        App.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await browser.SendAsync("/sign-in/link");
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Null(browser.Cookies.GetAllCookies()["kinvite"]);
    }

    private static async Task SignUpAsync(Browser browser, string email, string password = Passwords.Right)
    {
        await browser.OpenAsync("/sign-up");
        await browser.SendAsync("/sign-up", ("name", "Olga"), ("email", email), ("password", password));
    }

    private static async Task LogInAsync(Browser browser, string email, string password)
    {
        await browser.OpenAsync("/sign-in/password");
        await browser.SendAsync("/sign-in/password", ("email", email), ("password", password));
    }

    private async Task<string> CodeAsync(string email) => DevelopmentMailbox.CodeIn(await Passwords.MailAsync(App, email, "Subject: Your new password"));
}
