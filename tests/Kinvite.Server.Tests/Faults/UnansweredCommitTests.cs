using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary>The connection breaks around COMMIT: nobody can tell whether the change is there, so whoever repeats the call finds it done, once.</summary>
public sealed class UnansweredCommitTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeated_accept_joins_once_and_tells_the_inviter_once(bool committed)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var closing = proxy;
        await using var app = await KinviteApp.StartAsync(through);
        using var olga = await app.SignInAsync("olga@example.org", "Olga");
        var family = await FamilyAsync(olga);
        await InviteAsync(olga, family);
        var token = DevelopmentMailbox.LinkIn(await app.Mailbox.WaitForAsync("ben@example.org")).Segments[^1];
        using var ben = await app.SignInAsync("ben@example.org", "Ben");
        await FaultsTest.UntilDoneAsync(database, 3, TimeSpan.FromSeconds(20));

        await BreakAsync(proxy, committed, () => ben.RequestAsync(HttpMethod.Post, $"/api/invites/{token}/accept", new { }));
        Assert.Equal(committed ? 1 : 0, await database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE account_id = '{ben.AccountId}'"));
        var joined = await ben.PostAsync($"/api/invites/{token}/accept", new { }, HttpStatusCode.OK);

        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
        Assert.Equal(2, (await ben.GetAsync($"/api/families/{family}/members")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, await database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE account_id = '{ben.AccountId}'"));
        await FaultsTest.UntilDoneAsync(database, 4, TimeSpan.FromSeconds(20));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'joined'"));
        await app.Mailbox.WaitForAsync("olga@example.org", seen: 1);
        Assert.Equal(2, app.Mailbox.To("olga@example.org").Count); // her code, and that Ben joined
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeated_invitation_is_one_invitation_and_one_mail(bool committed)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var closing = proxy;
        await using var app = await KinviteApp.StartAsync(through);
        using var olga = await app.SignInAsync("olga@example.org", "Olga");
        var family = await FamilyAsync(olga);
        await FaultsTest.UntilDoneAsync(database, 1, TimeSpan.FromSeconds(20));

        await BreakAsync(proxy, committed, () => olga.RequestAsync(HttpMethod.Post, $"/api/families/{family}/invites", Invites()));
        var item = (await InviteAsync(olga, family, committed ? HttpStatusCode.OK : HttpStatusCode.Created)).GetProperty("items")[0];

        Assert.Equal(committed ? "alreadyInvited" : "created", item.GetProperty("outcome").GetString());
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM invitations"));
        await FaultsTest.UntilDoneAsync(database, 2, TimeSpan.FromSeconds(20));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'invitation'"));
        Assert.Single(app.Mailbox.To("ben@example.org"));
    }

    private static async Task BreakAsync(FaultProxy proxy, bool committed, Func<Task<HttpResponseMessage>> call)
    {
        var fired = committed ? proxy.ResetOnceAfter(FaultProxy.Commit) : proxy.ResetOnceBefore(FaultProxy.Commit);
        using var broken = await call();
        await fired.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, broken.StatusCode);
        Assert.Equal("unavailable", JsonDocument.Parse(await broken.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    private static async Task<Guid> FamilyAsync(Person owner) =>
        (await owner.PostAsync("/api/families", new { name = "Larsens" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static Task<JsonElement> InviteAsync(Person owner, Guid family, HttpStatusCode expected = HttpStatusCode.Created) =>
        owner.PostAsync($"/api/families/{family}/invites", Invites(), expected);

    private static object Invites() => new { invites = new[] { new { email = "ben@example.org" } } };
}
