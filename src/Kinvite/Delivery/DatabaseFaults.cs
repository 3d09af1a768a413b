using System.Net.Sockets;
using Npgsql;

namespace Kinvite.Delivery;

/// <summary>Tells a database that is away, or a lock that took too long, from a mistake of ours.</summary>
internal static class DatabaseFaults
{
    public static bool IsOutage(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException!)
        {
            if (e is PostgresException refused)
            {
                return refused.IsTransient || refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;
            }

            if (e is NpgsqlException or SocketException or IOException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
