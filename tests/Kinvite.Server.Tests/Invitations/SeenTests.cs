using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>The family learns that somebody looks at the invitation: from a person's touch, never from a scanner's visit.</summary>
public sealed class SeenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task The_first_touch_counts_and_no_other()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Olga" });
        var seen = $"/api/invites/{circle.Token(invite)}/seen";

        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");
        Assert.Equal(JsonValueKind.Null, (await SeenAtAsync(circle, invite)).ValueKind);

        await circle.Stranger().PostAsync(seen, null, HttpStatusCode.NoContent);
        var first = await SeenAtAsync(circle, invite);
        Assert.Equal(JsonValueKind.String, first.ValueKind);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => circle.Stranger().PostAsync(seen, null, HttpStatusCode.NoContent)));

        Assert.Equal(first.GetString(), (await SeenAtAsync(circle, invite)).GetString());
        Assert.Equal(1L, await EntriesAsync(circle));
    }

    [Fact]
    public async Task Ten_touches_at_once_are_one()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite)}/seen", null, HttpStatusCode.NoContent)));

        Assert.Equal(1L, await EntriesAsync(circle));
    }

    [Theory]
    [InlineData("accept")]
    [InlineData("decline")]
    public async Task Without_script_the_answer_itself_counts(string answer)
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/{answer}", null, HttpStatusCode.OK);

        Assert.Equal(JsonValueKind.String, (await SeenAtAsync(circle, invite)).ValueKind);
    }

    [Fact]
    public async Task Who_has_to_wait_has_seen_it_too()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { name = "Olga" });
        await (await circle.SomebodyAsync()).PostAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}/accept", null, HttpStatusCode.OK);

        Assert.Equal(JsonValueKind.String, (await SeenAtAsync(circle, invite)).ValueKind);
    }

    [Fact]
    public async Task What_is_over_or_replaced_is_not_seen_any_more()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/resend", null, HttpStatusCode.OK);
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite)}/seen", null, HttpStatusCode.NoContent);
        await circle.Founder.DeleteAsync($"{circle.Invites}/{invite.GetProperty("id")}", HttpStatusCode.OK);
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(invite, generation: 2)}/seen", null, HttpStatusCode.NoContent);

        Assert.Equal(JsonValueKind.Null, (await SeenAtAsync(circle, invite)).ValueKind);
        await circle.Stranger().PostRefusedAsync($"/api/invites/{new string('A', 48)}/seen", null, 404, "invite.unknown");
    }

    private Task<long> EntriesAsync(Circle circle) =>
        shared.Database.ScalarAsync<long>($"SELECT count(*) FROM activity WHERE family_id = '{circle.Id}' AND type = 'invite.seen'");

    private static async Task<JsonElement> SeenAtAsync(Circle circle, JsonElement invite) =>
        (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("seenAt");
}
