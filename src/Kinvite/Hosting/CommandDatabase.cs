using Kinvite.Persistence;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kinvite.Hosting;

/// <summary>The database that a command works on without a start's preparation: that of the connection string, or the private one, started when it does not run.</summary>
internal sealed class CommandDatabase : IAsyncDisposable
{
    private readonly LocalPostgres? own;

    private CommandDatabase(string connectionString, PostgresBinaries clients, LocalPostgres? own) => (ConnectionString, Clients, this.own) = (connectionString, clients, own);

    public string ConnectionString { get; }

    /// <summary><c>pg_dump</c> and <c>pg_restore</c> that understand its server.</summary>
    public PostgresBinaries Clients { get; }

    /// <param name="app">Not started.</param>
    /// <param name="alone">Whether no server may run on it meanwhile; of the private one this holds the lock, for the other the caller looks.</param>
    /// <param name="create">Whether a private one that was never made is made now.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="StartRefusedException">With the sentence for the operator.</exception>
    public static async Task<CommandDatabase> OpenAsync(WebApplication app, bool alone, bool create, CancellationToken ct)
    {
        var options = app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value;
        if (app.Configuration.GetConnectionString("Kinvite") is { Length: > 0 } given)
        {
            return new(given, await PostgresBinaries.FindClientsAsync(options.Postgres.Bin, await MajorAsync(given, ct), ct), own: null);
        }

        if (OperatingSystem.IsWindows())
        {
            throw new StartRefusedException("The private PostgreSQL needs Linux or macOS: give the command in WSL 2, or set ConnectionStrings__Kinvite.");
        }

        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory!));
        var cluster = await ClusterDirectory.FindAsync(directory, await PostgresUser.FindAsync(ct), ct);
        if (cluster.Major is null && !create)
        {
            throw new StartRefusedException($"There is no database in {directory} yet: set Kinvite__DataDirectory or ConnectionStrings__Kinvite as the server has them.");
        }

        if (!alone && await LocalPostgres.RunningAsync(directory, ct) is { } running)
        {
            return new(running, await PostgresBinaries.FindClientsAsync(options.Postgres.Bin, cluster.Major, ct), own: null);
        }

        var own = await LocalPostgres.StartAsync(
            directory, options.Postgres.Bin, app.Services.GetRequiredService<ILogger<LocalPostgres>>(), app.Services.GetRequiredService<TimeProvider>(), ct);
        try
        {
            return new(own.ConnectionString, await PostgresBinaries.FindClientsAsync(options.Postgres.Bin, await MajorAsync(own.ConnectionString, ct), ct), own);
        }
        catch
        {
            await own.StopAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (own is not null && !OperatingSystem.IsWindows())
        {
            await own.StopAsync();
        }
    }

    private static async Task<int?> MajorAsync(string connectionString, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(ct);
            return connection.PostgreSqlVersion.Major;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            // A server without the database: a restore makes it.
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new StartRefusedException(
                $"The database of ConnectionStrings__Kinvite cannot be opened ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): check that it runs and that the connection string is right.");
        }
    }
}
