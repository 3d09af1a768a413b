using System.Data.Common;
using System.Net.Sockets;
using Kinvite.Delivery.Texts;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Delivery;

/// <summary>
/// Carries wake-ups between servers. LISTEN has one connection of its own outside the pool, with keepalive, and is opened again
/// whenever it breaks; NOTIFY is one statement outside every business transaction (inside it would serialize their commits).
/// </summary>
internal sealed partial class OutboxListener(Database database, OutboxSignal signal, MailSetup mail, TextSetup texts, ILogger<OutboxListener> logger) : BackgroundService
{
    private const string ChannelName = "kinvite_outbox";
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A burst of commits becomes one NOTIFY each time this has passed.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(50);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        mail.IsOn || texts.IsOn ? Task.WhenAll(ListenAsync(stoppingToken), TellAsync(stoppingToken)) : Task.CompletedTask;

    private async Task ListenAsync(CancellationToken ct)
    {
        var pause = ShortestPause;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(OwnConnection(database.ConnectionString));
                await connection.OpenAsync(ct);
                var self = connection.ProcessID;
                connection.Notification += (_, _) => signal.WakeOwn();
                await using (var listen = new NpgsqlCommand($"LISTEN {ChannelName}", connection))
                {
                    await listen.ExecuteNonQueryAsync(ct);
                }

                LogListening(self);
                pause = ShortestPause;
                signal.WakeOwn(); // what was said while nobody listened
                while (!ct.IsCancellationRequested)
                {
                    await connection.WaitAsync(ct);
                }
            }
            catch (Exception e) when (IsOutage(e) && !ct.IsCancellationRequested)
            {
                LogBroken(e.GetType().Name);
                await Task.Delay(pause, TimeProvider.System, ct);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await signal.WaitToTellAsync(ct);
                await NotifyAsync(ct);
                await Task.Delay(Burst, TimeProvider.System, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: the others poll.
        }
    }

    private async Task NotifyAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.Source.CreateCommand($"NOTIFY {ChannelName}");
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (Exception e) when (IsOutage(e) && !ct.IsCancellationRequested)
        {
            LogBroken(e.GetType().Name); // the others poll
        }
    }

    private static bool IsOutage(Exception e) => e is DbException or IOException or SocketException or TimeoutException or InvalidOperationException;

    private static string OwnConnection(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "kinvite-listener",
        Pooling = false,
        KeepAlive = 15,
        TcpKeepAlive = true,
    }.ConnectionString;

    [LoggerMessage(3110, LogLevel.Debug, "Listening for wake-ups on backend {Backend}")]
    private partial void LogListening(int backend);

    [LoggerMessage(3111, LogLevel.Debug, "Wake-ups between servers are interrupted ({Fault}); polling goes on")]
    private partial void LogBroken(string fault);
}
