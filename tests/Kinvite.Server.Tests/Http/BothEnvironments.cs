using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>The same server as developers and as families have it: what is refused in one is refused alike in the other.</summary>
public sealed class BothEnvironments(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly Dictionary<string, (TestDatabase Database, KinviteApp App, Circle Circle, string Token)> running = new(StringComparer.Ordinal);

    internal Circle this[string environment] => running[environment].Circle;

    /// <summary>A link that works.</summary>
    public string Token(string environment) => running[environment].Token;

    public async ValueTask InitializeAsync()
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            var database = await postgres.CreateDatabaseAsync();
            var app = await KinviteApp.StartAsync(database.ConnectionString, s =>
            {
                s.Environment = environment;
                s.Configuration["Kinvite:SignUp"] = "open";
            });
            var circle = await Circle.StartAsync(app);
            var created = await circle.Founder.PostAsync(
                circle.Invites, new { invites = new[] { new { email = Circle.NewEmail() } }, notify = false }, System.Net.HttpStatusCode.Created);
            running[environment] = (database, app, circle, circle.Token(created.GetProperty("items")[0].GetProperty("invite")));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (database, app, circle, _) in running.Values)
        {
            circle.Dispose();
            await app.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
