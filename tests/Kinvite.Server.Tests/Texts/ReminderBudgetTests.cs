using System.Net;
using Kinvite.Harness;
using Kinvite.Limits;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Texts;

/// <summary>SMS-S02: what the server sends by itself counts like what people ask for, and who runs it and who invites both see when a day is used up.</summary>
public sealed class ReminderBudgetTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Many = 30;
    private readonly TextServer texts = new(postgres) { Factor = "1" };

    public ValueTask InitializeAsync() => texts.InitializeAsync();

    public ValueTask DisposeAsync() => texts.DisposeAsync();

    [Fact]
    public async Task SMS_S02_Reminders_of_two_servers_take_from_the_same_budgets_and_what_does_not_fit_waits()
    {
        await using var there = await texts.StartAsync();
        KinviteApp[] servers = [texts.App, there];
        // Noon: nobody is reminded at night.
        var noon = new DateTimeOffset(texts.App.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero);
        Array.ForEach(servers, s => s.Clock.Set(noon));
        using var circle = await Circle.StartAsync(texts.App);
        var numbers = Enumerable.Range(0, Many).Select(i => $"+45888{i:00000}").ToList();
        await circle.Founder.PostAsync(circle.Invites, new { invites = numbers.Select(phone => new { phone }) }, HttpStatusCode.Created);
        await TextsAsync(Many);

        // Two days later the prefix has all of its forty again; all but ten are taken by somebody else.
        var limits = texts.App.Services.GetRequiredService<RateLimits>();
        Array.ForEach(servers, s => s.Clock.Set(noon.AddDays(2).AddMinutes(-5)));
        Assert.Null(await limits.TakeAsync(CallerLimits.TextPrefix, "+45888", CancellationToken.None, cost: 30));
        Array.ForEach(servers, s => s.Clock.Set(noon.AddDays(2).AddMinutes(5)));
        await TextsAsync(Many + 10);
        await WaitAsync(async () => await WaitingAsync() == Many - 10);
        Assert.Equal(Many + 10, Total());
        Assert.All(numbers, n => Assert.InRange(texts.To(n).Count, 1, 2));
        // One that could not go is no failure: nobody is told that a number is wrong.
        Assert.Equal(0L, await texts.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'failed'"));

        // The family's day is counted, too: what it may still send is what its reminders left.
        // (One that is being tried holds its place for a moment.)
        await WaitAsync(async () => (await limits.LookAsync([TextLimits.OfFamily(circle.Id)], CancellationToken.None))[0].Left == Many - 10);
        Array.ForEach(servers, s => s.Clock.Set(noon.AddDays(3)));
        await TextsAsync(2 * Many);
        await WaitAsync(async () => await WaitingAsync() == 0);
        Assert.All(numbers, n => Assert.Equal(2, texts.To(n).Count));
    }

    [Fact]
    public async Task SMS_S04_A_reminder_that_the_provider_did_not_take_is_not_counted_over_and_over()
    {
        var noon = new DateTimeOffset(texts.App.Clock.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero);
        texts.App.Clock.Set(noon);
        using var circle = await Circle.StartAsync(texts.App);
        var number = TextServer.NewNumber();
        await circle.InviteAsync(new { phone = number });
        await texts.WaitForAsync(number);
        texts.Refusals[number] = (500, 20500);
        for (var i = 0; i < 4; i++)
        {
            texts.App.Clock.Set(noon.AddDays(2).AddMinutes(5 + (20 * i)));
            await texts.WaitForAsync(number, seen: i + 1);
            var tries = i + 1;
            await WaitAsync(async () => await texts.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'reminder' AND attempts = {tries} AND locked_until IS NULL") == 1);
        }

        await WaitAsync(async () => await Left(number) == CallerLimits.TextNumber.Count);
        texts.Refusals.Remove(number);
        texts.App.Clock.Set(noon.AddDays(2).AddHours(4));
        await texts.WaitForAsync(number, seen: 5);
        Assert.Equal(CallerLimits.TextNumber.Count - 1, await Left(number));
    }

    [Fact]
    public async Task SMS_S02_When_the_days_texts_are_used_up_the_card_and_the_operators_page_say_so_with_the_way_out()
    {
        using var circle = await Circle.StartAsync(texts.App);
        var keeper = await circle.SomebodyAsync("Kim", TextServer.Operator);
        using var inviter = await circle.BrowserOfAsync(circle.Founder);
        using var operates = await circle.BrowserOfAsync(keeper);
        var page = $"/families/{circle.Id}/invitations";
        await inviter.OpenAsync(page);
        Assert.DoesNotContain("used up", inviter.Text, StringComparison.Ordinal);
        await operates.OpenAsync("/operator");
        Assert.Contains("500 of 500 texts may still go today", operates.Text, StringComparison.Ordinal);

        var limits = texts.App.Services.GetRequiredService<RateLimits>();
        Assert.Null(await limits.TakeAsync(CallerLimits.TextDay, "", CancellationToken.None, cost: CallerLimits.TextDay.Count));

        await operates.OpenAsync("/operator");
        Assert.Contains("The day’s 500 texts are used up", operates.Text, StringComparison.Ordinal);
        await inviter.OpenAsync(page);
        Assert.Contains("Today’s text messages are used up. Take e-mail or hand the link over yourself", inviter.Text, StringComparison.Ordinal);
        await inviter.SendAsync(page, ("by", "phone"), ("phones", TextServer.NewNumber()));
        Assert.Equal(HttpStatusCode.BadRequest, inviter.Status);
        Assert.Contains("Today’s text messages are used up", inviter.Page.QuerySelector("#phones-fault")!.TextContent, StringComparison.Ordinal);
        var refused = await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = new[] { new { phone = TextServer.NewNumber() } } }, 429, "limit.exceeded");
        Assert.Equal("Today's texts are used up", refused.GetProperty("title").GetString());
        await circle.InviteAsync(new { email = Circle.NewEmail() });

        texts.App.Clock.Advance(TimeSpan.FromMinutes(10)); // a day's five hundred come back one every three minutes
        await circle.InviteAsync(new { phone = TextServer.NewNumber() });
    }

    [Fact]
    public async Task SMS_S02_What_a_family_is_refused_uses_up_nobody_elses_texts()
    {
        using var circle = await Circle.StartAsync(texts.App, "home");
        var limits = texts.App.Services.GetRequiredService<RateLimits>();
        Assert.Null(await limits.TakeAsync(CallerLimits.TextFamily, circle.Id.ToString(), CancellationToken.None, cost: CallerLimits.TextFamily.Count));
        for (var i = 0; i < 4; i++)
        {
            await circle.Founder.PostRefusedAsync(circle.Invites, new { invites = Enumerable.Range(0, 10).Select(_ => new { phone = TextServer.NewNumber() }) }, 429, "limit.exceeded");
        }

        Assert.Equal(CallerLimits.TextDay.Count, (await limits.LookAsync([new(CallerLimits.TextDay, "")], CancellationToken.None))[0].Left);
    }

    private int Total() => Enumerable.Range(0, Many).Sum(i => texts.To($"+45888{i:00000}").Count);

    private Task TextsAsync(int count) => WaitAsync(() => Task.FromResult(Total() >= count));

    private async Task<int> Left(string number) =>
        (await texts.App.Services.GetRequiredService<RateLimits>().LookAsync([new(CallerLimits.TextNumber, number)], CancellationToken.None))[0].Left;

    private Task<long> WaitingAsync() => texts.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'reminder' AND done_at IS NULL");

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("It did not come to that.");
    }
}
