using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Races;

/// <summary>Questions and answers at the same moment, on two servers: one of each counts, whoever was first.</summary>
public sealed class RequestRaceTests(TwoServers servers, ITestOutputHelper output) : IClassFixture<TwoServers>
{
    private const string Requests = "/api/access-requests";

    [Fact]
    public async Task REQ_S01_The_same_question_on_both_servers_is_one_request()
    {
        using var circle = await Circle.StartAsync(servers.App);
        foreach (var target in new[] { circle.Id, Guid.NewGuid() })
        {
            var per = await circle.SomebodyAsync("Per");
            var devices = Enumerable.Range(0, 20).Select(i => servers.At(i, per)).ToList();

            var told = await Task.WhenAll(devices.Select(d => Told.ByAsync(servers, d, HttpMethod.Post, Requests, new { familyId = target })));

            devices.ForEach(d => d.Dispose());
            Assert.Single(told, t => t.Status == 202);
            Assert.All(told.Where(t => t.Status != 202), t => Assert.Equal((409, "request.pending"), (t.Status, t.Code)));
            Assert.Equal(1L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM access_requests WHERE account_id = '{per.AccountId}'"));
        }
    }

    [Fact]
    public async Task REQ_S02_Of_two_managers_one_answers_and_there_is_one_membership()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        using var first = servers.At(0, circle.Founder);
        using var second = servers.At(1, bo);
        for (var round = 0; round < 10; round++)
        {
            var asker = await circle.SomebodyAsync();
            var request = $"{circle.Path}/access-requests/{await AskAsync(asker, circle)}";

            var told = await Task.WhenAll(
                Told.ByAsync(servers, first, HttpMethod.Post, $"{request}/approve", new { role = "friend" }),
                Told.ByAsync(servers, second, HttpMethod.Post, $"{request}/approve", new { role = "caregiver" }));

            Assert.Single(told, t => t.Status == 200);
            Assert.Equal("request.resolved", Assert.Single(told, t => t.Status == 409).Code);
            Assert.Equal(1, await MembersAsync(circle, asker));
            Assert.Equal(told[0].Status == 200 ? "friend" : "caregiver", (await asker.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
        }
    }

    [Fact]
    public async Task REQ_S02_Approving_beside_a_withdrawal_is_one_of_the_two()
    {
        using var circle = await Circle.StartAsync(servers.App);
        using var answering = servers.At(0, circle.Founder);
        var joined = 0;
        for (var round = 0; round < 40; round++)
        {
            var asker = await circle.SomebodyAsync();
            using var withdrawing = servers.At(1, asker);
            var id = await AskAsync(asker, circle);

            // The first rounds give either side a head start, so that both orders are among them.
            var approve = LateAsync(() => Told.ByAsync(servers, answering, HttpMethod.Post, $"{circle.Path}/access-requests/{id}/approve"), round < 5);
            var withdraw = LateAsync(() => Told.ByAsync(servers, withdrawing, HttpMethod.Delete, $"{Requests}/{id}"), round is >= 5 and < 10);
            var (yes, back) = (await approve, await withdraw);

            var member = await MembersAsync(circle, asker);
            joined += (int)member;
            Assert.Equal(
                member == 1 ? (200, 409, null, "request.resolved") : (409, 204, "request.resolved", null),
                (yes.Status, back.Status, yes.Code, back.Code));
        }

        output.WriteLine($"{joined} joined, {40 - joined} withdrew");
        Assert.InRange(joined, 1, 39);
    }

    [Fact]
    public async Task TEN_S06_Answering_beside_a_stranger_who_answers_too_is_the_familys_answer()
    {
        using var a = await Circle.StartAsync(servers.App);
        using var b = await Circle.StartAsync(servers.App);
        using var own = servers.At(0, a.Founder);
        using var stranger = servers.At(1, b.Founder);
        for (var round = 0; round < 10; round++)
        {
            var asker = await a.SomebodyAsync();
            var id = await AskAsync(asker, a);

            var told = await Task.WhenAll(
                Told.ByAsync(servers, own, HttpMethod.Post, $"{a.Path}/access-requests/{id}/deny"),
                Told.ByAsync(servers, stranger, HttpMethod.Post, $"{a.Path}/access-requests/{id}/approve"),
                Told.ByAsync(servers, stranger, HttpMethod.Post, $"{b.Path}/access-requests/{id}/approve"));

            Assert.Equal([200, 404, 404], told.Select(t => t.Status));
            Assert.Equal(0, await MembersAsync(a, asker) + await MembersAsync(b, asker));
        }
    }

    [Fact]
    public async Task Approving_beside_the_askers_own_joining_is_one_membership()
    {
        using var circle = await Circle.StartAsync(servers.App);
        using var answering = servers.At(0, circle.Founder);
        for (var round = 0; round < 20; round++)
        {
            var asker = await circle.SomebodyAsync();
            using var joining = servers.At(1, asker);
            var id = await AskAsync(asker, circle);
            var token = circle.Token(await circle.InviteAsync(new { email = asker.Email }));

            var told = await Task.WhenAll(
                Told.ByAsync(servers, answering, HttpMethod.Post, $"{circle.Path}/access-requests/{id}/approve"),
                Told.ByAsync(servers, joining, HttpMethod.Post, $"/api/invites/{token}/accept"));

            Assert.Equal(200, told[1].Status);
            Assert.True(told[0] is { Status: 200 } or { Status: 409, Code: "request.resolved" }, told[0].ToString());
            Assert.Equal(1, await MembersAsync(circle, asker));
        }
    }

    private static async Task<Told> LateAsync(Func<Task<Told>> action, bool late)
    {
        await Task.Delay(late ? 100 : 0);
        return await action();
    }

    private static async Task<Guid> AskAsync(Person asker, Circle circle) =>
        (await asker.PostAsync(Requests, new { familyId = circle.Id }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();

    private async Task<long> MembersAsync(Circle circle, Person person) =>
        await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}' AND account_id = '{person.AccountId}'");
}
