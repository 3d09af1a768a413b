using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// The way to PostgreSQL. Opened once while the server starts, because a private PostgreSQL has to run before its address is known.
/// </summary>
internal sealed class Database(ILoggerFactory loggers) : IAsyncDisposable
{
    private NpgsqlDataSource? source;

    /// <summary>The pool; asking before <see cref="Open"/> is a programming error.</summary>
    public NpgsqlDataSource Source => source ?? throw new InvalidOperationException("The database is used before the server has started.");

    /// <summary>The connection string in use, for the one connection outside the pool that listens.</summary>
    public string ConnectionString { get; private set; } = "";

    public void Open(string connectionString)
    {
        ConnectionString = connectionString;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "kinvite",
            // No handler leaves session state behind, so a connection needs no reset: half of PostgreSQL's work per look-up.
            NoResetOnClose = true,
            IncludeErrorDetail = false,
        };
        // Every statement finds its rows by an index, whatever the values (a test looks at each): planning anew for them cost more than all
        // the rest of creating an invitation. Such statements end before they could be compiled to machine code, which a long plan would be.
        settings.Options = $"{settings.Options} -c lock_timeout={(int)FamilyTransaction.LockTimeout.TotalMilliseconds} -c plan_cache_mode=force_generic_plan -c jit=off".Trim();
        if (!connectionString.Contains("Timeout", StringComparison.OrdinalIgnoreCase))
        {
            // A command that times out is cancelled over a connection of its own: together they stay below ten seconds, after which
            // nobody waits any more. The command's time is longer than the wait for a family's lock, which says more.
            settings.Timeout = 3;
            settings.CommandTimeout = 6;
            settings.CancellationTimeout = 1000;
        }

        if (!connectionString.Contains("Max Auto Prepare", StringComparison.OrdinalIgnoreCase))
        {
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 2;
        }

        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UseLoggerFactory(loggers);
        // Stands in metrics and traces; without a name the connection string would.
        builder.Name = "kinvite";
        // Only where a request or a delivery is traced: what looks at the clock every few seconds would fill a collector with nothing.
        builder.ConfigureTracing(static traces => traces
            .ConfigureCommandFilter(static _ => System.Diagnostics.Activity.Current is not null).ConfigureBatchFilter(static _ => System.Diagnostics.Activity.Current is not null)
            .EnableFirstResponseEvent(false).EnablePhysicalOpenTracing(false));
        source = builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        if (source is not null)
        {
            await source.DisposeAsync();
        }
    }
}

internal static class DatabaseServices
{
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddDbContextPool<KinviteDbContext>(static (provider, options) => options
            .UseNpgsql(provider.GetRequiredService<Database>().Source)
            .AddInterceptors(provider.GetServices<Microsoft.EntityFrameworkCore.Diagnostics.IInterceptor>())
            .ConfigureWarnings(w => w.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.CoreEventId.RowLimitingOperationWithoutOrderByWarning)));
        services.AddScoped<FamilyTransaction>();
        services.AddScoped<AccountTransaction>();
        services.AddScoped<AddressTransaction>();
        return services;
    }
}
