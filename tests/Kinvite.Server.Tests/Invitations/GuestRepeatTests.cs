using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Invitations.InviteLinkTests;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>A guest who says it again by an open link, which many people have: the same guest for the same key, and never somebody else's.</summary>
public sealed class GuestRepeatTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private KinviteApp app = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        app = await KinviteApp.StartAsync(database.ConnectionString, s => s.Configuration["Kinvite:TrustedProxies"] = "127.0.0.1");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("join", "join", "198.51.100.7", false)]
    [InlineData("0192f0d4-7c7e-7a51", "0192f0d4-7c7e-7a51", "198.51.100.7", true)]
    [InlineData("0192f0d4-7c7e-7a51", "0192f0d4-7c7e-7a52", "198.51.100.7", false)]
    [InlineData("0192f0d4-7c7e-7a51", "0192f0d4-7c7e-7a51", "198.51.100.8", false)]
    public async Task By_an_open_link_only_a_key_of_ones_own_from_the_same_network_is_the_same_guest_again(string first, string second, string from, bool same)
    {
        using var circle = await Circle.StartAsync(app, "vault");
        var accept = Accept(await MakeAsync(circle, new { requireLogin = false }));
        using Person gus = app.NewPerson(), again = app.NewPerson();

        gus.Take(await AcceptAsync(circle, accept, first, "198.51.100.7"));
        again.Take(await AcceptAsync(circle, accept, second, from));

        Assert.Equal(same, gus.AccountId == again.AccountId);
        Assert.Equal(same, await circle.MemberIdAsync(gus) == await circle.MemberIdAsync(again));
        Assert.Equal(same ? 2 : 1, await database.ScalarAsync<long>($"SELECT count(*) FROM sessions WHERE account_id = '{gus.AccountId}'"));
    }

    [Fact]
    public async Task A_withdrawn_open_link_gives_no_session_again()
    {
        using var circle = await Circle.StartAsync(app, "vault");
        var link = await MakeAsync(circle, new { requireLogin = false });
        await AcceptAsync(circle, Accept(link), "0192f0d4-7c7e-7a51", "198.51.100.7");
        await circle.Founder.DeleteAsync($"{circle.Path}/invite-links/{link.GetProperty("id")}", HttpStatusCode.OK);

        using var answer = await circle.Stranger().RequestAsync(
            HttpMethod.Post, Accept(link), new { name = "Gus" }, ("Idempotency-Key", "0192f0d4-7c7e-7a51"), ("X-Forwarded-For", "198.51.100.7"));
        await answer.ProblemAsync(401, "auth.required");
    }

    private static async Task<JsonElement> AcceptAsync(Circle circle, string accept, string key, string from)
    {
        using var answer = await circle.Stranger().RequestAsync(HttpMethod.Post, accept, new { name = "Gus" }, ("Idempotency-Key", key), ("X-Forwarded-For", from));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.Clone();
    }
}
