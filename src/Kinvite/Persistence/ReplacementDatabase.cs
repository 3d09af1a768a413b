using Kinvite.Hosting;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// A new database beside the one in use, filled and tried before it takes that one's name. Until then nothing of the old one is touched;
/// afterwards the old one is kept under another name.
/// </summary>
internal sealed class ReplacementDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder target;
    private readonly string draft;
    private bool done;

    private ReplacementDatabase(NpgsqlConnectionStringBuilder target, string draft, int lastEpoch) => (this.target, this.draft, LastEpoch) = (target, draft, lastEpoch);

    /// <summary>The key epoch that the database in use has come to; 0 when it is empty or not there.</summary>
    public int LastEpoch { get; }

    /// <summary>The new one's.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = draft }.ConnectionString;

    private string Name => target.Database!;

    private string Kept => Shortened(Name) + "_before_restore";

    /// <summary>Makes it empty, of the same encoding and order as the one it is to replace.</summary>
    /// <param name="connectionString">Of the one in use.</param>
    /// <param name="ct">Leaves everything as it was.</param>
    /// <exception cref="StartRefusedException">Somebody is connected, or the role may not.</exception>
    public static async Task<ReplacementDatabase> CreateAsync(string connectionString, CancellationToken ct)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0, IncludeErrorDetail = false };
        target.Database ??= target.Username;
        var draft = Shortened(target.Database!) + "_restoring";
        return await SayingWhyAsync(async () =>
        {
            await using var beside = await OpenBesideAsync(target, ct);
            var others = await AskAsync<long>(beside, $"SELECT count(*) FROM pg_stat_activity WHERE datname = {Literal(target.Database!)} AND backend_type = 'client backend'", ct);
            if (others > 0)
            {
                throw new StartRefusedException($"The database {target.Database} is in use ({others} connections), so nothing was restored: stop every Kinvite server first.");
            }

            var like = await AskAsync<string>(
                beside, $"SELECT format('ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = {Literal(target.Database!)}", ct);
            // What a restore that was killed has left.
            await ExecuteAsync(beside, $"DROP DATABASE IF EXISTS {Quoted(draft)} WITH (FORCE)", ct);
            await ExecuteAsync(beside, $"CREATE DATABASE {Quoted(draft)} TEMPLATE template0 {like ?? "ENCODING 'UTF8' LOCALE 'C'"}", ct);
            return new ReplacementDatabase(target, draft, like is null ? 0 : await LastEpochAsync(target, ct));
        });
    }

    /// <summary>Gives it the name of the one in use, which is kept under another unless it was empty; both at once or neither.</summary>
    /// <returns>The name under which the old one is kept; null when there was nothing to keep.</returns>
    public Task<string?> SwapAsync(CancellationToken ct) => SayingWhyAsync(async () =>
    {
        await using var beside = await OpenBesideAsync(target, ct);
        await ExecuteAsync(beside, $"DROP DATABASE IF EXISTS {Quoted(Kept)} WITH (FORCE)", ct);
        var exists = await AskAsync<string>(beside, $"SELECT datname::text FROM pg_database WHERE datname = {Literal(Name)}", ct) is not null;
        await using (var transaction = await beside.BeginTransactionAsync(ct))
        {
            if (exists)
            {
                await ExecuteAsync(beside, $"ALTER DATABASE {Quoted(Name)} RENAME TO {Quoted(Kept)}", ct);
            }

            await ExecuteAsync(beside, $"ALTER DATABASE {Quoted(draft)} RENAME TO {Quoted(Name)}", ct);
            await transaction.CommitAsync(CancellationToken.None);
        }

        done = true;
        if (exists && LastEpoch == 0)
        {
            await ExecuteAsync(beside, $"DROP DATABASE {Quoted(Kept)}", ct);
            return null;
        }

        return exists ? Kept : null;
    });

    /// <summary>Takes away what did not come to be used.</summary>
    public async ValueTask DisposeAsync()
    {
        if (done)
        {
            return;
        }

        try
        {
            await using var beside = await OpenBesideAsync(target, CancellationToken.None);
            await ExecuteAsync(beside, $"DROP DATABASE IF EXISTS {Quoted(draft)} WITH (FORCE)", CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The next restore takes it away.
        }
    }

    /// <summary>For statistics before the first request: PostgreSQL knows nothing yet about rows that were copied in.</summary>
    public async Task AnalyzeAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(ct);
        await ExecuteAsync(connection, "ANALYZE", ct);
    }

    private static async Task<int> LastEpochAsync(NpgsqlConnectionStringBuilder target, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync(ct);
        return await AskAsync<string>(connection, "SELECT to_regclass('public.key_epochs')::text", ct) is null ? 0 : await AskAsync<int>(connection, "SELECT coalesce(max(number), 0) FROM key_epochs", ct);
    }

    private static async Task<T> SayingWhyAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            throw new StartRefusedException("Somebody has connected to the database meanwhile, so nothing was restored: stop every Kinvite server, then restore again.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StartRefusedException(
                $"The role of ConnectionStrings__Kinvite may not make or rename databases ({e.MessageText}), so nothing was restored: give it CREATEDB and the ownership of its database for the restore.");
        }
        catch (NpgsqlException e)
        {
            throw new StartRefusedException($"The database cannot be replaced ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}), so nothing was restored: mend that, then restore again.");
        }
    }

    private static async Task<NpgsqlConnection> OpenBesideAsync(NpgsqlConnectionStringBuilder target, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = target.Database == "postgres" ? "template1" : "postgres" }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task<T?> AskAsync<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is T value ? value : default;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    // PostgreSQL cuts names after 63 bytes, and then two could be the same.
    private static string Shortened(string name) => name.Length <= 40 ? name : name[..40];

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
