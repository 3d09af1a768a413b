using Npgsql;

namespace Kinvite.Bench;

/// <summary>The scripts in <c>Sql/</c>, and running one.</summary>
internal static class Sql
{
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Sql).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    public static async Task RunAsync(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<long> NumberAsync(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
