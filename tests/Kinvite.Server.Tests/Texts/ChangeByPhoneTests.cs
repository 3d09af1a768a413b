using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Texts;

/// <summary>A pending invitation that goes another way: a number for a mailbox, a mailbox for a number, with all the rules of a first one.</summary>
public sealed class ChangeByPhoneTests(TextServer texts) : IClassFixture<TextServer>
{
    private KinviteApp App => texts.App;

    [Fact]
    public async Task BND_S04_A_number_for_the_mailbox_kills_the_mailed_link_and_gets_one_text()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (email, number) = (Circle.NewEmail(), TextServer.NewNumber());
        var invite = await circle.InviteAsync(new { email });
        await App.Mailbox.WaitForAsync(email, seen: 0);

        var changed = await circle.Founder.PatchAsync(Own(circle, invite), new { phone = number });

        Assert.Equal(("phone", null, number), Channel(changed));
        Assert.Contains(circle.Token(invite, LinkKind.Texted, 2), (await texts.WaitForAsync(number)).Body, StringComparison.Ordinal);
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite)}", 410, "invite.replaced");
        // Who had the mailbox has nothing in hand any more, not even for the new link's kind.
        await circle.Stranger().GetRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Texted)}", 410, "invite.replaced");
        Assert.Equal(number, (await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite, LinkKind.Texted, 2)}")).GetProperty("phone").GetString());
        Assert.Single(texts.To(number));
    }

    [Fact]
    public async Task A_number_that_a_new_invitation_would_not_reach_is_refused_alike_and_nothing_changes()
    {
        using var circle = await Circle.StartAsync(App);
        var (stopped, invited, declined, member) = (TextServer.NewNumber(), TextServer.NewNumber(), TextServer.NewNumber(), TextServer.NewNumber());
        await texts.ReplyAsync(stopped, "STOP");
        await circle.InviteAsync(new { phone = invited });
        var no = await circle.InviteAsync(new { phone = declined });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(no, LinkKind.Texted)}/decline", new { block = true }, HttpStatusCode.OK);
        using var alex = await texts.SignInByPhoneAsync(member, "Alex");
        var joins = await circle.InviteAsync(new { phone = member, role = "relative" });
        await alex.PostAsync($"/api/invites/{circle.Token(joins, LinkKind.Texted)}/accept", null, HttpStatusCode.OK);

        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "relative" });
        foreach (var (phone, code) in new[]
        {
            ("+4741234567", "channel.unavailable"), (stopped, "invite.recipient_declined"), (declined, "invite.recipient_declined"),
            (invited, "invite.already_pending"), (member, "invite.already_member"),
        })
        {
            await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { phone, name = "Changed" }, 409, code);
        }

        Assert.Equal(["phone"], (await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { phone = "+881612345678" }, 400, "validation"))
            .GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.Equal(invite.GetProperty("email").GetString(), (await circle.Founder.GetAsync(Own(circle, invite))).GetProperty("email").GetString());
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");

        using var carers = await Circle.StartAsync(App, "care");
        var mailed = await carers.InviteAsync(new { email = Circle.NewEmail() });
        await carers.Founder.RefusedAsync(HttpMethod.Patch, Own(carers, mailed), new { phone = TextServer.NewNumber() }, 409, "channel.unavailable");
    }

    [Fact]
    public async Task Changing_to_a_number_takes_from_the_same_budgets_as_inviting_it()
    {
        await using var strict = await texts.StartAsync(s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(strict);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        Assert.Null(await strict.Services.GetRequiredService<RateLimits>().TakeAsync(CallerLimits.TextFamily, circle.Id.ToString(), CancellationToken.None, cost: CallerLimits.TextFamily.Count));

        await circle.Founder.RefusedAsync(HttpMethod.Patch, Own(circle, invite), new { phone = TextServer.NewNumber() }, 429, "limit.exceeded");

        Assert.Equal("email", (await circle.Founder.GetAsync(Own(circle, invite))).GetProperty("channel").GetString());
        await circle.Founder.PatchAsync(Own(circle, invite), new { email = Circle.NewEmail() });
    }

    [Fact]
    public async Task On_the_page_a_number_typed_in_takes_the_mailboxs_place_and_back()
    {
        using var circle = await Circle.StartAsync(App, "chores");
        var (email, number) = (Circle.NewEmail(), TextServer.NewNumber());
        var invite = await circle.InviteAsync(new { email });
        using var inviter = await circle.BrowserOfAsync(circle.Founder);
        var page = $"/families/{circle.Id}/invitations/{invite.GetProperty("id")}/change";

        await inviter.OpenAsync(page);
        await inviter.SendAsync(page, ("phone", $"0045 {number[3..]}"));
        await inviter.FollowAsync();
        Assert.Contains(number, inviter.Text, StringComparison.Ordinal);
        await texts.WaitForAsync(number);
        Assert.Equal(("phone", null, number), Channel(await circle.Founder.GetAsync(Own(circle, invite))));

        await inviter.OpenAsync(page);
        var back = Circle.NewEmail();
        await inviter.SendAsync(page, ("email", back), ("phone", ""));
        await inviter.FollowAsync();
        Assert.Equal(("email", back, null), Channel(await circle.Founder.GetAsync(Own(circle, invite))));

        // Neither of them is nothing that could be sent, and what cannot be a number is said at its field.
        foreach (var (mailbox, phone, at) in new[] { ("", "", "email"), ("", "12", "phone") })
        {
            await inviter.OpenAsync(page);
            await inviter.SendAsync(page, ("email", mailbox), ("phone", phone));
            Assert.Equal(HttpStatusCode.BadRequest, inviter.Status);
            Assert.NotNull(inviter.Page.QuerySelector($"#{at}-fault"));
        }

        Assert.Equal(("email", back, null), Channel(await circle.Founder.GetAsync(Own(circle, invite))));
    }

    private static string Own(Circle circle, JsonElement invite) => $"{circle.Invites}/{invite.GetProperty("id")}";

    private static (string?, string?, string?) Channel(JsonElement i) =>
        (i.GetProperty("channel").GetString(), i.GetProperty("email").GetString(), i.GetProperty("phone").GetString());
}
