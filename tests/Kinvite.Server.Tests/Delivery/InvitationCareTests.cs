using Kinvite.Accounts;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Invitations;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Delivery;

/// <summary>The Larsens' invitation over weeks: sent on a Friday evening in Oslo, for seven days.</summary>
public sealed class InvitationCareTests(PostgresFixture postgres)
{
    [Fact]
    public async Task CLK_S01_two_reminders_by_day_and_then_the_end_told_once_with_a_way_to_send_it_again()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();

        var reminded = new List<DateTimeOffset>();
        for (var hour = 0; hour < 8 * 24; hour++)
        {
            test.Host.Clock.Set(LarsenFamily.Now.AddHours(hour));
            await test.RoundAsync();
            if (await test.CountAsync(MessageTypes.Reminder) > reminded.Count)
            {
                reminded.Add(test.Host.Clock.GetUtcNow());
            }
        }

        Assert.Equal(2, reminded.Count);
        Assert.All(reminded, at => Assert.InRange(TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("Europe/Oslo")).Hour, 8, 20));
        var stored = await test.InvitationAsync(invitation.Id);
        Assert.Equal((InvitationStatus.Expired, invitation.ExpiresAt), (stored.Status, stored.EndedAt));
        Assert.Equal(1, await test.Host.InDbAsync(db => db.Activity.CountAsync(a => a.Type == ActivityTypes.InviteExpired && a.SubjectId == invitation.Id)));
        var told = Assert.Single(await test.RowsAsync(MessageTypes.Expired));
        var mail = Assert.IsType<Prepared.Send>(await test.PrepareAsync(told)).Mail;
        Assert.Equal(("olga@example.org", "Your invitation to Larsens ran out"), (mail.To.Address, mail.Subject));
        Assert.Contains($"http://localhost:5080/families/{test.Family}/invitations", mail.Text.Split('\n'));
    }

    [Fact]
    public async Task Two_servers_at_once_remind_once_and_end_once()
    {
        await using var test = await TestAsync();
        await using var other = await DeliveryHost.StartAsync(test.ConnectionString, works: false, Care);
        for (var i = 0; i < 20; i++)
        {
            await test.MailedAsync($"guest-{i}@example.org");
        }

        foreach (var at in new[] { LarsenFamily.Now.AddDays(2).AddHours(0.5), LarsenFamily.Now.AddDays(7).AddHours(1) })
        {
            test.Host.Clock.Set(at);
            other.Clock.Set(at);
            for (var round = 0; round < 5; round++)
            {
                await Task.WhenAll(test.RoundAsync(), RoundAsync(other), test.RoundAsync(), RoundAsync(other));
            }
        }

        Assert.Equal(20, await test.CountAsync(MessageTypes.Reminder));
        Assert.Equal(20, await test.CountAsync(MessageTypes.Expired));
        Assert.Equal(20, await test.Host.InDbAsync(db => db.Activity.CountAsync(a => a.Type == ActivityTypes.InviteExpired)));
    }

    [Theory]
    [InlineData("UPDATE invitations SET status = 2, ended_at = created_at")]
    [InlineData("UPDATE invitations SET status = 3, ended_at = created_at")]
    [InlineData("UPDATE invitations SET status = 4, ended_at = created_at")]
    [InlineData("UPDATE invitations SET status = 6")]
    [InlineData("DELETE FROM outbox")] // nothing was mailed: handed over by link
    public async Task After_an_answer_a_withdrawal_or_a_bounce_nobody_is_reminded(string change)
    {
        await using var test = await TestAsync();
        await test.MailedAsync();
        await test.ExecuteAsync(change);
        for (var day = 1; day <= 7; day++)
        {
            test.Host.Clock.Set(LarsenFamily.Now.AddDays(day).AddHours(-6));
            await test.RoundAsync();
        }

        Assert.Equal(0, await test.CountAsync(MessageTypes.Reminder));
    }

    [Fact]
    public async Task A_reminder_that_was_queued_is_not_sent_after_a_block_an_answer_or_in_the_night()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(2));
        await test.RoundAsync();
        var row = Assert.Single(await test.RowsAsync(MessageTypes.Reminder));
        var mail = Assert.IsType<Prepared.Send>(await test.PrepareAsync(row)).Mail;
        Assert.Equal(("anna@example.org", "Olga is still waiting for your answer: Larsens"), (mail.To.Address, mail.Subject));
        Assert.Contains(mail.Text.Split('\n'), l => l.StartsWith("http://localhost:5080/join/", StringComparison.Ordinal));
        Assert.NotNull(mail.StopUrl);

        test.Host.Clock.Set(LarsenFamily.Now.AddDays(2).AddHours(3)); // 22:00 in Oslo
        var night = Assert.IsType<Prepared.Wait>(await test.PrepareAsync(row));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero), night.Until);

        test.Host.Clock.Set(LarsenFamily.Now.AddDays(3));
        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, InvitationStatus.Bounced)));
        Assert.IsType<Prepared.Drop>(await test.PrepareAsync(row));
        await test.ChangeAsync(db => db.Invitations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, InvitationStatus.Pending)));
        Assert.IsType<Prepared.Send>(await test.PrepareAsync(row));
        await test.ChangeAsync(db =>
        {
            db.InvitationBlocks.Add(new() { Id = Guid.CreateVersion7(LarsenFamily.Now), FamilyId = null, AddressKey = invitation.AddressKey!, CreatedAt = LarsenFamily.Now });
            return db.SaveChangesAsync();
        });
        Assert.IsType<Prepared.Drop>(await test.PrepareAsync(row));
    }

    [Fact]
    public async Task Who_said_yes_and_waits_for_the_family_is_not_reminded()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        var (request, _) = await test.AskAsync("Anna");
        await test.ExecuteAsync($"UPDATE access_requests SET invitation_id = '{invitation.Id}' WHERE id = '{request}'");
        test.Host.Clock.Set(LarsenFamily.Now.AddDays(2));
        await test.RoundAsync();
        Assert.Equal(0, await test.CountAsync(MessageTypes.Reminder));
        Assert.IsType<Prepared.Drop>(await test.PrepareAsync(MessageTypes.Reminder, invitation.Id, invitation.Generation));
        Assert.IsType<Prepared.Send>(await test.PrepareAsync(MessageTypes.Invitation, invitation.Id, invitation.Generation));
    }

    [Fact]
    public async Task Night_is_where_the_invited_person_is()
    {
        await using var test = await TestAsync();
        await test.MailedAsync();
        var anna = await test.AccountAsync("Anna");
        await test.ChangeAsync(db => db.Accounts.Where(a => a.Id == anna).ExecuteUpdateAsync(s => s.SetProperty(a => a.TimeZone, "Pacific/Auckland")));
        test.Host.Clock.Set(new DateTimeOffset(2026, 11, 22, 18, 30, 0, TimeSpan.Zero)); // 19:30 in Oslo, 07:30 in Auckland
        await test.RoundAsync();
        Assert.Equal(0, await test.CountAsync(MessageTypes.Reminder));
        test.Host.Clock.Set(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero)); // 21:00 in Oslo, 09:00 in Auckland
        await test.RoundAsync();
        Assert.Equal(1, await test.CountAsync(MessageTypes.Reminder));
    }

    [Fact]
    public async Task Who_wants_no_such_mails_is_not_told_of_ends_and_failures()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        await test.ChangeAsync(db => db.Accounts.ExecuteUpdateAsync(s => s.SetProperty(a => a.MutedMails, MutedMails.Invitations | MutedMails.Joined)));
        Assert.IsType<Prepared.Drop>(await test.PrepareAsync(MessageTypes.Failed, invitation.Id, 3, test.Olga));
        test.Host.Clock.Set(invitation.ExpiresAt);
        await test.RoundAsync();
        Assert.IsType<Prepared.Drop>(await test.PrepareAsync(Assert.Single(await test.RowsAsync(MessageTypes.Expired))));
    }

    [Fact]
    public async Task PRV_S04_ninety_days_after_the_end_nothing_names_the_invited_person()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync("anna@example.org", i => (i.Name, i.Message) = ("Anna Unforgettable", "Remember the summer house"));
        await test.AfterAsync(MessageTypes.Invitation, invitation.Id, DeliveryState.Sent);
        test.Host.Clock.Set(invitation.ExpiresAt);
        await test.RoundAsync();
        test.Host.Clock.Set(invitation.ExpiresAt.AddDays(90).AddMinutes(-1));
        await test.RoundAsync();
        Assert.Contains("Unforgettable", await test.DumpAsync(), StringComparison.Ordinal);

        test.Host.Clock.Set(invitation.ExpiresAt.AddDays(90));
        await test.RoundAsync();

        var dump = await test.DumpAsync();
        Assert.DoesNotContain("Unforgettable", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("summer house", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("anna@example.org", dump, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(invitation.Id.ToString(), dump, StringComparison.Ordinal); // it is still known that there was one
        var stored = await test.InvitationAsync(invitation.Id);
        Assert.Equal((null, test.Host.Clock.GetUtcNow().Date), (stored.NextStepAt, stored.ErasedAt!.Value.Date));
        Assert.Equal(0, await test.RoundAsync());
    }

    [Fact]
    public async Task A_family_in_use_is_left_for_the_next_round_and_holds_up_no_other()
    {
        await using var test = await TestAsync();
        var invitation = await test.MailedAsync();
        test.Host.Clock.Set(invitation.ExpiresAt);
        await using (var scope = test.Host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
            await using var busy = await db.Database.BeginTransactionAsync();
            await db.Families.FromSql($"SELECT * FROM families WHERE id = {test.Family} FOR NO KEY UPDATE").ToListAsync();
            Assert.Equal(0, await test.RoundAsync());
        }

        Assert.Equal(1, await test.RoundAsync());
    }

    internal static void Care(IServiceCollection services)
    {
        services.AddScoped<InvitationCare>();
        services.AddSingleton<InvitationCareRounds>();
    }

    private static Task<int> RoundAsync(DeliveryHost host) => host.Services.GetRequiredService<InvitationCareRounds>().RoundAsync(CancellationToken.None);

    private async Task<LarsenFamily> TestAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var host = await DeliveryHost.StartAsync(database.ConnectionString, works: false, Care);
        host.Clock.Set(LarsenFamily.Now);
        var test = new LarsenFamily(database, host);
        await test.FoundAsync();
        return test;
    }
}
