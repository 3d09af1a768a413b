using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Kinvite.Harness;

/// <summary>Tools that lie would let everything pass: each fault does what its name says.</summary>
public sealed class HarnessTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_lost_answer_to_COMMIT_is_an_error_whose_row_is_there()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var _ = proxy;

        var fired = proxy.ResetOnceAfter(FaultProxy.Commit);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => InsertAsync(through));

        await fired.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_connection_cut_before_COMMIT_rolls_back()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var _ = proxy;

        var fired = proxy.ResetOnceBefore(FaultProxy.Commit);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => InsertAsync(through));

        await fired.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
        await InsertAsync(through);
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_refusing_network_recovers_when_it_is_told_to()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        var (proxy, through) = FaultProxy.Before(database.ConnectionString + ";Timeout=3;Command Timeout=1;Cancellation Timeout=500");
        await using var _ = proxy;

        proxy.Fault = Fault.Refuse;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => InsertAsync(through));
        proxy.Fault = Fault.None;
        await InsertAsync(through);
        proxy.Fault = Fault.Blackhole;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => InsertAsync(through));

        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task The_mail_server_takes_defers_refuses_and_hangs_up_as_told()
    {
        await using var server = new FakeSmtpServer { Behave = static to => to.Split('@')[0] switch { "later" => SmtpBehaviour.Later, "never" => SmtpBehaviour.Never, "drop" => SmtpBehaviour.DropAfterData, _ => SmtpBehaviour.Accept } };

        Assert.StartsWith("250", await SendAsync(server.Port, "ana@example.org"), StringComparison.Ordinal);
        Assert.StartsWith("450", await SendAsync(server.Port, "later@example.org"), StringComparison.Ordinal);
        Assert.StartsWith("550", await SendAsync(server.Port, "never@example.org"), StringComparison.Ordinal);
        Assert.Equal("", await SendAsync(server.Port, "drop@example.org"));

        Assert.Equal(["ana@example.org", "drop@example.org"], server.Received.SelectMany(m => m.Recipients));
        Assert.Equal("Subject: x\r\n\r\n.dot\r\n", server.Received.First().Data);
    }

    [Fact]
    public async Task A_jump_of_the_clock_fires_what_it_passes_and_nothing_else()
    {
        var clock = new ManualClock();
        var before = clock.GetUtcNow();
        var soon = Task.Delay(TimeSpan.FromHours(1), clock);
        var later = Task.Delay(TimeSpan.FromHours(3), clock);

        clock.Advance(TimeSpan.FromHours(2));

        await soon.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.False(later.IsCompleted);
        Assert.InRange(clock.GetUtcNow() - before, TimeSpan.FromHours(2), TimeSpan.FromHours(2) + TimeSpan.FromMinutes(1));
    }

    private static async Task InsertAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO t VALUES (1)", connection, transaction);
        await insert.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    /// <summary>The last answer, to the recipient when it is refused, else to the data; empty when there is none.</summary>
    private static async Task<string> SendAsync(int port, string recipient)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await reader.ReadLineAsync();
        var answer = "";
        foreach (var line in new[] { "MAIL FROM:<a@example.org>", $"RCPT TO:<{recipient}>", "DATA", "Subject: x\r\n\r\n..dot\r\n." })
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            answer = await reader.ReadLineAsync() ?? "";
            if (answer is not ['2' or '3', ..])
            {
                break;
            }
        }

        return answer;
    }
}
