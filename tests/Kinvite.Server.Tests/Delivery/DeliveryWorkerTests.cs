using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Server.Tests.Faults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kinvite.Server.Tests.Delivery;

public sealed class DeliveryWorkerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task DLV_S04_One_bad_row_blocks_no_other()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        var bad = Guid.CreateVersion7(host.Clock.GetUtcNow());
        host.Notes.Prepare = row => row.SubjectId == bad ? throw new FormatException("bad row") : NoteType.Note(row);
        var badRow = await host.QueueAsync(subject: bad);
        var others = new List<OutboxMessage>();
        for (var i = 0; i < 100; i++)
        {
            others.Add(await host.QueueAsync());
        }

        host.Services.GetRequiredService<OutboxSignal>().Wake();
        foreach (var other in others)
        {
            await host.WaitForAsync(other.Id, r => r.State == DeliveryState.Sent);
        }

        Assert.Equal(100, host.Channel.Sent.Count);
        var left = await host.WaitForAsync(badRow.Id, r => r.StateAt is not null);
        Assert.Equal((DeliveryState.Queued, null), (left.State, left.DoneAt));
        Assert.InRange((left.DueAt - left.CreatedAt).TotalSeconds, 3, 60);
    }

    [Fact]
    public async Task DLV_S05_What_commits_late_and_out_of_order_leaves_all_the_same()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        var random = new Random(20261120);
        var pauses = Enumerable.Range(0, 100).Select(_ => random.Next(3000)).ToList();
        await Parallel.ForEachAsync(pauses, new ParallelOptions { MaxDegreeOfParallelism = 25 }, async (pause, ct) => await host.InDbAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var now = host.Clock.GetUtcNow();
            db.Outbox.Add(OutboxMessage.Of(NoteType.Name, Guid.CreateVersion7(now), now));
            await db.SaveChangesAsync(ct);
            await Task.Delay(pause, ct);
            await transaction.CommitAsync(ct);
            return 0;
        }));

        await FaultsTest.UntilDoneAsync(database, 100, TimeSpan.FromSeconds(30));
        Assert.Equal(100, host.Channel.Sent.Select(m => m.Id).Distinct().Count());
        Assert.Equal(100, host.Channel.Sent.Count);
    }

    [Fact]
    public async Task What_waits_for_the_morning_is_sent_then_and_not_before()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        var morning = host.Clock.GetUtcNow().AddHours(9);
        host.Notes.Prepare = row => host.Clock.GetUtcNow() < morning ? new Prepared.Wait(morning, "It is night") : NoteType.Note(row);
        var row = await host.QueueAsync();
        var waits = await host.WaitForAsync(row.Id, r => r.Detail is not null);
        Assert.Equal((DeliveryState.Queued, null), (waits.State, waits.DoneAt));
        Assert.InRange(waits.DueAt - morning, TimeSpan.FromMilliseconds(-1), TimeSpan.FromMilliseconds(1));
        Assert.Empty(host.Channel.Sent);

        host.Clock.Advance(TimeSpan.FromHours(9));
        await host.WaitForAsync(row.Id, r => r.State == DeliveryState.Sent);
    }

    [Fact]
    public async Task Refused_for_good_is_failed_and_what_follows_commits_with_it()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        host.Channel.Answer = (mail, _) => Task.FromResult(new SendOutcome(SendResult.Refused, "550 no anna@example.org here"));
        var follow = Guid.CreateVersion7(host.Clock.GetUtcNow());
        host.Notes.After = (row, db) =>
        {
            db.Outbox.Add(OutboxMessage.Of("later", follow, row.StateAt!.Value));
            return Task.CompletedTask;
        };
        var row = await host.QueueAsync();
        var failed = await host.WaitForAsync(row.Id, r => r.DoneAt is not null);
        Assert.Equal((DeliveryState.Failed, "550 no … here", 1), (failed.State, failed.Detail, failed.Attempts));
        Assert.True(await host.InDbAsync(db => db.Outbox.AnyAsync(o => o.SubjectId == follow)));
        Assert.DoesNotContain("anna@example.org", host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_what_follows_does_not_send_twice()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        host.Notes.After = (_, _) => throw new InvalidOperationException("after");
        var row = await host.QueueAsync();
        await host.WaitForAsync(row.Id, r => r.State == DeliveryState.Sent && r.DoneAt is not null);
        Assert.Single(host.Channel.Sent);
    }

    [Fact]
    public async Task Nothing_is_sent_of_a_dropped_row()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        host.Notes.Prepare = _ => new Prepared.Drop("A newer one was sent");
        var row = await host.QueueAsync();
        var dropped = await host.WaitForAsync(row.Id, r => r.DoneAt is not null);
        Assert.Equal((DeliveryState.Dropped, "A newer one was sent"), (dropped.State, dropped.Detail));
        Assert.Empty(host.Channel.Sent);
    }

    [Fact]
    public async Task No_answer_after_the_data_is_tried_once_more_and_then_left()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DeliveryHost.StartAsync(database.ConnectionString);
        host.Channel.Answer = (_, _) => Task.FromResult(new SendOutcome(SendResult.Unknown));
        var row = await host.QueueAsync();
        await host.WaitForAsync(row.Id, r => r is { State: DeliveryState.Uncertain, DoneAt: null, LeaseId: null });
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.WaitForAsync(row.Id, r => r is { State: DeliveryState.Uncertain, DoneAt: not null });
        Assert.Equal(2, host.Channel.Sent.Count);
        Assert.Single(host.Channel.Sent.Select(m => m.Id).Distinct());
    }

    [Fact]
    public async Task Stopping_finishes_what_is_under_way()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString);
        var (under, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Channel.Answer = async (_, _) =>
        {
            under.TrySetResult();
            await go.Task;
            return new(SendResult.Sent);
        };
        var row = await host.QueueAsync();
        host.Services.GetRequiredService<OutboxSignal>().Wake();
        await under.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var stopping = host.DisposeAsync().AsTask();
        await Task.Delay(300);
        Assert.False(stopping.IsCompleted);
        go.SetResult();
        await stopping;
        Assert.Equal(2, await database.ScalarAsync<short>($"SELECT state FROM outbox WHERE id = '{row.Id}'"));
    }

    [Fact]
    public async Task While_the_database_is_away_the_worker_waits_quietly_and_goes_on_when_it_is_back()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var _ = proxy;
        await using var host = await DeliveryHost.StartAsync(through);
        var first = await host.QueueAsync();
        await host.WaitForAsync(first.Id, r => r.State == DeliveryState.Sent);

        proxy.Fault = Fault.Refuse;
        proxy.ResetAll();
        await Task.Delay(TimeSpan.FromSeconds(7));
        proxy.Fault = Fault.None;
        var second = await host.QueueAsync();
        await host.WaitForAsync(second.Id, r => r.State == DeliveryState.Sent);

        Assert.Single(host.Logs.Lines, l => l.Contains("[3101]", StringComparison.Ordinal));
        Assert.Single(host.Logs.Lines, l => l.Contains("[3102]", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_left_while_the_database_was_away_is_not_sent_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (proxy, through) = FaultProxy.Before(database.ConnectionString);
        await using var _ = proxy;
        await using var host = await DeliveryHost.StartAsync(through);
        host.Channel.Answer = (_, _) =>
        {
            proxy.Fault = Fault.Refuse;
            proxy.ResetAll();
            return Task.FromResult(new SendOutcome(SendResult.Sent));
        };
        var row = await host.QueueAsync();
        while (host.Channel.Sent.IsEmpty)
        {
            await Task.Delay(50);
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        host.Clock.Advance(TimeSpan.FromMinutes(1)); // the lease is long over when the database comes back
        proxy.Fault = Fault.None;
        await host.WaitForAsync(row.Id, r => r.State == DeliveryState.Sent);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Single(host.Channel.Sent);
    }

    [Fact]
    public async Task Another_server_is_woken_and_again_after_its_connection_broke()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var here = await DeliveryHost.StartAsync(database.ConnectionString);
        await using var there = await DeliveryHost.StartAsync(database.ConnectionString, configure: services =>
            services.Remove(services.Single(s => s.ImplementationType == typeof(DeliveryWorker))));
        var (wake, woken) = (here.Services.GetRequiredService<OutboxSignal>(), there.Services.GetRequiredService<OutboxSignal>());
        await woken.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None); // it listens

        await ExpectAsync(woken, wake.Wake);
        await ExpectAsync(woken, () => Execute(database.ConnectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kinvite-listener' AND datname = current_database()"));
        await ExpectAsync(woken, wake.Wake);
    }

    private static async Task ExpectAsync(OutboxSignal signal, Action cause)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var waiting = signal.WaitAsync(TimeSpan.FromMinutes(5), limit.Token);
        await Task.Delay(100, limit.Token);
        Assert.False(waiting.IsCompleted);
        cause();
        await waiting;
    }

    private static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
