using System.Net;
using Kinvite.Harness;
using Kinvite.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Texts;

/// <summary>SMS-S02: what texts can cost, counted by two servers at once; e-mail knows nothing of it.</summary>
public sealed class TextLimitsTests(TextServer texts) : IClassFixture<TextServer>
{
    [Fact]
    public async Task SMS_S02_A_number_a_prefix_a_family_and_the_day_have_a_limit_each_exact_under_fifty_at_once()
    {
        await using var here = await texts.StartAsync(s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        await using var there = await texts.StartAsync(s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        KinviteApp[] servers = [here, there];

        // One number: five codes an hour, however many ask.
        var number = TextServer.NewNumber();
        var asked = await ManyAsync(50, async i =>
        {
            using var person = servers[i % 2].NewPerson();
            using var answer = await person.RequestAsync(HttpMethod.Post, "/api/auth/codes", new { phone = number });
            return answer.StatusCode;
        });
        Assert.Equal(5, asked.Count(s => s == HttpStatusCode.Accepted));
        Assert.All(asked.Where(s => s != HttpStatusCode.Accepted), s => Assert.Equal(HttpStatusCode.TooManyRequests, s));

        // One prefix: forty a day, whoever's family.
        using var one = await Circle.StartAsync(texts.App);
        using var two = await Circle.StartAsync(texts.App, name: "The others");
        var alike = await ManyAsync(50, i => InviteAsync(servers[i % 2], i % 2 == 0 ? one : two, $"+45999{i:00000}"));
        Assert.Equal(40, alike.Count(s => s == HttpStatusCode.Created));
        Assert.All(alike.Where(s => s != HttpStatusCode.Created), s => Assert.Equal(HttpStatusCode.TooManyRequests, s));

        // One family: thirty a day, wherever they go.
        using var three = await Circle.StartAsync(texts.App);
        var spread = await ManyAsync(50, i => InviteAsync(servers[i % 2], three, TextServer.NewNumber()));
        Assert.Equal(30, spread.Count(s => s == HttpStatusCode.Created));

        // The day: what is left, and an error for the operator; mail goes on.
        using var four = await Circle.StartAsync(texts.App);
        var used = 5 + 50 + 30; // what its own family is refused takes none of it
        while (await here.Services.GetRequiredService<RateLimits>().TakeAsync(CallerLimits.TextDay, "", CancellationToken.None) is null)
        {
            used++;
        }

        Assert.InRange(used, CallerLimits.TextDay.Count - 1, CallerLimits.TextDay.Count + 20);
        Assert.Equal(HttpStatusCode.TooManyRequests, await InviteAsync(here, four, TextServer.NewNumber()));
        Assert.Contains(here.Logs.Lines, l => l.Contains("The day's texts are used up", StringComparison.Ordinal));
        using var founder = At(here, four);
        await founder.PostAsync(four.Invites, new { invites = new[] { new { email = Circle.NewEmail() } } }, HttpStatusCode.Created);
    }

    [Fact]
    public async Task Seed001_Chores_Five_may_wait_by_phone_however_many_invite_at_once()
    {
        await using var there = await texts.StartAsync();
        KinviteApp[] servers = [texts.App, there];
        using var circle = await Circle.StartAsync(texts.App, "chores");

        var told = await ManyAsync(50, i => InviteAsync(servers[i % 2], circle, TextServer.NewNumber()));

        Assert.Equal(5, told.Count(s => s == HttpStatusCode.Created));
        Assert.All(told.Where(s => s != HttpStatusCode.Created), s => Assert.Equal(HttpStatusCode.Conflict, s));
        Assert.Equal(5, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    private static async Task<HttpStatusCode> InviteAsync(KinviteApp server, Circle circle, string phone)
    {
        using var founder = At(server, circle);
        using var answer = await founder.RequestAsync(HttpMethod.Post, circle.Invites, new { invites = new[] { new { phone } } });
        return answer.StatusCode;
    }

    private static Person At(KinviteApp server, Circle circle)
    {
        var person = server.NewPerson();
        person.Client.DefaultRequestHeaders.Authorization = circle.Founder.Client.DefaultRequestHeaders.Authorization;
        return person;
    }

    private static Task<T[]> ManyAsync<T>(int count, Func<int, Task<T>> work) => Task.WhenAll(Enumerable.Range(0, count).Select(work));
}
