using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Members;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Members;

/// <summary>Temporary access: a warning the day before, an end on the second, one tap to extend.</summary>
public sealed class EndingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private KinviteApp app = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        app = await KinviteApp.StartAsync(database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task At_the_second_of_its_end_access_is_over_and_extending_gives_it_back()
    {
        using var circle = await Circle.StartAsync(app);
        var sitter = await circle.MemberAsync("caregiver", "Sitter");
        var path = await PathAsync(circle, sitter);
        var end = app.Clock.GetUtcNow().AddDays(3);
        await circle.Founder.PatchAsync(path, new { accessUntil = end });

        app.Clock.Set(end.AddSeconds(-5));
        await RenewAsync(sitter, circle.Founder);
        await sitter.GetAsync(circle.Path);
        app.Clock.Set(end);
        await sitter.GetRefusedAsync(circle.Path, 404, "not_found");
        await sitter.GetRefusedAsync($"{circle.Path}/members", 404, "not_found");
        Assert.Equal(0, (await sitter.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.String, (await circle.Founder.GetAsync(path)).GetProperty("accessUntil").ValueKind);

        await circle.Founder.PatchAsync(path, new { accessUntil = end.AddDays(7) });
        await sitter.GetAsync(circle.Path);
        await circle.Founder.PatchAsync(path, """{"accessUntil":null}""");
        app.Clock.Advance(TimeSpan.FromDays(20));
        await RenewAsync(sitter);
        await sitter.GetAsync(circle.Path);
    }

    [Fact]
    public async Task The_day_before_the_member_and_those_who_may_extend_are_told_once_for_each_end()
    {
        using var circle = await Circle.StartAsync(app, name: "The Aasens");
        var sitter = await circle.MemberAsync("caregiver", "Sitter Sue");
        var mother = await circle.MemberAsync("co-parent", "Mother");
        var relative = await circle.MemberAsync("relative", "Relative");
        var path = await PathAsync(circle, sitter);
        var end = On(3, 12);
        await circle.Founder.PatchAsync(path, new { accessUntil = end });

        Assert.Equal(0, await RoundAsync());
        app.Clock.Set(end.AddHours(-23));
        await RoundAsync();
        await WaitForSentAsync(3);
        Assert.Equal(3L, await SentToAsync(sitter, circle.Founder, mother));
        foreach (var manager in new[] { circle.Founder, mother })
        {
            Assert.EndsWith(path[4..], DevelopmentMailbox.LinkIn(app.Mailbox.To(manager.Email)[^1]).AbsolutePath, StringComparison.Ordinal);
        }

        Assert.Equal(circle.Path[4..], DevelopmentMailbox.LinkIn(app.Mailbox.To(sitter.Email)[^1]).AbsolutePath);
        Assert.Equal(0L, await SentToAsync(relative));
        await RoundAsync();
        Assert.Equal(3L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'"));

        // A week more is another end.
        await RenewAsync(circle.Founder);
        await circle.Founder.PatchAsync(path, new { accessUntil = end.AddDays(7) });
        await RoundAsync();
        Assert.Equal(3L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'"));
        app.Clock.Set(end.AddDays(6).AddHours(2));
        await RoundAsync();
        await WaitForSentAsync(6);
        Assert.Equal(6L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'"));
    }

    [Fact]
    public async Task Whoever_is_let_in_until_tonight_is_not_warned_at_once()
    {
        using var circle = await Circle.StartAsync(app);
        var sitter = await circle.SomebodyAsync("Sitter");
        var invite = await circle.InviteAsync(new { email = sitter.Email, role = "caregiver", accessUntil = app.Clock.GetUtcNow().AddHours(6) });
        await sitter.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        var other = await circle.MemberAsync("relative");
        await circle.Founder.PatchAsync(await PathAsync(circle, other), new { accessUntil = app.Clock.GetUtcNow().AddHours(20) });

        Assert.Equal(0, await RoundAsync());
    }

    [Fact]
    public async Task Who_wants_no_such_mails_gets_none_and_an_extended_end_is_not_told_any_more()
    {
        using var circle = await Circle.StartAsync(app);
        var sitter = await circle.MemberAsync("caregiver", "Sitter");
        var path = await PathAsync(circle, sitter);
        var end = On(2, 12);
        await circle.Founder.PatchAsync(path, new { accessUntil = end });
        await database.ExecuteAsync($"UPDATE accounts SET muted_mails = 8 WHERE id = '{circle.Founder.AccountId}'");
        app.Clock.Set(end.AddHours(-20));
        await RoundAsync();
        await WaitForSentAsync(1);

        Assert.Equal((1L, 0L), (await SentToAsync(sitter), await SentToAsync(circle.Founder)));

        // What waits in the queue is looked at again when it is sent.
        await RenewAsync(circle.Founder);
        await database.ExecuteAsync($"UPDATE accounts SET muted_mails = 0 WHERE id = '{circle.Founder.AccountId}'");
        await circle.Founder.PatchAsync(path, new { accessUntil = end.AddDays(3) });
        await database.ExecuteAsync("UPDATE outbox SET state = 1, done_at = NULL, due_at = now() WHERE type = 'ending'");
        await WaitForSentAsync(0);
        Assert.Equal((0L, 0L), (await SentToAsync(sitter), await SentToAsync(circle.Founder)));
    }

    [Fact]
    public async Task By_night_the_warning_waits_for_the_readers_morning_unless_the_end_comes_first()
    {
        using var circle = await Circle.StartAsync(app);
        var (late, soon) = (await circle.MemberAsync("caregiver", "Late"), await circle.MemberAsync("caregiver", "Soon"));
        var noon = On(3, 12); // one o'clock at night in Auckland, where both are
        foreach (var (person, end) in new[] { (late, noon.AddHours(20)), (soon, noon.AddHours(6)) })
        {
            await person.PatchAsync("/api/account", new { timeZone = "Pacific/Auckland" });
            await circle.Founder.PatchAsync(await PathAsync(circle, person), new { accessUntil = end });
        }

        app.Clock.Set(noon);
        await RoundAsync();
        await WaitUntilAsync(async () => await StandAsync() == (1L, 3L));
        Assert.Equal((0L, 1L, 2L), (await SentToAsync(late), await SentToAsync(soon), await SentToAsync(circle.Founder)));

        app.Clock.Set(noon.AddHours(7).AddMinutes(5));
        await WaitUntilAsync(async () => await SentToAsync(late) == 1);
    }

    [Fact]
    public async Task Two_servers_tell_each_end_once()
    {
        await using var second = await KinviteApp.StartAsync(database.ConnectionString, s => s.Clock = app.Clock);
        using var circle = await Circle.StartAsync(app);
        var end = On(2, 22);
        for (var i = 0; i < 6; i++)
        {
            await circle.Founder.PatchAsync(await PathAsync(circle, await circle.MemberAsync("relative", $"Relative {i}")), new { accessUntil = end.AddMinutes(i) });
        }

        app.Clock.Set(end.AddHours(-12));
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? app : second).Services.GetRequiredService<WarnOfEndings>().RoundAsync(CancellationToken.None)));

        // Their own rounds may have come first, or be at work still.
        Assert.InRange(told.Sum(), 0, 6);
        await WaitForSentAsync(12);
        Assert.Equal(12L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'"));
        Assert.Equal(12L, await database.ScalarAsync<long>("SELECT count(*) FROM (SELECT DISTINCT subject_id, recipient_id FROM outbox WHERE type = 'ending') AS told"));
    }

    private Task<int> RoundAsync() => app.Services.GetRequiredService<WarnOfEndings>().RoundAsync(CancellationToken.None);

    // By day: nobody is warned at night.
    private DateTimeOffset On(int days, int hour) => new(app.Clock.GetUtcNow().UtcDateTime.Date.AddDays(days).AddHours(hour), TimeSpan.Zero);

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 200 && !await holds(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(await holds());
    }

    private static async Task RenewAsync(params Person[] people)
    {
        foreach (var person in people)
        {
            person.Take(await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.OK));
        }
    }

    private async Task WaitForSentAsync(int sent)
    {
        // The server's own round, which a jump of the clock wakes, may be at work meanwhile.
        for (var i = 0; i < 200 && await StandAsync() != (0L, sent); i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal((0L, sent), await StandAsync());
    }

    private async Task<(long Waiting, long Sent)> StandAsync() => (
        await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending' AND done_at IS NULL"),
        await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending' AND state = 2"));

    private Task<long> SentToAsync(params Person[] people) => database.ScalarAsync<long>(
        $"SELECT count(*) FROM outbox WHERE type = 'ending' AND state = 2 AND recipient_id IN ({string.Join(',', people.Select(p => $"'{p.AccountId}'"))})");

    private static async Task<string> PathAsync(Circle circle, Person person) => $"{circle.Path}/members/{await circle.MemberIdAsync(person)}";
}
