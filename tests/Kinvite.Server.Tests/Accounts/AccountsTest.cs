using Kinvite.Harness;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A database and a server for each test.</summary>
public abstract class AccountsTest(PostgresFixture postgres) : IAsyncLifetime
{
    protected TestDatabase Database { get; private set; } = null!;

    protected KinviteApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        App = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<KinviteApp> StartAsync(Action<KinviteAppSettings>? change = null) => KinviteApp.StartAsync(Database.ConnectionString, change);
}

/// <summary>A database and a server for all tests of a class: for those that keep to addresses of their own.</summary>
public sealed class SharedApp(PostgresFixture postgres) : AccountsTest(postgres)
{
    public KinviteApp Server => App;

    public TestDatabase Rows => Database;

    /// <summary>A second server on the same database.</summary>
    public Task<KinviteApp> StartAnotherAsync(Action<KinviteAppSettings> change) => StartAsync(change);

    public Task<long> CountTriesAsync(string email) =>
        Database.ScalarAsync<long>($"SELECT coalesce(sum(failures), 0) FROM password_tries WHERE address_key = '{email}'");
}
