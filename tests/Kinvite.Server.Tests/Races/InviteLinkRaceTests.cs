using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Invitations.InviteLinkTests;

namespace Kinvite.Server.Tests.Races;

/// <summary>An open link's limits are exact however many come at the same moment, on whichever server.</summary>
public sealed class InviteLinkRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task Seed000_Vault_Of_fifty_who_come_at_once_as_many_get_in_as_were_meant_to()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var link = await MakeAsync(circle, new { maxUses = 7 });
        var people = new List<Person>();
        for (var i = 0; i < 50; i++)
        {
            people.Add(servers.At(i, await circle.SomebodyAsync()));
        }

        var told = await Task.WhenAll(people.Select(p => Told.ByAsync(servers, p, HttpMethod.Post, Accept(link))));

        people.ForEach(p => p.Dispose());
        Assert.Equal(7, told.Count(t => (t.Status, t.Outcome) == (200, "joined")));
        Assert.Equal(43, told.Count(t => (t.Status, t.Code) == (410, "invite.used")));
        Assert.Equal(8L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
        Assert.Equal("7 5", await servers.Database.ScalarAsync<string>($"SELECT uses || ' ' || status FROM invite_links WHERE family_id = '{circle.Id}'"));
    }

    [Theory]
    [InlineData("home")]
    [InlineData("vault")]
    public async Task RAC_S02_Of_thirty_who_come_at_once_by_a_link_for_three_exactly_three_get_in(string kind)
    {
        using var circle = await Circle.StartAsync(servers.App, kind);
        var link = await MakeAsync(circle, new { maxUses = 3, requireApproval = false });
        var people = new List<Person>();
        for (var i = 0; i < 30; i++)
        {
            people.Add(servers.At(i, await circle.SomebodyAsync()));
        }

        var told = await Task.WhenAll(people.Select(p => Told.ByAsync(servers, p, HttpMethod.Post, Accept(link))));

        people.ForEach(p => p.Dispose());
        Assert.Equal((3, 27), (told.Count(t => t.Outcome == "joined"), told.Count(t => (t.Status, t.Code) == (410, "invite.used"))));
        Assert.Equal(4L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
        Assert.Equal(3L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM activity WHERE family_id = '{circle.Id}' AND type = 'member.joined'"));
    }

    [Fact]
    public async Task One_account_fifty_times_is_one_member_and_one_use()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var link = await MakeAsync(circle, new { });
        var olga = await circle.SomebodyAsync();
        var devices = Enumerable.Range(0, 50).Select(i => servers.At(i, olga)).ToList();

        var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(servers, d, HttpMethod.Post, Accept(link))));

        devices.ForEach(d => d.Dispose());
        Assert.Single(told, t => t.Outcome == "joined");
        Assert.Equal(49, told.Count(t => t.Outcome == "alreadyMember"));
        Assert.Equal(1, await servers.Database.ScalarAsync<int>($"SELECT uses FROM invite_links WHERE family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task Of_fifty_guests_at_once_twenty_get_in()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var link = await MakeAsync(circle, new { requireLogin = false });
        var people = Enumerable.Range(0, 50).Select(i => servers.At(i, circle.Stranger())).ToList();
        var before = await servers.Database.ScalarAsync<long>("SELECT count(*) FROM accounts");

        var told = await Task.WhenAll(people.Select((p, i) => Told.ByAsync(servers, p, HttpMethod.Post, Accept(link), new { name = $"Gus {i}" })));

        people.ForEach(p => p.Dispose());
        Assert.Equal(20, told.Count(t => (t.Status, t.Outcome) == (200, "joined")));
        Assert.Equal(30, told.Count(t => (t.Status, t.Code) == (429, "limit.exceeded")));
        Assert.Equal(before + 20, await servers.Database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
    }

    [Fact]
    public async Task Of_many_made_at_once_one_works()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        var devices = Enumerable.Range(0, 20).Select(i => servers.At(i, circle.Founder)).ToList();

        var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(servers, d, HttpMethod.Post, LinksOf(circle), new { })));

        devices.ForEach(d => d.Dispose());
        Assert.All(told, t => Assert.Equal(201, t.Status));
        var statuses = (await circle.Founder.GetAsync($"{LinksOf(circle)}?limit=100")).GetProperty("items").EnumerateArray().Select(l => l.GetProperty("status").GetString()).ToList();
        Assert.Equal((1, 19), (statuses.Count(s => s == "active"), statuses.Count(s => s == "replaced")));
    }

    [Fact]
    public async Task LNK_S01_A_withdrawal_that_was_answered_holds_for_everybody_who_comes_after()
    {
        using var circle = await Circle.StartAsync(servers.App, "vault");
        for (var round = 0; round < 10; round++)
        {
            var link = await MakeAsync(circle, new { });
            using var joining = servers.At(round, await circle.SomebodyAsync());
            using var late = servers.At(round + 1, await circle.SomebodyAsync());
            using var revoking = servers.At(round + 1, circle.Founder);

            var accept = Told.ByAsync(servers, joining, HttpMethod.Post, Accept(link));
            var revoke = Told.ByAsync(servers, revoking, HttpMethod.Delete, $"{LinksOf(circle)}/{link.GetProperty("id")}");
            Assert.Equal(200, (await revoke).Status);
            Assert.Equal("invite.revoked", (await Told.ByAsync(servers, late, HttpMethod.Post, Accept(link))).Code);
            var told = await accept;

            var uses = await servers.Database.ScalarAsync<int>($"SELECT uses FROM invite_links WHERE id = '{link.GetProperty("id")}'");
            Assert.Equal(told.Status == (int)HttpStatusCode.OK ? 1 : 0, uses);
        }
    }
}
