using Kinvite.Harness;

namespace Kinvite.Server.Tests.Cost;

/// <summary>A server that nobody calls: it looks for messages where it can send some, and does next to nothing where it cannot.</summary>
public sealed class AtRestTests(PostgresFixture postgres)
{
    private static readonly TimeSpan While = TimeSpan.FromSeconds(10);

    /// <summary>Transactions in that time, with those of the counting; something that asks in a loop would be at hundreds.</summary>
    private const int Most = 30;

    [Theory]
    [InlineData("Production")] // no mail, no texts: only whether the keys are still the same
    [InlineData("Development")] // both: a look every two seconds besides
    public async Task A_server_at_rest_asks_the_database_hardly_anything(string environment)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s => s.Environment = environment);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = await TransactionsAsync(database);
        await Task.Delay(While);

        Assert.InRange(await TransactionsAsync(database) - before, 0, Most);
    }

    private static Task<long> TransactionsAsync(TestDatabase database) =>
        database.ScalarAsync<long>("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");
}
