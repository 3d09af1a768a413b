using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.AccessRequests;

/// <summary>Somebody else has the link: a manager sees who asks and decides.</summary>
public sealed class AccessRequestTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Who_waits_is_listed_with_what_the_managers_need_to_decide()
    {
        using var circle = await Circle.StartAsync(App);
        var (per, invite, request) = await WaitingAsync(circle, "Per Dahl");

        var waiting = (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items");

        Assert.Equal(1, waiting.GetArrayLength());
        Assert.Equal(["id", "status", "account", "childId", "inviteId", "message", "createdAt", "resolvedAt", "resolvedBy"], waiting[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(request, waiting[0].GetProperty("id").GetGuid());
        Assert.Equal("pending", waiting[0].GetProperty("status").GetString());
        Assert.Equal("Per Dahl", waiting[0].GetProperty("account").GetProperty("displayName").GetString());
        Assert.Equal(per.Email, waiting[0].GetProperty("account").GetProperty("email").GetString());
        Assert.Equal(invite.GetProperty("id").GetString(), waiting[0].GetProperty("inviteId").GetString());
        await per.GetRefusedAsync(circle.Path, 404, "not_found");
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");
    }

    [Fact]
    public async Task Asking_again_is_the_same_request_with_one_mail()
    {
        using var circle = await Circle.StartAsync(App);
        var (per, invite, request) = await WaitingAsync(circle);

        var again = await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal(request, again.GetProperty("requestId").GetGuid());
        Assert.Equal(JsonValueKind.Null, again.GetProperty("memberId").ValueKind);
        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE subject_id = '{request}' AND type = 'request'"));
    }

    [Fact]
    public async Task Approving_lets_in_as_the_invitation_says_and_uses_it_up()
    {
        using var circle = await Circle.StartAsync(App);
        var (per, invite, request) = await WaitingAsync(circle, "Per Dahl", "grandparent");

        var approved = await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/approve", null, HttpStatusCode.OK);

        Assert.Equal(["ok", "memberId"], approved.EnumerateObject().Select(p => p.Name));
        Assert.Equal(approved.GetProperty("memberId").GetGuid(), await circle.MemberIdAsync(per));
        Assert.Equal("grandparent", (await per.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
        var used = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        Assert.Equal("accepted", used.GetProperty("status").GetString());
        Assert.Equal("Per Dahl", used.GetProperty("acceptedBy").GetProperty("name").GetString());
        await (await circle.SomebodyAsync()).PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 409, "invite.already_accepted");
        // Their own link is an answer again, not a fault.
        Assert.Equal(approved.GetProperty("memberId").GetGuid(), (await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("memberId").GetGuid());
        var answered = (await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=approved")).GetProperty("items")[0];
        Assert.Equal("Ana Aasen", answered.GetProperty("resolvedBy").GetProperty("name").GetString());
        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Approving_one_overtakes_the_others_who_had_the_same_invitation()
    {
        using var circle = await Circle.StartAsync(App);
        var (_, invite, first) = await WaitingAsync(circle);
        var late = await circle.SomebodyAsync("Late");
        var second = (await late.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId").GetGuid();

        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{first}/approve", null, HttpStatusCode.OK);

        Assert.Equal("closed", await StatusAsync(circle, second));
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{second}/approve", null, 409, "request.resolved");
        await late.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task When_the_invited_one_joins_the_others_requests_close()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var per = await circle.SomebodyAsync("Per");
        var request = (await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId").GetGuid();

        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("closed", await StatusAsync(circle, request));
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 409, "request.resolved");
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{request}/deny", null, 409, "request.resolved");
        await per.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task The_approver_may_give_less_or_otherwise_and_never_more_than_they_hold()
    {
        using var circle = await Circle.StartAsync(App);
        var (per, _, request) = await WaitingAsync(circle, role: "co-parent");
        var approve = $"{circle.Path}/access-requests/{request}/approve";

        Assert.Equal(["role"], await circle.Founder.FaultsAsync(approve, new { role = "owner" }));
        Assert.Equal(["permission"], await circle.Founder.FaultsAsync(approve, new { role = "relative", permission = "admin" }));
        Assert.Equal(["accessUntil"], await circle.Founder.FaultsAsync(approve, new { accessUntil = App.Clock.GetUtcNow().AddDays(-1) }));
        var until = App.Clock.GetUtcNow().AddDays(3);
        await circle.Founder.PostAsync(approve, new { role = "friend", accessUntil = until }, HttpStatusCode.OK);

        var member = (await per.GetAsync($"{circle.Path}/members")).GetProperty("items")[0];
        Assert.Equal("friend", member.GetProperty("role").GetString());
        Assert.Equal("view", member.GetProperty("permission").GetString());
        Assert.Equal(until.ToUnixTimeSeconds(), member.GetProperty("accessUntil").GetDateTimeOffset().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_manager_approves_no_more_than_they_hold()
    {
        using var circle = await Circle.StartAsync(App, "team");
        var player = await circle.MemberAsync("player", "Pia");
        var (per, _, request) = await WaitingAsync(circle, role: "player");
        await shared.Database.ExecuteAsync($"UPDATE members SET permission = 1 WHERE family_id = '{circle.Id}' AND account_id = '{player.AccountId}'");

        await player.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 403, "rights.ceiling");

        Assert.Equal("pending", await StatusAsync(circle, request));
        await per.GetRefusedAsync(circle.Path, 404, "not_found");
    }

    [Fact]
    public async Task Of_two_answers_the_second_is_refused()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var (_, _, approved) = await WaitingAsync(circle);
        var (_, _, denied) = await WaitingAsync(circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{approved}/approve", null, HttpStatusCode.OK);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{denied}/deny", null, HttpStatusCode.OK);

        foreach (var request in new[] { approved, denied })
        {
            await bo.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 409, "request.resolved");
            await bo.PostRefusedAsync($"{circle.Path}/access-requests/{request}/deny", null, 409, "request.resolved");
        }
    }

    [Fact]
    public async Task After_a_no_the_same_account_rests_for_seven_days()
    {
        using var circle = await Circle.StartAsync(App);
        var (per, invite, request) = await WaitingAsync(circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/deny", null, HttpStatusCode.OK);

        using var early = await per.RequestAsync(HttpMethod.Post, $"/api/invites/{circle.Token(invite)}/accept");
        await early.ProblemAsync(429, "request.cool_down");
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value.TotalDays, 6.99, 7);
        await shared.Database.ExecuteAsync($"UPDATE access_requests SET resolved_at = now() - interval '7 days' WHERE id = '{request}'");
        var again = await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("waitingForApproval", again.GetProperty("outcome").GetString());
        Assert.NotEqual(request, again.GetProperty("requestId").GetGuid());
    }

    [Fact]
    public async Task Both_sides_get_a_mail()
    {
        using var circle = await Circle.StartAsync(App, name: "Mailers");
        var (per, _, approved) = await WaitingAsync(circle);
        await MailAsync(circle.Founder.Email, "Subject: Somebody asks to join Mailers");
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{approved}/approve", null, HttpStatusCode.OK);
        await MailAsync(per.Email, "Subject: You are now part of Mailers");

        var (eva, _, denied) = await WaitingAsync(circle);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{denied}/deny", null, HttpStatusCode.OK);
        await MailAsync(eva.Email, "Subject: Your request was declined");
    }

    [Fact]
    public async Task A_member_who_may_not_answer_sees_no_requests()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        var (_, _, request) = await WaitingAsync(circle);

        await olga.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 403, "rights.missing");
        await olga.PostRefusedAsync($"{circle.Path}/access-requests/{request}/deny", null, 403, "rights.missing");
    }

    [Fact]
    public async Task Whoever_comes_by_a_copied_link_waits_with_their_own_name()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { name = "Whoever" });
        var per = await circle.SomebodyAsync("Per Dahl");
        await per.PostAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", new { name = "Uncle Per" }, HttpStatusCode.OK);

        var waiting = (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items")[0];

        Assert.Equal("Uncle Per", waiting.GetProperty("account").GetProperty("displayName").GetString());
        Assert.Equal(per.Email, waiting.GetProperty("account").GetProperty("email").GetString());
    }

    private static async Task<(Person Asker, JsonElement Invite, Guid Request)> WaitingAsync(Circle circle, string name = "Per Dahl", string? role = null)
    {
        var invite = await circle.InviteAsync(role is null ? new { email = Circle.NewEmail() } : new { email = Circle.NewEmail(), role });
        var asker = await circle.SomebodyAsync(name);
        var answer = await asker.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("waitingForApproval", answer.GetProperty("outcome").GetString());
        return (asker, invite, answer.GetProperty("requestId").GetGuid());
    }

    private static async Task<string?> StatusAsync(Circle circle, Guid request) =>
        (await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=all")).GetProperty("items").EnumerateArray()
            .Single(r => r.GetProperty("id").GetGuid() == request).GetProperty("status").GetString();

    private async Task MailAsync(string to, string subject)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if (App.Mailbox.To(to).Any(m => m.Contains(subject, StringComparison.Ordinal)))
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"No mail to {to} with {subject}");
    }
}
