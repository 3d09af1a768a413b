using Kinvite.Harness;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>A provider, and a server that knows it as Acme.</summary>
public abstract class ProviderTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected IdentityProvider provider = null!;
    private protected TestDatabase database = null!;
    private protected KinviteApp app = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await IdentityProvider.StartAsync();
        database = await postgres.CreateDatabaseAsync();
        app = await AppAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await app.DisposeAsync();
        await database.DisposeAsync();
        await provider.DisposeAsync();
    }

    private protected Task<KinviteApp> AppAsync(IdentityProvider? second = null, string signUp = "open") => KinviteApp.StartAsync(database.ConnectionString, settings =>
    {
        settings.Configuration["Kinvite:SignUp"] = signUp;
        foreach (var (name, one) in new[] { ("Acme", provider), ("Other", second) })
        {
            if (one is not null)
            {
                settings.Configuration[$"Kinvite:Oidc:{name}:Authority"] = one.Issuer;
                settings.Configuration[$"Kinvite:Oidc:{name}:ClientId"] = IdentityProvider.ClientId;
                settings.Configuration[$"Kinvite:Oidc:{name}:ClientSecret"] = IdentityProvider.ClientSecret;
            }
        }
    });
}
