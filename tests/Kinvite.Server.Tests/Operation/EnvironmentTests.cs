using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Operation;

/// <summary>Development and Production are the same server, but for what would let strangers in.</summary>
public sealed class EnvironmentTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_mailbox_is_there_in_Development_only_and_the_API_document_is_the_same_in_both()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var development = await KinviteApp.StartAsync(database.ConnectionString);
        await using var production = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Environment = "Production");
        using var developer = development.NewPerson();
        using var visitor = production.NewPerson();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(developer, "/dev/mailbox"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(visitor, "/dev/mailbox"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(visitor, $"/dev/mailbox/{Guid.NewGuid()}"));
        Assert.Equal(await developer.Client.GetStringAsync("/openapi/v1.json"), await visitor.Client.GetStringAsync("/openapi/v1.json"));
    }

    private static async Task<HttpStatusCode> StatusAsync(Person person, string path)
    {
        using var answer = await person.Client.GetAsync(path);
        return answer.StatusCode;
    }
}
