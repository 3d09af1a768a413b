using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Races;

/// <summary>Whoever comes at the same moment, on whichever server: each gets one true answer, and what is written agrees with it.</summary>
public sealed class AcceptRaceTests(TwoServers servers, ITestOutputHelper output) : IClassFixture<TwoServers>
{
    private const int Rounds = 100;

    [Fact]
    public async Task RAC_S01_Fifty_accepts_by_one_account_are_one_membership_and_fifty_times_yes()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var olga = await circle.SomebodyAsync();
        var accept = $"/api/invites/{circle.Token(await circle.InviteAsync(new { email = olga.Email }))}/accept";
        var devices = Enumerable.Range(0, 50).Select(i => servers.At(i, olga)).ToList();

        var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(servers, d, HttpMethod.Post, accept)));

        devices.ForEach(d => d.Dispose());
        Assert.All(told, t => Assert.Equal((200, "joined"), (t.Status, t.Outcome)));
        Assert.Single(told.Select(t => t.MemberId).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, await MembersAsync(circle, olga));
        Assert.Equal(1L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM activity WHERE family_id = '{circle.Id}' AND type = 'member.joined'"));
        Assert.Equal(1L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'joined' AND subject_id = '{told[0].MemberId}'"));
    }

    [Fact]
    public async Task RAC_S07_Of_fifty_accounts_on_one_bearer_invitation_one_wins()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var accept = $"/api/invites/{circle.Token(await circle.InviteAsync(new { name = "Whoever" }), LinkKind.Copied)}/accept";
        var people = new List<Person>();
        for (var i = 0; i < 50; i++)
        {
            people.Add(servers.At(i, await circle.SomebodyAsync()));
        }

        var told = await Task.WhenAll(people.Select(p => Told.ByAsync(servers, p, HttpMethod.Post, accept)));

        people.ForEach(p => p.Dispose());
        Assert.Equal("joined", Assert.Single(told, t => t.Status == 200).Outcome);
        Assert.All(told.Where(t => t.Status != 200), t => Assert.Equal((409, "invite.already_accepted"), (t.Status, t.Code)));
        Assert.Equal(2L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task Accepting_beside_a_revoke_is_one_of_the_two_and_never_both()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var olga = await circle.SomebodyAsync();
        using var joining = servers.At(0, olga);
        using var revoking = servers.At(1, circle.Founder);
        var joined = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var invite = await SilentInviteAsync(circle, olga.Email, circle.Founder);
            var (yes, no) = await RaceAsync(
                round,
                () => Told.ByAsync(servers, joining, HttpMethod.Post, $"/api/invites/{circle.Token(invite)}/accept"),
                () => Told.ByAsync(servers, revoking, HttpMethod.Delete, $"{circle.Invites}/{invite.GetProperty("id")}"));

            var member = await MembersAsync(circle, olga);
            var status = (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString();
            if (member == 1)
            {
                joined++;
                Assert.Equal((200, 409, "invite.already_accepted", "accepted"), (yes.Status, no.Status, no.Code, status));
                await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);
            }
            else
            {
                Assert.Equal((410, "invite.revoked", 200, "revoked"), (yes.Status, yes.Code, no.Status, status));
            }
        }

        output.WriteLine($"{Rounds} rounds: {joined} joined, {Rounds - joined} revoked");
        Assert.InRange(joined, 1, Rounds - 1);
    }

    [Fact]
    public async Task Accepting_beside_the_inviters_removal_is_before_it_or_refused()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var bo = await circle.SomebodyAsync("Bo");
        var olga = await circle.SomebodyAsync();
        using var joining = servers.At(0, olga);
        using var removing = servers.At(1, circle.Founder);
        var joined = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var inviter = (await bo.PostAsync(
                $"/api/invites/{circle.Token(await SilentInviteAsync(circle, bo.Email, circle.Founder, "co-parent"))}/accept", null, HttpStatusCode.OK)).GetProperty("memberId").GetString();
            var invite = await SilentInviteAsync(circle, olga.Email, bo);
            var (yes, gone) = await RaceAsync(
                round,
                () => Told.ByAsync(servers, joining, HttpMethod.Post, $"/api/invites/{circle.Token(invite)}/accept"),
                () => Told.ByAsync(servers, removing, HttpMethod.Delete, $"{circle.Path}/members/{inviter}"));

            Assert.Equal(204, gone.Status);
            Assert.Equal(0, await MembersAsync(circle, bo));
            var status = (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString();
            if (await MembersAsync(circle, olga) == 1)
            {
                joined++;
                Assert.Equal((200, "joined", "accepted"), (yes.Status, yes.Outcome, status));
                await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);
            }
            else
            {
                Assert.Equal((410, "invite.revoked", "revoked"), (yes.Status, yes.Code, status));
            }
        }

        output.WriteLine($"{Rounds} rounds: {joined} joined before, {Rounds - joined} refused after");
        Assert.InRange(joined, 1, Rounds - 1);
    }

    [Fact]
    public async Task Of_two_managers_who_answer_at_once_one_is_told_it_is_done()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        using var first = servers.At(0, circle.Founder);
        using var second = servers.At(1, bo);
        for (var round = 0; round < 10; round++)
        {
            var asker = await circle.SomebodyAsync();
            var invite = await SilentInviteAsync(circle, Circle.NewEmail(), circle.Founder);
            var request = (await asker.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("requestId").GetGuid();

            var told = await Task.WhenAll(
                Told.ByAsync(servers, first, HttpMethod.Post, $"{circle.Path}/access-requests/{request}/approve"),
                Told.ByAsync(servers, second, HttpMethod.Post, $"{circle.Path}/access-requests/{request}/{(round % 2 == 0 ? "approve" : "deny")}"));

            Assert.Single(told, t => t.Status == 200);
            Assert.Equal("request.resolved", Assert.Single(told, t => t.Status == 409).Code);
            var approved = told[0].Status == 200 || round % 2 == 0;
            Assert.Equal(approved ? 1 : 0, await MembersAsync(circle, asker));
        }
    }

    // The first rounds give either side a head start, so that both orders are among them; the rest start together.
    private static async Task<(Told First, Told Second)> RaceAsync(int round, Func<Task<Told>> first, Func<Task<Told>> second)
    {
        async Task<Told> LateAsync(Func<Task<Told>> action, bool late)
        {
            await Task.Delay(late ? 100 : 0);
            return await action();
        }

        var one = LateAsync(first, round is >= 5 and < 10);
        var other = LateAsync(second, round < 5);
        return (await one, await other);
    }

    private async Task<long> MembersAsync(Circle circle, Person person) =>
        await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}' AND account_id = '{person.AccountId}'");

    private static async Task<JsonElement> SilentInviteAsync(Circle circle, string email, Person by, string? role = null)
    {
        var created = await by.PostAsync(circle.Invites, new { invites = new[] { new { email, role } }, notify = false }, HttpStatusCode.Created);
        return created.GetProperty("items")[0].GetProperty("invite");
    }
}
