using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Kinvite.Hosting;

/// <summary><c>./kinvite backup FILE</c>: one state of the whole database in a file, also beside a server that serves. Changes nothing, not even the schema.</summary>
internal static class BackupCommand
{
    /// <returns>The exit code: 0.</returns>
    /// <exception cref="StartRefusedException">With the sentence for the operator.</exception>
    public static async Task<int> RunAsync(WebApplication app, string file, CancellationToken ct)
    {
        await using var database = await CommandDatabase.OpenAsync(app, alone: false, create: false, ct);
        await CheckOursAsync(database.ConnectionString, ct);
        var made = await DumpFile.WriteAsync(Path.GetFullPath(file), database.ConnectionString, database.Clients, ct);
        await Console.Out.WriteLineAsync($"The whole database is in {made}.");
        await Console.Out.WriteLineAsync(KeyWords(app.Services.GetRequiredService<IOptions<KinviteOptions>>().Value));
        return 0;
    }

    /// <summary>The half that is not in the file.</summary>
    private static string KeyWords(KinviteOptions options) =>
        $"It is of use only with the master key, which is not in it but {(string.IsNullOrWhiteSpace(options.MasterKey) ? "in " + Path.Combine(options.DataDirectory!, MasterKeyFile.Name) : "in Kinvite__MasterKey")}: "
        + "keep a copy of that elsewhere, because whoever has both has everything.";

    private static async Task CheckOursAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await using var look = new NpgsqlCommand("SELECT to_regclass('public.key_epochs')::text", connection);
        if (await look.ExecuteScalarAsync(ct) is not string)
        {
            throw new StartRefusedException($"The database {connection.Database} holds nothing of Kinvite, so there is nothing to back up: check ConnectionStrings__Kinvite and Kinvite__DataDirectory.");
        }
    }
}
