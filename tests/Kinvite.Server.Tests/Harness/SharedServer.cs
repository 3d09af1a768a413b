using Kinvite.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Harness;

/// <summary>A database and a server for all tests of a class: each makes families of its own in it, with addresses that no other uses.</summary>
public sealed class SharedServer(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public KinviteApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        App = await KinviteApp.StartAsync(Database.ConnectionString, settings => settings.Configure = WithoutSweep);
    }

    // Tests compare what is kept before and after: nothing goes by itself meanwhile.
    private static void WithoutSweep(WebApplicationBuilder builder) =>
        builder.Services.Remove(builder.Services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(RateCounterSweep)));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }
}
