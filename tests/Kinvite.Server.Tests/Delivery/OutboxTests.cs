using Kinvite.Delivery;
using Kinvite.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Delivery;

public sealed class OutboxTests(PostgresFixture postgres)
{
    private static readonly string[] All = [NoteType.Name, MessageTypes.Code];

    [Fact]
    public async Task Codes_go_first()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        await test.Host.QueueAsync();
        var code = await test.Host.QueueAsync(MessageTypes.Code);
        Assert.Equal(code.Id, Assert.Single(await test.Outbox.ClaimAsync(All, 1, CancellationToken.None)).Id);
    }

    [Fact]
    public async Task Twenty_workers_at_once_never_share_a_row()
    {
        await using var test = await TestAsync();
        for (var i = 0; i < 40; i++)
        {
            await test.Host.QueueAsync();
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => test.Outbox.ClaimAsync(All, 3, CancellationToken.None)));
        var ids = claims.SelectMany(c => c).Select(r => r.Id).ToList();
        Assert.All(claims, c => Assert.InRange(c.Count, 0, 3));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        ids.AddRange((await test.Outbox.ClaimAsync(All, 100, CancellationToken.None)).Select(r => r.Id));
        Assert.Equal(40, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_claimed_row_is_taken_by_another_only_after_its_lease()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromSeconds(28));
        Assert.Empty(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None)).Attempts);
    }

    [Fact]
    public async Task A_renewed_lease_holds_on()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        var row = Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.NotNull(await test.Outbox.RenewAsync(row, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
    }

    [Fact]
    public async Task Who_was_paused_past_the_lease_can_neither_mark_nor_renew_nor_release()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        var paused = Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromSeconds(31));
        var other = Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));

        Assert.False(await MarkAsync(test.Host, test.Outbox, paused, new(DeliveryState.Sent, null, null)));
        Assert.Null(await test.Outbox.RenewAsync(paused, CancellationToken.None));
        await test.Outbox.ReleaseAsync(paused, CancellationToken.None);
        Assert.Equal(other.LeaseId, (await test.Host.RowAsync(other.Id)).LeaseId);
        Assert.True(await MarkAsync(test.Host, test.Outbox, other, new(DeliveryState.Sent, null, "250 ok")));
        var row = await test.Host.RowAsync(other.Id);
        Assert.Equal((DeliveryState.Sent, "250 ok", null), (row.State, row.Detail, row.LeaseId));
        Assert.NotNull(row.DoneAt);
    }

    [Fact]
    public async Task What_waits_for_its_next_try_is_left_alone_until_then()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        var row = Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        Assert.True(await MarkAsync(test.Host, test.Outbox, row, new(DeliveryState.Queued, row.DueAt.AddMinutes(5), "450 later")));
        Assert.Empty(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
        test.Host.Clock.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Single(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
    }

    [Fact]
    public async Task A_type_that_only_a_newer_server_knows_is_left_to_it()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync("tomorrow");
        Assert.Empty(await test.Outbox.ClaimAsync(All, 5, CancellationToken.None));
    }

    private static Task<bool> MarkAsync(DeliveryHost host, Outbox outbox, OutboxMessage row, Verdict verdict) =>
        host.InDbAsync(db => outbox.MarkAsync(db, row, verdict, CancellationToken.None));

    private async Task<Test> TestAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString, works: false);
        return new(database, host, host.Services.GetRequiredService<Outbox>());
    }

    private sealed record Test(TestDatabase Database, DeliveryHost Host, Outbox Outbox) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
