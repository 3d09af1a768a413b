using Kinvite.Delivery;
using Kinvite.Harness;
using Npgsql;

namespace Kinvite.Server.Tests.Faults;

/// <summary>A server that stood still for longer than its lease (a paused machine, a swapped-out process) comes back to mails that another has sent.</summary>
public sealed class PausedServerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task It_neither_sends_nor_marks_what_another_has_sent_meanwhile()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        await using var mails = new HoldingMailServer(atOnce: 0);
        await using var othersMails = new FakeSmtpServer();
        string[] everybody = [.. Enumerable.Range(0, DeliveryWorker.Hands).Select(FaultsTest.Address)];
        await using var paused = await ServerProcess.StartReadyAsync(scratch.Path, FaultsTest.Settings(database.ConnectionString, mails.Smtp));
        await FaultsTest.AskAsync(paused, everybody);
        await mails.WaitUntilHoldsAsync(DeliveryWorker.Hands);
        var unknown = mails.HeldAfter;
        await paused.PauseAsync();
        await using (var other = await ServerProcess.StartReadyAsync(scratch.Path, FaultsTest.Settings(database.ConnectionString, othersMails)))
        {
            await FaultsTest.Until(
                () => Task.FromResult(everybody.All(a => othersMails.To(a).Count > 0)), Outbox.LeaseTime + TimeSpan.FromSeconds(10), () => $"{othersMails.Received.Count} mails:\n{other.Output}");
            await FaultsTest.UntilDoneAsync(database, everybody.Length, TimeSpan.FromSeconds(10));
        }

        var marked = await RowsAsync(database);
        await paused.ResumeAsync();
        mails.Release();
        // All its hands were full: a new mail shows that it is awake and has let go of the old ones.
        await paused.WaitUntilReadyAsync();
        await FaultsTest.AskAsync(paused, ["last@example.org"]);
        await FaultsTest.UntilDoneAsync(database, everybody.Length + 1, TimeSpan.FromSeconds(30));
        await paused.StopAsync();

        Assert.Equal(marked, (await RowsAsync(database))[..everybody.Length]);
        Assert.Equal([.. unknown.Append("last@example.org").Order(StringComparer.Ordinal)], mails.Smtp.Received.Select(m => m.Recipients[0]).Order(StringComparer.Ordinal));
        Assert.All(everybody, address => Assert.Single(othersMails.To(address)));
        Assert.All(unknown, address => Assert.Equal(mails.Smtp.To(address).Single().MessageId, othersMails.To(address).Single().MessageId));
    }

    private static async Task<List<string>> RowsAsync(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT o::text FROM outbox o ORDER BY created_at, id", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
