using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>What nobody foresaw is said in the same words everywhere, and nothing of the inside with it.</summary>
public sealed class InternalFaultTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task API_S05_An_unforeseen_fault_is_a_problem_without_a_word_of_the_inside(string environment)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s =>
        {
            s.Environment = environment;
            s.Configuration["Kinvite:SignUp"] = "open";
        });
        using var circle = await Circle.StartAsync(app);
        await database.ExecuteAsync("ALTER TABLE invitations RENAME TO elsewhere");

        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, circle.Invites);

        await answer.ProblemAsync(500, "internal");
        var text = await answer.Content.ReadAsStringAsync() + answer.Headers;
        Assert.All(new[] { "   at ", "Exception", "System.", "Npgsql", "Kinvite.", "invitations", "elsewhere", "42P01", "SELECT" }, inside => Assert.DoesNotContain(inside, text, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("image/png;q=1, text/html;q=0")]
    public async Task API_S05_Whatever_is_asked_for_the_API_answers_with_JSON(string accept)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var circle = await Circle.StartAsync(app);

        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, "/api/families", body: null, ("Accept", accept));
        using var refused = await circle.Founder.RequestAsync(HttpMethod.Get, $"/api/families/{Guid.Empty}", body: null, ("Accept", accept));

        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        await refused.ProblemAsync(404, "not_found");
    }
}
