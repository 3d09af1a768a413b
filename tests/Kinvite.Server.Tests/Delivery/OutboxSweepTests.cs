using Kinvite.Delivery;
using Kinvite.Delivery.Health;
using Kinvite.Harness;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Delivery;

public sealed class OutboxSweepTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_was_done_thirty_days_ago_goes_but_for_the_mail_of_an_invitation_that_is_open()
    {
        await using var test = await TestAsync();
        var open = await test.MailedAsync("open@example.org", i => i.ExpiresAt = LarsenFamily.Now.AddDays(90));
        await test.MailedAsync("ended@example.org");
        var replaced = await test.MailedAsync("replaced@example.org", i => i.ExpiresAt = LarsenFamily.Now.AddDays(90));
        await test.ChangeAsync(db => db.Invitations.Where(i => i.Id == replaced.Id).ExecuteUpdateAsync(s => s.SetProperty(i => i.Generation, (short)4)));
        var waiting = await test.Host.QueueAsync();
        var kept = await test.Host.RowAsync((await test.RowsAsync(MessageTypes.Invitation)).Single(o => o.SubjectId == open.Id).Id);
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(30).AddMinutes(-1));
        Assert.Equal(0, await Sweep(test).RemoveOldAsync(CancellationToken.None));
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(30).AddMinutes(1));
        Assert.Equal(2, await Sweep(test).RemoveOldAsync(CancellationToken.None));
        Assert.Equal(0, await Sweep(test).RemoveOldAsync(CancellationToken.None));

        var left = await test.Host.InDbAsync(db => db.Outbox.Select(o => o.Id).ToListAsync());
        Assert.Equal(new[] { waiting.Id, kept.Id }.Order(), left.Order());
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(91));
        Assert.Equal(1, await Sweep(test).RemoveOldAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Far_more_than_one_bite_goes_and_what_is_kept_holds_up_nothing()
    {
        await using var test = await TestAsync();
        var open = await test.MailedAsync(change: i => i.ExpiresAt = LarsenFamily.Now.AddDays(90));
        await test.ChangeAsync(db =>
        {
            for (var i = 0; i < 1300; i++)
            {
                // Every other one belongs to the open invitation.
                var row = OutboxMessage.Of(i % 2 == 0 ? MessageTypes.Invitation : NoteType.Name, open.Id, LarsenFamily.Now, open.Generation);
                (row.State, row.StateAt, row.DoneAt) = (DeliveryState.Sent, LarsenFamily.Now, LarsenFamily.Now);
                db.Outbox.Add(row);
            }

            return db.SaveChangesAsync();
        });
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(31));
        Assert.Equal(650, await Sweep(test).RemoveOldAsync(CancellationToken.None));
        Assert.Equal(651, await test.Host.InDbAsync(db => db.Outbox.CountAsync()));
    }

    [Fact]
    public async Task With_a_channel_nothing_that_waits_is_dropped()
    {
        await using var test = await TestAsync();
        await test.Host.QueueAsync();
        test.Host.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await Sweep(test).DropUnsendableAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_figures_count_a_day_and_everything_that_waits()
    {
        await using var test = await TestAsync();
        await test.MailedAsync("yesterday@example.org");
        test.Host.Clock.Set(LarsenFamily.Now.AddMinutes(-30));
        var oldest = await test.Host.QueueAsync();
        test.Host.Clock.Set(LarsenFamily.Now.AddHours(25));
        await test.Host.QueueAsync();
        await test.Host.QueueAsync();

        var figures = await test.Host.InDbAsync(db => DeliveryFigures.ReadAsync(db, test.Host.Clock.GetUtcNow(), CancellationToken.None));

        Assert.Equal([new(NoteType.Name, DeliveryState.Queued, 2)], figures.LastDay);
        Assert.Equal(3, figures.Waiting);
        Assert.Equal(oldest.CreatedAt, figures.OldestWaiting!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Without_anything_the_figures_are_empty()
    {
        await using var test = await TestAsync();
        var figures = await test.Host.InDbAsync(db => DeliveryFigures.ReadAsync(db, LarsenFamily.Now, CancellationToken.None));
        Assert.Equal((0, 0, null), (figures.LastDay.Count, figures.Waiting, figures.OldestWaiting));
    }

    private static OutboxSweep Sweep(LarsenFamily test) => ActivatorUtilities.CreateInstance<OutboxSweep>(test.Host.Services);

    private async Task<LarsenFamily> TestAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString, works: false);
        host.Clock.Set(LarsenFamily.Now);
        var test = new LarsenFamily(database, host);
        await test.FoundAsync();
        return test;
    }
}
