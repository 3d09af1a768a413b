using System.Globalization;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>A connection string as PostgreSQL's own programs take it: in variables of the environment, because everybody may read a command line.</summary>
internal static class LibpqEnvironment
{
    /// <param name="connectionString">As Npgsql has it.</param>
    public static IReadOnlyDictionary<string, string> Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var (host, port) = (settings.Host ?? "localhost", settings.Port);
        if (!host.Contains(',', StringComparison.Ordinal) && !host.StartsWith('/') && host.LastIndexOf(':') is > 0 and var colon && host.IndexOf(':', StringComparison.Ordinal) == colon
            && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var own))
        {
            (host, port) = (host[..colon], own);
        }

        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PGHOST"] = host,
            ["PGPORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = settings.Username,
            ["PGDATABASE"] = settings.Database ?? settings.Username,
            ["PGPASSWORD"] = settings.Password,
            ["PGPASSFILE"] = settings.Passfile,
            ["PGSSLMODE"] = settings.SslMode switch
            {
                SslMode.Disable => "disable",
                SslMode.Allow => "allow",
                SslMode.Require => "require",
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                _ => "prefer",
            },
            ["PGSSLROOTCERT"] = settings.RootCertificate,
            ["PGSSLCERT"] = settings.SslCertificate,
            ["PGSSLKEY"] = settings.SslKey,
            ["PGAPPNAME"] = "kinvite",
        };
        return all.Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Key, v => v.Value!, StringComparer.Ordinal);
    }
}
