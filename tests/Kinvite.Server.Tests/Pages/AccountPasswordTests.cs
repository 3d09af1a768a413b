using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Pages;

public sealed class AccountPasswordTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    private const string Good = "four words in a row";

    [Fact]
    public async Task AUT_S04_A_password_is_set_told_of_signs_in_and_ends_the_other_sessions()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        using var phone = await SigningIn.SignInAsync(App, "olga@example.org");
        await olga.OpenAsync("/account/sign-in");
        await olga.SendAsync("/account/sign-in/password", ("password", "short"));
        Assert.Equal(HttpStatusCode.BadRequest, olga.Status);
        Assert.True(olga.Page.GetElementById("password-fault") is not null, olga.Page.QuerySelector("main")!.InnerHtml);
        Assert.Null(olga.Page.QuerySelector("input[name=password]")!.GetAttribute("value")); // never sent back

        await olga.SendAsync("/account/sign-in/password", ("password", Good));
        await olga.FollowAsync();

        Assert.Contains("Your new password works", olga.Text, StringComparison.Ordinal);
        await phone.GetRefusedAsync("/api/account", 401, "auth.required");
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'security' AND generation = 5"));
        using var program = App.NewPerson();
        await program.PostAsync("/api/auth/login", new { email = "olga@example.org", password = Good }, HttpStatusCode.OK);

        await olga.SendAsync("/account/sign-in/password/remove");
        await olga.FollowAsync();
        await program.PostRefusedAsync("/api/auth/login", new { email = "olga@example.org", password = Good }, 401, "login.failed");
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'security' AND generation = 6"));
    }

    [Fact]
    public async Task AUT_S04_An_old_session_confirms_by_its_password_and_wrong_ones_count()
    {
        using var olga = new Browser(App);
        await olga.SignInAsync(App, "olga@example.org");
        await olga.OpenAsync("/account/sign-in");
        await olga.SendAsync("/account/sign-in/password", ("password", Good));
        await olga.OpenAsync("/account/sign-in");
        var token = new KeyValuePair<string, string>("__RequestVerificationToken", olga.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!);
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await olga.PostAsync("/account/sign-in/password", [token, new("password", "another long password")]);
        Assert.StartsWith("/account/confirm", olga.SeeOther, StringComparison.Ordinal);
        await olga.FollowAsync();

        await olga.SendAsync("/account/confirm/password", ("password", "not this one"));
        Assert.Equal(HttpStatusCode.BadRequest, olga.Status);
        Assert.Contains("This password is not right", olga.Text, StringComparison.Ordinal);
        Assert.Equal(1, await Database.ScalarAsync<int>("SELECT failures FROM password_tries"));
        await olga.SendAsync("/account/confirm/password", ("password", Good));
        Assert.Equal("/account/sign-in", olga.SeeOther);
        await olga.FollowAsync();
        Assert.NotNull(olga.Page.QuerySelector("form[action='/account/sign-in/password']"));

        for (var wrong = 0; wrong < 6; wrong++)
        {
            await olga.OpenAsync("/account/confirm");
            await olga.SendAsync("/account/confirm/password", ("password", "not this one"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, olga.Status);
        await olga.SendAsync("/account/confirm/password", ("password", Good));
        Assert.Equal(HttpStatusCode.TooManyRequests, olga.Status);
    }
}
