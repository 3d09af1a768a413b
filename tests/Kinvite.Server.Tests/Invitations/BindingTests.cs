using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Who may use an invitation: whoever has the link, whoever somebody agrees to, or only the one who was invited.</summary>
public sealed class BindingTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Theory]
    // Whoever holds the link of a teen's invitation joins; a parent would manage the family, so somebody has to agree.
    [InlineData("chores", "teen", "joined", "joined", "joined")]
    [InlineData("chores", "parent", "joined", "waitingForApproval", "waitingForApproval")]
    [InlineData("vault", "member", "joined", "joined", "joined")]
    [InlineData("home", "relative", "joined", "waitingForApproval", "waitingForApproval")]
    [InlineData("home", "co-parent", "joined", "waitingForApproval", "waitingForApproval")]
    [InlineData("team", "player", "joined", "waitingForApproval", "waitingForApproval")]
    [InlineData("care", "member", "joined", "invite.wrong_account", "invite.wrong_account")]
    [InlineData("care", "admin", "joined", "invite.wrong_account", "invite.wrong_account")]
    public async Task The_kind_says_who_may_use_it(string kind, string role, string invited, string otherMailed, string otherCopied)
    {
        using var circle = await Circle.StartAsync(App, kind);
        await ExpectAsync(circle, role, invited, LinkKind.Mailed, isInvited: true);
        await ExpectAsync(circle, role, invited, LinkKind.Copied, isInvited: true);
        await ExpectAsync(circle, role, otherMailed, LinkKind.Mailed, isInvited: false);
        await ExpectAsync(circle, role, otherCopied, LinkKind.Copied, isInvited: false);
    }

    [Fact]
    public async Task BND_S01_A_refused_account_is_not_told_the_invited_address()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var invite = await circle.InviteAsync(new { email = "very.private@example.org" });
        var other = await circle.SomebodyAsync();

        var problem = await other.PostRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, 403, "invite.wrong_account");

        Assert.DoesNotContain("very.private", problem.ToString(), StringComparison.Ordinal);
        await other.GetRefusedAsync(circle.Path, 404, "not_found");
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");
    }

    [Fact]
    public async Task A_claimed_address_counts_only_with_the_link_that_was_sent_to_it()
    {
        using var circle = await Circle.StartAsync(App, "care");
        var email = Circle.NewEmail("claimed");
        var invite = await circle.InviteAsync(new { email });
        var claimer = await circle.SomebodyAsync();
        await shared.Database.ExecuteAsync(
            $"INSERT INTO account_addresses (id, account_id, type, value, key, \"primary\", created_at) VALUES ('{Guid.CreateVersion7(App.Clock.GetUtcNow())}', '{claimer.AccountId}', 1, '{email}', '{email}', false, now())");

        Assert.Equal(0, (await claimer.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
        await claimer.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        await claimer.PostRefusedAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, 403, "invite.wrong_account");
        var joined = await claimer.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("joined", joined.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("home", "verified", null)]
    [InlineData("home", "confirm", null)]
    [InlineData("home", "bearer", "binding")]
    [InlineData("vault", "confirm", null)]
    [InlineData("care", "confirm", "binding")]
    [InlineData("care", "bearer", "binding")]
    public async Task An_invitation_may_be_stricter_than_its_kind_and_never_looser(string kind, string binding, string? fault)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var body = new { invites = new[] { new { email = Circle.NewEmail() } }, binding };
        if (fault is not null)
        {
            Assert.Equal([fault], await circle.Founder.FaultsAsync(circle.Invites, body));
            return;
        }

        var invite = (await circle.Founder.PostAsync(circle.Invites, body, HttpStatusCode.Created)).GetProperty("items")[0].GetProperty("invite");
        Assert.Equal(binding, invite.GetProperty("binding").GetString());
        var expected = binding == "verified" ? "invite.wrong_account" : "waitingForApproval";
        Assert.Equal(expected, await OutcomeAsync(await circle.SomebodyAsync(), circle.Token(invite)));
    }

    [Fact]
    public async Task Without_an_address_there_is_nothing_to_verify()
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal(["binding"], await circle.Founder.FaultsAsync(circle.Invites, new { invites = new[] { new { role = "relative" } }, binding = "verified" }));
    }

    [Theory]
    [InlineData("home", "waitingForApproval")]
    [InlineData("vault", "joined")]
    public async Task A_link_that_is_handed_over_lets_in_as_its_kind_says(string kind, string outcome)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var invite = await circle.InviteAsync(new { name = "Olga" });
        Assert.Equal("none", invite.GetProperty("channel").GetString());
        Assert.Equal("none", invite.GetProperty("delivery").GetProperty("state").GetString());
        var url = (await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/link", null, HttpStatusCode.OK)).GetProperty("url").GetString()!;
        var preview = await circle.Stranger().GetAsync($"/api/invites/{url[^48..]}");

        Assert.Equal(outcome != "joined", preview.GetProperty("requireApproval").GetBoolean());
        Assert.Equal(outcome, await OutcomeAsync(await circle.SomebodyAsync(), url[^48..]));
    }

    [Fact]
    public async Task BND_S03_Nobody_joins_by_signing_in()
    {
        using var circle = await Circle.StartAsync(App);
        var email = Circle.NewEmail();
        var invite = await circle.InviteAsync(new { email });
        await circle.Stranger().PostRefusedAsync($"/api/invites/{circle.Token(invite)}/accept", null, 401, "auth.required");

        var olga = await circle.SomebodyAsync(email: email);

        Assert.Equal(0, (await olga.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await olga.GetAsync("/api/invites")).GetProperty("items").GetArrayLength());
    }

    private static async Task ExpectAsync(Circle circle, string role, string expected, LinkKind link, bool isInvited)
    {
        var person = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = isInvited ? person.Email : Circle.NewEmail("other"), role });

        Assert.Equal(expected, await OutcomeAsync(person, circle.Token(invite, link)));
        // Twice is as once, whatever it was.
        Assert.Equal(expected, await OutcomeAsync(person, circle.Token(invite, link)));
        var status = (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString();
        Assert.Equal(expected == "joined" ? "accepted" : "pending", status);
        using var inside = await person.RequestAsync(HttpMethod.Get, circle.Path);
        Assert.Equal(expected == "joined" ? HttpStatusCode.OK : HttpStatusCode.NotFound, inside.StatusCode);
        await circle.Founder.RequestAsync(HttpMethod.Delete, $"{circle.Invites}/{invite.GetProperty("id")}");
    }

    private static async Task<string?> OutcomeAsync(Person person, string token)
    {
        using var answer = await person.RequestAsync(HttpMethod.Post, $"/api/invites/{token}/accept");
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return body.GetProperty(answer.IsSuccessStatusCode ? "outcome" : "code").GetString();
    }
}
