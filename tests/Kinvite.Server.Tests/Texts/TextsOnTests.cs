using System.Net;
using Kinvite.Delivery;
using Kinvite.Harness;
using Kinvite.Operator;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Texts;

/// <summary>"You hear of it once it works": whoever wanted to invite by phone is told, once, by the way they have.</summary>
public sealed class TextsOnTests(TextServer texts) : IClassFixture<TextServer>
{
    [Fact]
    public async Task Seed001_Chores_Who_wanted_to_invite_by_phone_is_told_once_when_it_works_whatever_servers_start()
    {
        using var circle = await Circle.StartAsync(texts.App, "chores");
        var number = TextServer.NewNumber();
        using var ana = await texts.SignInByPhoneAsync(number, "Ana Holm");
        var family = (await ana.PostAsync("/api/families", new { name = "The Holms", kind = "chores" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await circle.Founder.PostAsync($"{circle.Path}/demand", new { feature = "sms_invite" }, HttpStatusCode.Accepted);
        await ana.PostAsync($"/api/families/{family}/demand", new { feature = "sms_invite" }, HttpStatusCode.Accepted);
        using var gone = await Circle.StartAsync(texts.App, name: "The others");
        await gone.Founder.PostAsync($"{gone.Path}/demand", new { feature = "sms_invite" }, HttpStatusCode.Accepted);
        await gone.Founder.DeleteAsync(gone.Path, HttpStatusCode.NoContent, new { name = "The others" });
        var (seen, mails, told) = (texts.To(number).Count, texts.App.Mailbox.To(circle.Founder.Email).Count, await ToldAsync());

        // A server that starts, and all that look at the same moment.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Rounds(texts.App).RoundAsync(CancellationToken.None)));
        Assert.Contains($"http://localhost:5080/families/{circle.Id}/invitations", await texts.App.Mailbox.WaitForAsync(circle.Founder.Email, mails), StringComparison.Ordinal);
        Assert.Equal($"You can invite by phone now: http://localhost:5080/families/{family}/invitations Reply STOP to opt out", (await texts.WaitForAsync(number, seen)).Body);
        Assert.Equal(told + 2, await ToldAsync());

        // That they were told is not forgotten with old messages.
        texts.App.Clock.Advance(TimeSpan.FromDays(40));
        await texts.App.Services.GetServices<IHostedService>().OfType<OutboxSweep>().Single().RemoveOldAsync(CancellationToken.None);
        Assert.Equal(0, await Rounds(texts.App).RoundAsync(CancellationToken.None));
        await using var there = await texts.StartAsync(s => s.Clock.Advance(TimeSpan.FromDays(40)));
        Assert.Equal(0, await Rounds(there).RoundAsync(CancellationToken.None));
        Assert.Equal(told + 2, await ToldAsync());
    }

    [Fact]
    public async Task Seed001_Chores_While_the_provider_sends_nothing_nobody_is_told_and_when_it_is_mended_they_are()
    {
        using var circle = await Circle.StartAsync(texts.App, "chores");
        var keeper = await circle.SomebodyAsync("Kim", TextServer.Operator);
        await texts.Database.ExecuteAsync("INSERT INTO text_outages (id, code, since) VALUES (1, '30034', now())");
        using var inviter = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations";
        await inviter.OpenAsync(page);
        Assert.Contains("you hear of it once it works", inviter.Text, StringComparison.Ordinal);
        await inviter.SendAsync(page, ("by", "phone"));
        Assert.Equal(0, await Rounds(texts.App).RoundAsync(CancellationToken.None));
        var mails = texts.App.Mailbox.To(circle.Founder.Email).Count;

        using var operates = await circle.BrowserOfAsync(keeper);
        await operates.OpenAsync("/operator");
        await operates.SendAsync("/operator/texts");

        Assert.Contains("You can invite by phone now", await texts.App.Mailbox.WaitForAsync(circle.Founder.Email, mails), StringComparison.Ordinal);
        await operates.FollowAsync();
        Assert.Contains("each of them gets one message", operates.Text, StringComparison.Ordinal);
    }

    private static TextsOnRounds Rounds(KinviteApp app) => app.Services.GetServices<IHostedService>().OfType<TextsOnRounds>().Single();

    private Task<long> ToldAsync() => texts.Database.ScalarAsync<long>("SELECT count(*) FROM outbox WHERE type = 'texts_on'");
}
