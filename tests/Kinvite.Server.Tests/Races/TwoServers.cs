using System.Net;
using Kinvite.Harness;
using Npgsql;

namespace Kinvite.Server.Tests.Races;

/// <summary>Two server processes on one database, and an application in this process that arranges what they race for.</summary>
public sealed class TwoServers(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly List<ServerProcess> servers = [];
    private readonly List<Scratch> scratches = [];

    public TestDatabase Database { get; private set; } = null!;

    public KinviteApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        var connectionString = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { MaxPoolSize = 15 }.ConnectionString;
        App = await KinviteApp.StartAsync(connectionString);
        for (var i = 0; i < 2; i++)
        {
            var scratch = new Scratch();
            scratches.Add(scratch);
            servers.Add(await ServerProcess.StartReadyAsync(scratch.Below("data"),
            [
                new("ConnectionStrings__Kinvite", connectionString), new("Kinvite__MasterKey", PostgresFixture.MasterKey), new("Kinvite__Limits__Factor", "1000"),
            ]));
        }

        // What is called for the first time is compiled while the family is locked; races are for servers that have been running for a while.
        await Task.WhenAll(Enumerable.Range(0, servers.Count).Select(WarmUpAsync));
    }

    /// <summary>Both servers' streams.</summary>
    public string Output => string.Join('\n', servers.Select(s => s.Output));

    /// <summary>The same person at another device, which talks to the first or the second server.</summary>
    public Person At(int server, Person person)
    {
        var there = new Person(servers[server % servers.Count].Address, App.Mailbox);
        there.Client.DefaultRequestHeaders.Authorization = person.Client.DefaultRequestHeaders.Authorization;
        return there;
    }

    private async Task WarmUpAsync(int server)
    {
        using var circle = await Circle.StartAsync(App);
        using var founder = At(server, circle.Founder);
        for (var i = 0; i < 3; i++)
        {
            var invited = await circle.SomebodyAsync();
            using var joining = At(server, invited);
            using var asking = At(server, await circle.SomebodyAsync());
            var invite = await circle.InviteAsync(new { email = invited.Email }, by: founder);
            var own = $"{circle.Invites}/{invite.GetProperty("id")}";
            await founder.PostAsync($"{own}/resend", null, HttpStatusCode.OK);
            var accept = $"/api/invites/{circle.Token(invite, generation: 2)}/accept";
            var request = (await asking.PostAsync(accept, null, HttpStatusCode.OK)).GetProperty("requestId");
            await founder.PostAsync($"{circle.Path}/access-requests/{request}/deny", null, HttpStatusCode.OK);
            var member = (await joining.PostAsync(accept, null, HttpStatusCode.OK)).GetProperty("memberId");
            await founder.DeleteAsync($"{circle.Path}/members/{member}", HttpStatusCode.NoContent);
            var other = await circle.InviteAsync(new { email = Circle.NewEmail() }, by: founder);
            using var approved = At(server, await circle.SomebodyAsync());
            request = (await approved.PostAsync($"/api/invites/{circle.Token(other)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId");
            await founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", null, HttpStatusCode.OK);
            var last = await circle.InviteAsync(new { email = Circle.NewEmail() }, by: founder);
            await founder.DeleteAsync($"{circle.Invites}/{last.GetProperty("id")}", HttpStatusCode.OK);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        await App.DisposeAsync();
        await Database.DisposeAsync();
        scratches.ForEach(s => s.Dispose());
    }
}

/// <summary>What one of those who raced was told.</summary>
internal sealed record Told(int Status, string? Code, string? Outcome, string? MemberId)
{
    /// <summary>A fault fails the test and shows what the servers wrote.</summary>
    public static async Task<Told> ByAsync(TwoServers servers, Person person, HttpMethod method, string path, object? body = null)
    {
        using var answer = await person.RequestAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode} {text}\n{servers.Output}");
        var members = text.Length == 0 ? default : System.Text.Json.JsonDocument.Parse(text).RootElement;
        string? Of(string name) => members.ValueKind == System.Text.Json.JsonValueKind.Object && members.TryGetProperty(name, out var value) ? value.ToString() : null;
        return new((int)answer.StatusCode, Of("code"), Of("outcome"), Of("memberId"));
    }
}
