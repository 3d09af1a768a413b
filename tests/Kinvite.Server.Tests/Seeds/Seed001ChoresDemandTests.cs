using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Pages;

namespace Kinvite.Server.Tests.Seeds;

/// <summary>What that document promises while no texts can be sent: the choice stays, says so, and counts who would use it.</summary>
public sealed class Seed001ChoresDemandTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private KinviteApp app = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        app = await KinviteApp.StartAsync(database.ConnectionString, s =>
        {
            // Production has no mailbox: without a provider there are no texts.
            s.Environment = "Production";
            s.Configuration["Kinvite:SignUp"] = "open";
            // A mail server that nobody asks: digits are derived. Without one the page offers no digits.
            s.Configuration["Kinvite:Smtp:Host"] = "127.0.0.1";
            s.Configuration["Kinvite:Smtp:Port"] = "9";
            s.Configuration["Kinvite:Smtp:From"] = "family@example.org";
            s.Configuration["Kinvite:OperatorEmails"] = "operator@example.org";
        });
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Seed001_Chores_Demand_counts_once_a_person_and_day_and_only_the_operator_sees_it()
    {
        using var circle = await Circle.StartAsync(app, "chores");
        using var other = await Circle.StartAsync(app, name: "The others");
        var demand = $"{circle.Path}/demand";
        for (var i = 0; i < 3; i++)
        {
            await circle.Founder.PostAsync(demand, new { feature = "sms_invite" }, HttpStatusCode.Accepted);
        }

        await other.Founder.PostAsync($"{other.Path}/demand", new { feature = "sms_invite" }, HttpStatusCode.Accepted);
        Assert.Equal(["feature"], await circle.Founder.FaultsAsync(demand, new { feature = "flying" }));
        Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray(), a => a.GetProperty("type").GetString() == "demand.recorded");
        app.Clock.Advance(TimeSpan.FromDays(1));
        using var founder = await circle.SomebodyAsync("Ana Aasen", circle.Founder.Email); // signs in again: the day before is over
        await founder.PostAsync(demand, new { feature = "sms_invite" }, HttpStatusCode.Accepted);

        await founder.GetRefusedAsync("/api/admin/demand", 404, "not_found");
        await circle.Stranger().GetRefusedAsync("/api/admin/demand", 401, "auth.required");
        var keeper = await circle.SomebodyAsync("Kim", "operator@example.org");
        var item = Assert.Single((await keeper.GetAsync("/api/admin/demand")).GetProperty("items").EnumerateArray());
        Assert.Equal(("sms_invite", 3, 2), (item.GetProperty("feature").GetString(), item.GetProperty("attempts").GetInt32(), item.GetProperty("families").GetInt32()));
        Assert.Equal([circle.Founder.Email, other.Founder.Email], item.GetProperty("people").EnumerateArray().Select(p => p.GetProperty("email").GetString()));
        using var browser = await circle.BrowserOfAsync(keeper);
        await browser.OpenAsync("/operator");
        Assert.Contains("Requests: 3. Families: 2.", browser.Text, StringComparison.Ordinal);
        Assert.Contains(other.Founder.Email, browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed001_Chores_The_phone_choice_stays_says_so_and_pressing_it_counts()
    {
        using var circle = await Circle.StartAsync(app, "chores");
        using var browser = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await browser.OpenAsync(page);
        Assert.NotNull(browser.Page.QuerySelector("input[name=by][value=phone]:not([disabled])"));
        Assert.Contains("Text messages cannot be sent from here yet.", browser.Text, StringComparison.Ordinal);
        await browser.SendAsync(page, ("by", "phone"));
        Assert.Equal(page, browser.SeeOther);
        await browser.FollowAsync();
        Assert.Contains("Noted.", browser.Text, StringComparison.Ordinal);
        Assert.Equal(1L, await database.ScalarAsync<long>($"SELECT count(*) FROM demand WHERE family_id = '{circle.Id}'"));
        await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = "+4520123456" } } }, 409, "channel.unavailable");
    }
}
