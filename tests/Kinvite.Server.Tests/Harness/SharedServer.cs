namespace Kinvite.Harness;

/// <summary>A database and a server for all tests of a class: each makes families of its own in it, with addresses that no other uses.</summary>
public sealed class SharedServer(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public KinviteApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        App = await KinviteApp.StartAsync(Database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }
}
