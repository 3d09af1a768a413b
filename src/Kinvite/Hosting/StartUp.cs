using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kinvite.Hosting;

/// <summary>
/// What happens before Kestrel binds, in this order: private PostgreSQL, start lock, migrations, first epoch and ring key,
/// kinds against the families in use (design.md §5).
/// </summary>
internal sealed partial class StartUp(
    IServiceProvider services, Database database, IConfiguration configuration, TimeProvider clock, ILogger<StartUp> logger) : IHostedLifecycleService, IAsyncDisposable
{
    // Any constant does, as long as every server on this database takes the same one.
    internal const long StartLock = 0x4B696E76697465;

    /// <summary>Servers keep time within a second of each other; beyond this, whoever runs them hears of it.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(2);

    private LocalPostgres? own;

    /// <summary>The database that a command works on; null: the configured one. No setting, so that it does not count as one.</summary>
    public string? ConnectionString { get; set; }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await using var connection = (ConnectionString ?? configuration.GetConnectionString("Kinvite")) is { Length: > 0 } given
            ? await ConnectAsync(given, cancellationToken)
            : await ConnectOwnAsync(cancellationToken);
        await using var scope = services.CreateAsyncScope();
        await LockAsync(connection, "pg_advisory_lock", cancellationToken);
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
            await MigrateAsync(db, cancellationToken);
            await scope.ServiceProvider.GetRequiredService<KeyEpochs>().PrepareAsync(cancellationToken);
            DataProtectionRing.Prepare(services);
            await CheckKindsAsync(db, scope.ServiceProvider.GetRequiredService<FamilyKinds>(), cancellationToken);
            await CompareClocksAsync(connection, cancellationToken);
        }
        finally
        {
            await LockAsync(connection, "pg_advisory_unlock", CancellationToken.None);
        }

        LogStarted(clock.GetElapsedTime(started).TotalMilliseconds);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nobody can be invited yet by anybody: whoever runs the server lets the first person in. The link itself is a secret and stands in no log.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        if (services.GetRequiredService<IHostEnvironment>().IsProduction()
            && !await scope.ServiceProvider.GetRequiredService<KinviteDbContext>().Accounts.AnyAsync(cancellationToken))
        {
            LogFirst();
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Last of all, when nothing asks the database any more.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    /// <summary>Also after a start that was refused half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (own is not null && !OperatingSystem.IsWindows())
        {
            await own.StopAsync();
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(string given, CancellationToken ct)
    {
        try
        {
            database.Open(given);
            return await database.Source.OpenConnectionAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new StartRefusedException(
                $"The database of ConnectionStrings__Kinvite cannot be opened ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): check that it runs and that the connection string is right.");
        }
    }

    private async Task<NpgsqlConnection> ConnectOwnAsync(CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StartRefusedException("The private PostgreSQL needs Linux or macOS: start the server in WSL 2, or set ConnectionStrings__Kinvite.");
        }

        var options = services.GetRequiredService<IOptions<KinviteOptions>>().Value;
        own = await LocalPostgres.StartAsync(options.DataDirectory!, options.Postgres.Bin, logger, clock, ct);
        database.Open(own.ConnectionString);
        return await database.Source.OpenConnectionAsync(ct);
    }

    private static async Task LockAsync(NpgsqlConnection connection, string function, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SET lock_timeout = 0; SELECT {function}({StartLock}); SET lock_timeout = {(int)FamilyTransaction.LockTimeout.TotalMilliseconds}";
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task MigrateAsync(KinviteDbContext db, CancellationToken ct)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(ct);
        if (applied.Where(m => !known.Contains(m)).ToList() is { Count: > 0 } newer)
        {
            throw new StartRefusedException($"The database was made by a newer release ({newer[^1]}). Start that release, or restore the backup from before the upgrade.");
        }

        // A table that is rebuilt takes longer than any request may.
        db.Database.SetCommandTimeout(0);
        await db.Database.MigrateAsync(ct);
        db.Database.SetCommandTimeout(null);
    }

    /// <summary>Expiry, limits and leases compare with this server's clock; the database's is what several servers have in common.</summary>
    private async Task CompareClocksAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT clock_timestamp()";
        var (before, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        var there = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!);
        // Half the way there and back is when the database looked.
        var ahead = before + (clock.GetElapsedTime(started) / 2) - there;
        if (ahead.Duration() > ClocksApart)
        {
            LogClocksApart(Math.Round(ahead.TotalSeconds, 1));
        }
    }

    private static async Task CheckKindsAsync(KinviteDbContext db, FamilyKinds kinds, CancellationToken ct)
    {
        var used = await db.Families.Select(f => f.Kind).Distinct().ToListAsync(ct);
        if (kinds.Missing(used) is { Count: > 0 } missing)
        {
            throw new StartRefusedException(
                $"There are families of a kind that is not here: {string.Join(", ", missing)}. Put its file back into Kinvite__Kinds__Directory.");
        }
    }

    [LoggerMessage(1002, LogLevel.Information, "There is no account yet: run \"./kinvite setup-link\" for the link with which the first person signs up")]
    private partial void LogFirst();

    [LoggerMessage(1003, LogLevel.Warning, "This server's clock is {Seconds} seconds ahead of the database's (behind, where the number is below zero): set both by NTP. See docs/guides/operate.md, Several servers")]
    private partial void LogClocksApart(double seconds);

    [LoggerMessage(1000, LogLevel.Information, "Ready for connections after {Milliseconds:0} ms of preparation")]
    private partial void LogStarted(double milliseconds);
}
