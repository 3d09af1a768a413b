using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

public sealed class SessionsListTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    [Fact]
    public async Task SES_S03_One_session_ends_and_the_others_go_on()
    {
        using var phone = await SignInAsync(App, "olga@example.org");
        using var laptop = await SignInAsync(App, "olga@example.org");
        var all = await ListAsync(phone);
        Assert.Equal(2, all.Count);
        Assert.True(all[0].GetProperty("current").GetBoolean());
        Assert.Equal("api", all[0].GetProperty("kind").GetString());

        await phone.DeleteAsync($"/api/account/sessions/{all[1].GetProperty("id").GetGuid()}", HttpStatusCode.NoContent);

        await laptop.GetRefusedAsync("/api/account", 401, "auth.required");
        await laptop.PostRefusedAsync("/api/auth/refresh", new { refreshToken = laptop.RefreshToken }, 401, "auth.required");
        await phone.DeleteRefusedAsync($"/api/account/sessions/{all[1].GetProperty("id").GetGuid()}", 404, "not_found");
        Assert.Single(await ListAsync(phone));
    }

    [Fact]
    public async Task SES_S03_Another_account_s_session_does_not_exist()
    {
        using var olga = await SignInAsync(App, "olga@example.org");
        using var nils = await SignInAsync(App, "nils@example.org");
        var hers = (await ListAsync(olga))[0].GetProperty("id").GetGuid();
        await nils.DeleteRefusedAsync($"/api/account/sessions/{hers}", 404, "not_found");
        await olga.GetAsync("/api/account");
    }

    [Fact]
    public async Task SES_S03_Everywhere_else_is_every_other_session_and_everywhere_is_this_one_too()
    {
        using var phone = await SignInAsync(App, "olga@example.org");
        using var laptop = await SignInAsync(App, "olga@example.org");
        using var tablet = await SignInAsync(App, "olga@example.org");
        using var nils = await SignInAsync(App, "nils@example.org");

        await phone.DeleteAsync("/api/account/sessions", HttpStatusCode.NoContent);
        await laptop.GetRefusedAsync("/api/account", 401, "auth.required");
        await tablet.GetRefusedAsync("/api/account", 401, "auth.required");
        Assert.Single(await ListAsync(phone));

        await phone.DeleteAsync("/api/account/sessions?current=true", HttpStatusCode.NoContent);
        await phone.GetRefusedAsync("/api/account", 401, "auth.required");
        await nils.GetAsync("/api/account");
    }

    [Fact]
    public async Task What_is_over_is_not_listed()
    {
        using var old = await SignInAsync(App, "olga@example.org");
        App.Clock.Advance(TimeSpan.FromDays(31));
        using var phone = await SignInAsync(App, "olga@example.org");
        Assert.Single(await ListAsync(phone));
    }

    [Fact]
    public async Task SES_S03_The_page_signs_one_device_out_and_then_all_of_them()
    {
        using var browser = new Browser(App);
        await browser.SignInAsync(App, "olga@example.org");
        using var phone = await SignInAsync(App, "olga@example.org");
        await browser.OpenAsync("/account/devices");
        Assert.Contains("This one", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync("/account/devices/end");
        await browser.FollowAsync();
        Assert.Contains("It is signed out", browser.Text, StringComparison.Ordinal);
        await phone.GetRefusedAsync("/api/account", 401, "auth.required");

        await browser.SendAsync("/account/devices/end-all");
        Assert.Equal("/", browser.SeeOther);
        await browser.OpenAsync("/account", follow: false);
        Assert.StartsWith("/sign-in", browser.SeeOther, StringComparison.Ordinal);
    }

    private static async Task<List<JsonElement>> ListAsync(Person person) => [.. (await person.GetAsync("/api/account/sessions")).GetProperty("items").EnumerateArray()];
}
