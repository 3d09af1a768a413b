using System.Net;

namespace Kinvite.Harness;

/// <summary>The application that tests start is the real one: it answers, keeps its time, and its statements are counted.</summary>
public sealed class KinviteAppTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_person_signs_in_with_the_code_from_the_mailbox()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);

        using var ana = await app.SignInAsync("ana@example.org", "Ana");

        var account = await ana.GetAsync("/api/account");
        Assert.Equal("Ana", account.GetProperty("displayName").GetString());
        Assert.Equal("ana@example.org", account.GetProperty("email").GetString());
        Assert.DoesNotContain("ana@example.org", app.Logs.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Statements_of_a_request_are_counted_and_nobody_elses()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var ana = await app.SignInAsync("ana@example.org");
        using var ben = await app.SignInAsync("ben@example.org");
        await ana.GetAsync("/api/account");

        var alone = await app.Statements.CountAsync(() => ana.GetAsync("/api/account"));
        var busy = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await ben.GetAsync("/api/account");
            }
        });
        var beside = await app.Statements.CountAsync(() => ana.GetAsync("/api/account"));
        await busy;

        Assert.NotEmpty(alone);
        Assert.Equal(alone.Count, beside.Count);
        using var stranger = app.NewPerson();
        Assert.Empty(await app.Statements.CountAsync(() => stranger.GetAsync("/health/live")));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task It_starts_as_either_environment(string environment)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s => s.Environment = environment);
        using var client = app.NewPerson();

        await client.GetAsync("/health/ready");
        await client.GetAsync("/api/account", HttpStatusCode.Unauthorized);
    }
}
