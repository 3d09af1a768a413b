using System.Net;
using Kinvite.Harness;
using Kinvite.Members;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Members;

/// <summary>What somebody sees of one child until a day: a warning the day before, one tap to extend, and nothing about any other child.</summary>
public sealed class ChildEndingTests(PostgresFixture postgres) : IAsyncLifetime
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
    public async Task The_day_before_the_person_and_those_who_manage_the_child_are_told_once_and_nobody_else()
    {
        using var house = await HouseAsync();
        var end = On(3, 12);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end });

        Assert.Equal(0, await RoundAsync());
        app.Clock.Set(end.AddHours(-23));
        await RoundAsync();
        await WaitForSentAsync(3);
        await RoundAsync();

        Assert.Equal(3L, await CountAsync("true"));
        Assert.Equal((1L, 1L, 1L, 0L), (await SentToAsync(house.Aunt), await SentToAsync(house.Dad), await SentToAsync(house.Circle.Founder), await SentToAsync(house.Mum)));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'"));
        var (own, dads) = (app.Mailbox.To(house.Aunt.Email)[^1], app.Mailbox.To(house.Dad.Email)[^1]);
        Assert.Contains("Mia", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Noa", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Noa", dads, StringComparison.Ordinal);
        Assert.EndsWith($"/families/{house.Circle.Id}/children/{house.Mia}", DevelopmentMailbox.LinkIn(dads).AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_tap_on_the_childs_page_gives_a_week_more_and_another_end_is_told_anew()
    {
        using var house = await HouseAsync();
        var end = On(3, 12);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end });
        app.Clock.Set(end.AddHours(-23));
        await RoundAsync();
        await WaitForSentAsync(3);
        await RenewAsync(house.Dad, house.Circle.Founder);

        using var dad = await house.Circle.BrowserOfAsync(house.Dad);
        await dad.OpenAsync($"/families/{house.Circle.Id}/children/{house.Mia}");
        var form = Assert.Single(dad.Page.QuerySelectorAll("button[name=until][value=week]")).Closest("form")!;
        await dad.SendAsync(form.GetAttribute("action")!, ("until", "week"));
        Assert.Equal($"/families/{house.Circle.Id}/children/{house.Mia}", dad.SeeOther);

        Assert.Equal(end.AddDays(7).UtcDateTime, await UntilAsync(house, house.Mia));
        Assert.Null(await UntilAsync(house, house.Noa));
        Assert.Equal("edit", await database.ScalarAsync<string>($"SELECT CASE permission WHEN 1 THEN 'view' ELSE 'edit' END FROM member_children WHERE member_id = '{house.AuntId}' AND child_id = '{house.Mia}'"));
        await RoundAsync();
        Assert.Equal(3L, await CountAsync("true"));
        app.Clock.Set(end.AddDays(6).AddHours(2));
        await RoundAsync();
        await WaitForSentAsync(6);
    }

    [Fact]
    public async Task What_was_extended_or_taken_away_meanwhile_is_not_told_and_who_wants_no_such_mails_gets_none()
    {
        using var house = await HouseAsync();
        var end = On(3, 12);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end });
        await database.ExecuteAsync($"UPDATE accounts SET muted_mails = 8 WHERE id = '{house.Circle.Founder.AccountId}'");
        app.Clock.Set(end.AddHours(-20));
        await RoundAsync();
        await WaitForSentAsync(2);
        Assert.Equal(0L, await SentToAsync(house.Circle.Founder));

        // What waits in the queue is looked at again when it is sent.
        await RenewAsync(house.Dad);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end.AddDays(3) });
        await database.ExecuteAsync("UPDATE outbox SET state = 1, done_at = NULL, due_at = now() WHERE type = 'child_ending'");
        await WaitForSentAsync(0);
    }

    [Fact]
    public async Task Who_is_let_see_a_child_until_tonight_is_not_warned_at_once_and_an_end_of_it_all_is_told_as_such()
    {
        using var house = await HouseAsync();
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = app.Clock.GetUtcNow().AddHours(6) });
        Assert.Equal(0, await RoundAsync());

        // The last of two ends is that of the membership.
        var end = On(4, 12);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end });
        await house.Mum.PatchAsync(house.AuntsPath, new { accessUntil = end });
        app.Clock.Set(end.AddHours(-22));
        await RoundAsync();
        for (var i = 0; i < 100 && await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'") == 0; i++)
        {
            await Task.Delay(50);
        }

        Assert.True(await database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'ending'") > 0);
        Assert.Equal(0L, await CountAsync("true"));
    }

    [Fact]
    public async Task Two_servers_tell_each_end_once()
    {
        await using var second = await KinviteApp.StartAsync(database.ConnectionString, s => s.Clock = app.Clock);
        using var house = await HouseAsync();
        var end = On(3, 22);
        await house.Dad.PatchAsync(house.AuntsPath, new { accessUntil = end });
        app.Clock.Set(end.AddHours(-12));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? app : second).Services.GetRequiredService<WarnOfEndings>().RoundAsync(CancellationToken.None)));

        await WaitForSentAsync(3);
        Assert.Equal(3L, await CountAsync("true"));
    }

    /// <summary>Two babies; a father of one, a mother of the other, and an aunt who sees both.</summary>
    private async Task<House> HouseAsync()
    {
        var circle = await Circle.StartAsync(app, "baby", founder: "Ana Aasen");
        var (mia, noa) = (await BabyAsync(circle, "Mia"), await BabyAsync(circle, "Noa"));
        var (dad, mum) = (await JoinedAsync(circle, "Dad", "owner", mia), await JoinedAsync(circle, "Mum", "owner", noa));
        var aunt = await JoinedAsync(circle, "Aunt", "editor", mia, noa);
        return new(circle, mia, noa, dad, mum, aunt, await circle.MemberIdAsync(aunt));
    }

    private static async Task<Guid> BabyAsync(Circle circle, string name) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role = "baby" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

    private static async Task<Person> JoinedAsync(Circle circle, string name, string role, params Guid[] children)
    {
        var person = await circle.SomebodyAsync(name);
        var invite = await circle.InviteAsync(new { email = person.Email, role, children = children.Select(c => new { childId = c }) });
        await person.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return person;
    }

    private static async Task RenewAsync(params Person[] people)
    {
        foreach (var person in people)
        {
            person.Take(await person.PostAsync("/api/auth/refresh", new { refreshToken = person.RefreshToken }, HttpStatusCode.OK));
        }
    }

    private Task<int> RoundAsync() => app.Services.GetRequiredService<WarnOfEndings>().RoundAsync(CancellationToken.None);

    // By day: nobody is warned at night.
    private DateTimeOffset On(int days, int hour) => new(app.Clock.GetUtcNow().UtcDateTime.Date.AddDays(days).AddHours(hour), TimeSpan.Zero);

    private async Task<DateTime?> UntilAsync(House house, Guid child)
    {
        var until = await database.ScalarAsync<DateTime>($"SELECT until FROM member_children WHERE member_id = '{house.AuntId}' AND child_id = '{child}'");
        return until == default ? null : until;
    }

    private async Task WaitForSentAsync(int sent)
    {
        async Task<(long, long)> StandAsync() => (await CountAsync("done_at IS NULL"), await CountAsync("state = 2"));
        for (var i = 0; i < 200 && await StandAsync() != (0L, sent); i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal((0L, sent), await StandAsync());
    }

    private Task<long> CountAsync(string where) => database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'child_ending' AND {where}");

    private Task<long> SentToAsync(Person person) => CountAsync($"state = 2 AND recipient_id = '{person.AccountId}'");

    private sealed record House(Circle Circle, Guid Mia, Guid Noa, Person Dad, Person Mum, Person Aunt, Guid AuntId) : IDisposable
    {
        public string AuntsPath => $"{Circle.Path}/members/{AuntId}";

        public void Dispose() => Circle.Dispose();
    }
}
