using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>api.md's table: what every call answers in every state of an invitation.</summary>
public sealed class StatusTableTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>One column of the table, with or without the row of revoking.</summary>
    public static TheoryData<string, string, int, string?> In(string state, bool revoking = true)
    {
        var data = new TheoryData<string, string, int, string?>();
        foreach (var row in Table.Select(r => r.Data).Where(r => r.Item2 == state && (revoking || r.Item1 != "revoke")))
        {
            data.Add(row.Item1, row.Item2, row.Item3, row.Item4);
        }

        return data;
    }

    private static TheoryData<string, string, int, string?> Table
    {
        get
        {
            string[] states = ["pending", "bounced", "expired", "declined", "revoked", "accepted"];
            (string Call, string?[] Codes)[] rows =
            [
                ("preview", [null, null, "410 invite.expired", "410 invite.declined", "410 invite.revoked", "410 invite.used"]),
                ("accept", [null, null, "410 invite.expired", "410 invite.declined", "410 invite.revoked", null]),
                ("accept by another", [null, null, "410 invite.expired", "410 invite.declined", "410 invite.revoked", "409 invite.already_accepted"]),
                ("decline", [null, null, "410 invite.expired", null, "410 invite.revoked", "409 invite.already_accepted"]),
                ("resend", [null, null, null, "409 invite.not_pending", "409 invite.not_pending", "409 invite.not_pending"]),
                ("link", [null, null, "409 invite.not_pending", "409 invite.not_pending", "409 invite.not_pending", "409 invite.not_pending"]),
                ("revoke", [null, null, null, null, null, "409 invite.already_accepted"]),
            ];
            var data = new TheoryData<string, string, int, string?>();
            foreach (var (call, codes) in rows)
            {
                for (var i = 0; i < states.Length; i++)
                {
                    var parts = codes[i]?.Split(' ');
                    data.Add(call, states[i], parts is null ? 200 : int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts?[1]);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(In), "pending", true)]
    [MemberData(nameof(In), "bounced", true)]
    public Task An_open_one_answers_every_call(string call, string state, int status, string? code) => AnswersAsync(call, state, status, code);

    [Theory]
    [MemberData(nameof(In), "revoked", true)]
    public Task STA_S01_A_withdrawn_one_lets_nobody_in(string call, string state, int status, string? code) => AnswersAsync(call, state, status, code);

    [Theory]
    [MemberData(nameof(In), "expired", true)]
    public Task STA_S02_One_whose_time_is_over_lets_nobody_in(string call, string state, int status, string? code) => AnswersAsync(call, state, status, code);

    [Theory]
    [MemberData(nameof(In), "accepted", false)]
    public Task STA_S03_An_accepted_one_is_its_accounts_own_and_nobody_elses(string call, string state, int status, string? code) => AnswersAsync(call, state, status, code);

    [Theory]
    [MemberData(nameof(In), "declined", true)]
    public Task STA_S05_A_declined_one_lets_nobody_in_and_is_not_sent_again(string call, string state, int status, string? code) => AnswersAsync(call, state, status, code);

    [Fact]
    public async Task STA_S06_An_accepted_one_is_not_withdrawn_and_who_came_in_stays()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "relative" });
        await BringToAsync(circle, olga, invite, "accepted");
        var me = (await olga.GetAsync($"{circle.Path}/me")).ToString();

        await circle.Founder.DeleteRefusedAsync($"{circle.Invites}/{invite.GetProperty("id")}", 409, "invite.already_accepted");

        Assert.Equal(me, (await olga.GetAsync($"{circle.Path}/me")).ToString());
        Assert.Equal("accepted", await StatusAsync(circle, invite));
    }

    [Fact]
    public async Task STA_S04_A_resent_invitation_lives_by_its_newest_link_alone()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var old = circle.Token(invite);

        var resent = await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);

        Assert.Equal(invite.GetProperty("id").GetString(), resent.GetProperty("id").GetString());
        await olga.GetRefusedAsync($"/api/invites/{old}", 410, "invite.replaced");
        await olga.PostRefusedAsync($"/api/invites/{old}/accept", null, 410, "invite.replaced");
        await olga.PostRefusedAsync($"/api/invites/{old}/decline", null, 410, "invite.replaced");
        await olga.PostAsync($"/api/invites/{circle.Token(invite, generation: 2)}/accept", null, HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_same_account_gets_its_first_answer_again_with_the_old_link_too()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);
        var accept = $"/api/invites/{circle.Token(invite, generation: 2)}/accept";
        var first = await olga.PostAsync(accept, null, HttpStatusCode.OK);

        Assert.Equal(first.ToString(), (await olga.PostAsync(accept, null, HttpStatusCode.OK)).ToString());
        Assert.Equal(first.ToString(), (await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).ToString());
    }

    [Fact]
    public async Task A_bounced_one_counts_as_pending_and_a_resend_makes_it_so()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await BringToAsync(circle, circle.Founder, invite, "bounced");
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Invites}?status=pending")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Invites}?status=bounced")).GetProperty("items").GetArrayLength());

        await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);

        Assert.Equal("pending", await StatusAsync(circle, invite));
    }

    [Fact]
    public async Task Twenty_resends_are_enough()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        var id = invite.GetProperty("id").GetGuid();
        await shared.Database.ExecuteAsync($"UPDATE invitations SET generation = 20 WHERE id = '{id}'");
        await circle.Founder.PostAsync($"{circle.Invites}/{id}/resend", null, HttpStatusCode.OK);

        await circle.Founder.PostRefusedAsync($"{circle.Invites}/{id}/resend", null, 409, "invite.too_many_resends");

        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(id, generation: 21)}");
    }

    private async Task AnswersAsync(string call, string state, int status, string? code)
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "relative" });
        await BringToAsync(circle, olga, invite, state);
        Assert.Equal(state, await StatusAsync(circle, invite));
        var token = circle.Token(invite);
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";
        var (who, method, path) = call switch
        {
            "preview" => (circle.Stranger(), HttpMethod.Get, $"/api/invites/{token}"),
            "accept" => (olga, HttpMethod.Post, $"/api/invites/{token}/accept"),
            "accept by another" => (await circle.SomebodyAsync("Per"), HttpMethod.Post, $"/api/invites/{token}/accept"),
            "decline" => (circle.Stranger(), HttpMethod.Post, $"/api/invites/{token}/decline"),
            "resend" => (circle.Founder, HttpMethod.Post, $"{own}/resend"),
            "link" => (circle.Founder, HttpMethod.Post, $"{own}/link"),
            "revoke" => (circle.Founder, HttpMethod.Delete, own),
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };

        using var answer = await who.RequestAsync(method, path);
        if (code is not null)
        {
            await answer.ProblemAsync(status, code);
            Assert.Equal(state, await StatusAsync(circle, invite));
            return;
        }

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{call} when {state}: {(int)answer.StatusCode} {text}");
        Assert.Equal(After(call, state), await StatusAsync(circle, invite));
    }

    private async Task BringToAsync(Circle circle, Person olga, JsonElement invite, string state)
    {
        var id = invite.GetProperty("id").GetGuid();
        switch (state)
        {
            case "bounced":
                await shared.Database.ExecuteAsync($"UPDATE invitations SET status = 6 WHERE id = '{id}'");
                break;
            case "expired":
                await shared.Database.ExecuteAsync($"UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = '{id}'");
                break;
            case "declined":
                await circle.Stranger().PostAsync($"/api/invites/{circle.Token(id)}/decline", null, HttpStatusCode.OK);
                break;
            case "revoked":
                await circle.Founder.DeleteAsync($"{circle.Invites}/{id}", HttpStatusCode.OK);
                break;
            case "accepted":
                await olga.PostAsync($"/api/invites/{circle.Token(id)}/accept", null, HttpStatusCode.OK);
                break;
        }
    }

    private static string After(string call, string state) => call switch
    {
        "accept" => "accepted",
        "decline" => "declined",
        "resend" => "pending",
        "revoke" => state == "declined" ? "declined" : "revoked",
        _ => state,
    };

    private static async Task<string?> StatusAsync(Circle circle, JsonElement invite) =>
        (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString();
}
