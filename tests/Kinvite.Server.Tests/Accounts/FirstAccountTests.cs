using System.Net;
using Kinvite.Accounts;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A new server in Production, where nobody can sign up uninvited and nobody is there to invite.</summary>
public sealed class FirstAccountTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Theory]
    [InlineData("invited")]
    [InlineData("closed")]
    public async Task The_set_up_link_lets_the_first_person_in_and_is_over_then(string mode)
    {
        await using var app = await ProductionAsync(mode);
        var link = Link(app);
        using var browser = new Browser(app);
        await browser.OpenAsync(link);
        await browser.SendAsync("/sign-up/first", ("name", "Ana"), ("email", "ana@example.org"), ("password", Passwords.Right));
        Assert.Equal("/welcome", browser.SeeOther); // no mail is set up: nothing to type
        await browser.FollowAsync();
        Assert.Equal(HttpStatusCode.OK, browser.Status);

        using var late = new Browser(app);
        await late.OpenAsync(link);
        Assert.Equal(HttpStatusCode.Gone, late.Status);
        Assert.Null(late.Page.QuerySelector("form[action='/sign-up/first']"));
        using var again = new Browser(app);
        await again.OpenAsync("/sign-in/password");
        await again.SendAsync("/sign-in/password", ("email", "ana@example.org"), ("password", Passwords.Right));
        Assert.Equal("/", again.SeeOther);
    }

    [Fact]
    public async Task Where_mail_goes_out_the_first_person_proves_the_address_next()
    {
        using var browser = new Browser(App);
        await browser.OpenAsync(Link(App));
        await browser.SendAsync("/sign-up/first", ("name", "Ana"), ("email", "ana@example.org"), ("password", Passwords.Right));
        await browser.FollowAsync();
        await browser.TypeCodeAsync(App, "/account/address");
        Assert.True(await Database.ScalarAsync<bool>("SELECT proven_at IS NOT NULL FROM account_addresses"));
    }

    [Fact]
    public async Task Of_many_who_use_the_link_at_once_one_is_first()
    {
        var link = Link(App);
        var browsers = Enumerable.Range(0, 6).Select(_ => new Browser(App)).ToList();
        await Task.WhenAll(browsers.Select(b => b.OpenAsync(link)));
        await Task.WhenAll(browsers.Select((b, i) => b.SendAsync("/sign-up/first", ("name", "Ana"), ("email", $"ana{i}@example.org"), ("password", Passwords.Right))));

        Assert.Single(browsers, b => b.SeeOther is not null);
        Assert.Equal(5, browsers.Count(b => b.Status == HttpStatusCode.Gone));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        browsers.ForEach(b => b.Dispose());
    }

    [Fact]
    public async Task No_other_link_is_taken_and_what_was_typed_stays_on_the_page()
    {
        var link = Link(App);
        using var browser = new Browser(App);
        foreach (var other in new[] { link[..^1] + (link[^1] == 'A' ? 'B' : 'A'), "/sign-up/first/x", link + "A" })
        {
            await browser.OpenAsync(other);
            Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        }

        await browser.OpenAsync(link);
        await browser.SendAsync("/sign-up/first", ("name", "Ana"), ("email", "ana@example.org"), ("password", "12345678"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("Ana", browser.Page.QuerySelector("input[name=name]")!.GetAttribute("value"));
        await browser.SendAsync("/sign-up/first", ("token", "x"), ("password", Passwords.Right));
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task The_log_names_the_command_and_never_the_link()
    {
        await using var app = await ProductionAsync("invited");
        using var browser = new Browser(app);
        await browser.OpenAsync(Link(app));

        Assert.Contains("./kinvite setup-link", app.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Services.GetRequiredService<KeyRing>().SetUpToken(), app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_prints_the_link_only_as_long_as_there_is_no_account()
    {
        Assert.Equal(0, await RunAsync());
        using var somebody = await SigningIn.SignInAsync(App, "somebody@example.org");
        Assert.Equal(1, await RunAsync());

        async Task<int> RunAsync()
        {
            await using var scope = App.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<SetUpLink>().RunAsync(CancellationToken.None);
        }
    }

    private Task<KinviteApp> ProductionAsync(string mode) => StartAsync(s =>
    {
        s.Environment = "Production";
        s.Configuration["Kinvite:SignUp"] = mode;
    });

    private static string Link(KinviteApp app) => "/sign-up/first/" + app.Services.GetRequiredService<KeyRing>().SetUpToken();
}
