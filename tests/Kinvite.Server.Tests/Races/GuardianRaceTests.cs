using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Races;

/// <summary>Every child keeps somebody who looks after it, however its last two guardians go, and on whichever server.</summary>
public sealed class GuardianRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private const int Rounds = 2;

    /// <summary>How somebody stops looking after a child: by themselves, or by the owner, who is no guardian.</summary>
    private static readonly Dictionary<string, Func<Leaving, Task<Told>>> Ways = new(StringComparer.Ordinal)
    {
        ["leaves"] = l => l.SelfAsync(HttpMethod.Post, $"{l.Circle.Path}/leave"),
        ["deletes the account"] = l => l.SelfAsync(HttpMethod.Delete, "/api/account"),
        ["is removed"] = l => l.OwnerAsync(HttpMethod.Delete),
        ["is lowered"] = l => l.OwnerAsync(HttpMethod.Patch, new { role = "relative" }),
        ["gets an end"] = l => l.OwnerAsync(HttpMethod.Patch, new { accessUntil = l.Circle.App.Clock.GetUtcNow().AddDays(9) }),
        ["sees another child only"] = l => l.OwnerAsync(HttpMethod.Patch, new { children = new[] { new { childId = l.OtherChild } } }),
    };

    /// <summary>Each with each.</summary>
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var (pairs, ways) = (new TheoryData<string, string>(), Ways.Keys.ToList());
            for (var one = 0; one < ways.Count; one++)
            {
                for (var other = one; other < ways.Count; other++)
                {
                    pairs.Add(ways[one], ways[other]);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task CHD_S02_Of_the_last_two_guardians_who_go_at_once_one_stays_a_guardian(string one, string other)
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var circle = await Circle.StartAsync(servers.App);
            var mia = await circle.AddChildAsync(servers.Database, "Mia");
            var noa = await circle.AddChildAsync(servers.Database, "Noa");
            var bo = await circle.MemberAsync("co-parent", "Bo");
            var owner = await circle.MemberAsync("relative", "Owner");
            var (first, second) = (await circle.MemberIdAsync(circle.Founder), await circle.MemberIdAsync(bo));
            await circle.Founder.PostAsync($"{circle.Path}/owner", new { memberId = await circle.MemberIdAsync(owner) }, HttpStatusCode.NoContent);
            using var here = new Leaving(servers, circle, round, circle.Founder, first, owner, noa);
            using var there = new Leaving(servers, circle, round + 1, bo, second, owner, noa);

            var told = await Task.WhenAll(Ways[one](here), Ways[other](there));

            Assert.Single(told, t => t.Status is (int)HttpStatusCode.OK or (int)HttpStatusCode.NoContent);
            Assert.Single(told, t => (t.Status, t.Code) == (409, "member.last_guardian"));
            foreach (var child in new[] { mia, noa })
            {
                Assert.True(
                    await servers.Database.ScalarAsync<long>($"""
                        SELECT count(*) FROM members m WHERE m.family_id = '{circle.Id}' AND m.role = 'co-parent' AND m.access_until IS NULL AND m.account_id IS NOT NULL
                          AND (m.whole_family OR EXISTS (SELECT 1 FROM member_children c WHERE c.family_id = m.family_id AND c.member_id = m.id AND c.child_id = '{child}' AND c.until IS NULL))
                        """) > 0,
                    $"{one}, {other}: a child has nobody who looks after it");
            }
        }
    }

    /// <summary>One of the two guardians at one server, with the owner at the same.</summary>
    private sealed class Leaving(TwoServers servers, Circle circle, int server, Person guardian, Guid id, Person owner, Guid otherChild) : IDisposable
    {
        private readonly Person self = servers.At(server, guardian);
        private readonly Person chief = servers.At(server, owner);

        public Circle Circle => circle;

        public Guid OtherChild => otherChild;

        public Task<Told> SelfAsync(HttpMethod method, string path) => Told.ByAsync(servers, self, method, path);

        public Task<Told> OwnerAsync(HttpMethod method, object? body = null) => Told.ByAsync(servers, chief, method, $"{circle.Path}/members/{id}", body);

        public void Dispose()
        {
            self.Dispose();
            chief.Dispose();
        }
    }
}
