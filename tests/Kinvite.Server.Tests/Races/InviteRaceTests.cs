using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Races;

/// <summary>Inviting at the same moment on two servers: one recipient, one mail; a limit is a limit; one link lives.</summary>
public sealed class InviteRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Theory]
    [InlineData("chores")]
    [InlineData("home")]
    public async Task RAC_S03_Twenty_who_invite_one_person_make_one_invitation_and_one_mail(string kind)
    {
        using var circle = await Circle.StartAsync(servers.App, kind);
        var email = Circle.NewEmail("wanted");
        var devices = Enumerable.Range(0, 20).Select(i => servers.At(i, circle.Founder)).ToList();

        var told = await Task.WhenAll(devices.Select((d, i) => Told.ByAsync(
            servers, d, HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = i % 2 == 0 ? email : email.ToUpperInvariant() } } })));

        devices.ForEach(d => d.Dispose());
        Assert.Single(told, t => t.Status == 201);
        Assert.All(told.Where(t => t.Status != 201), t => Assert.Equal(kind == "home" ? (200, null) : (409, "invite.already_pending"), (t.Status, t.Code)));
        Assert.Equal(1, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
        Assert.Equal(1L, await servers.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM outbox o JOIN invitations i ON i.id = o.subject_id WHERE i.family_id = '{circle.Id}' AND o.type = 'invitation'"));
    }

    [Fact]
    public async Task Five_may_wait_in_chores_however_many_invite_at_once()
    {
        using var circle = await Circle.StartAsync(servers.App, "chores");
        var devices = Enumerable.Range(0, 20).Select(i => servers.At(i, circle.Founder)).ToList();

        var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(
            servers, d, HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = Circle.NewEmail("five") } } })));

        devices.ForEach(d => d.Dispose());
        Assert.Equal(5, told.Count(t => t.Status == 201));
        Assert.All(told.Where(t => t.Status != 201), t => Assert.Equal((409, "invite.limit"), (t.Status, t.Code)));
        Assert.Equal(5, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task RAC_S06_After_ten_resends_at_once_the_newest_link_lives_and_no_other()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var olga = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var devices = Enumerable.Range(0, 10).Select(i => servers.At(i, circle.Founder)).ToList();

        var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(servers, d, HttpMethod.Post, $"{circle.Invites}/{invite.GetProperty("id")}/resend")));

        devices.ForEach(d => d.Dispose());
        Assert.All(told, t => Assert.Equal(200, t.Status));
        for (short generation = 1; generation <= 10; generation++)
        {
            await olga.GetRefusedAsync($"/api/invites/{circle.Token(invite, generation: generation)}", 410, "invite.replaced");
        }

        await olga.PostAsync($"/api/invites/{circle.Token(invite, generation: 11)}/accept", null, HttpStatusCode.OK);
    }
}
