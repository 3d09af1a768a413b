using System.Net;
using Kinvite.Harness;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Races;

/// <summary>An account that is deleted while it signs in and acts elsewhere: everybody gets an answer, and nothing of it is left behind.</summary>
public sealed class AccountDeletionRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private const int Rounds = 12;

    [Fact]
    public async Task Deleting_an_account_while_it_signs_in_and_acts_is_nobodys_fault()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var kept = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var email = Circle.NewEmail("leaving");
            await Passwords.ProveAsync(servers.App, email, await Passwords.ClaimAsync(servers.App, email));
            using var olga = await Passwords.LoggedInAsync(servers.App, email);
            using var phone = await Passwords.LoggedInAsync(servers.App, email); // refreshing replaces its own access, not the one that deletes
            using var stranger = servers.App.NewPerson();
            var challenge = (await stranger.PostAsync("/api/auth/codes", new { email }, HttpStatusCode.Accepted)).GetProperty("challenge").GetGuid();
            var invite = await circle.InviteAsync(new { email, role = "friend" });
            using Person here = servers.At(0, olga), there = servers.At(1, olga), unknownHere = servers.At(0, stranger), unknownThere = servers.At(1, stranger);

            var told = await Task.WhenAll(
                AskAsync(here, HttpMethod.Delete, "/api/account"),
                AskAsync(unknownThere, HttpMethod.Post, "/api/auth/login", new { email, password = Passwords.Right }),
                AskAsync(unknownHere, HttpMethod.Post, "/api/auth/codes/verify", new { email, challenge, code = SigningIn.Digits(servers.App, challenge) }),
                AskAsync(unknownThere, HttpMethod.Post, "/api/auth/refresh", new { refreshToken = phone.RefreshToken }),
                AskAsync(there, HttpMethod.Post, $"/api/invites/by-id/{invite.GetProperty("id")}/accept"),
                AskAsync(there, HttpMethod.Post, "/api/access-requests", new { familyId = circle.Id }),
                AskAsync(there, HttpMethod.Post, "/api/account/addresses", new { email = Circle.NewEmail("other") }),
                AskAsync(there, HttpMethod.Patch, "/api/account", new { displayName = "Olga" }));

            if (told[0].Status != 204)
            {
                kept.Add(told[0].ToString());
            }

            Assert.Contains(told[1].Status, new[] { 200, 401 });
            Assert.Contains(told[2].Status, new[] { 200, 401 });
            Assert.Contains(told[3].Status, new[] { 200, 401 });
            if (told[0].Status == 204)
            {
                Assert.Equal(0L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM accounts WHERE id = '{olga.AccountId}'"));
                Assert.Equal(0L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE account_id = '{olga.AccountId}'"));
            }
        }

        Assert.Empty(kept);
    }

    [Fact]
    public async Task Deleting_an_account_while_it_starts_a_family_does_one_or_the_other()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var olga = await SigningIn.SignInAsync(servers.App, Circle.NewEmail("leaving"));
            using Person here = servers.At(0, olga), there = servers.At(1, olga);
            var told = await Task.WhenAll(AskAsync(here, HttpMethod.Delete, "/api/account"), AskAsync(there, HttpMethod.Post, "/api/families", new { name = "The Bergs" }));

            Assert.Contains((told[0].Status, told[1].Status), new[] { (204, 401), (409, 201) });
            Assert.Equal(0L, await servers.Database.ScalarAsync<long>("SELECT count(*) FROM families f WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.family_id = f.id AND m.id = f.owner_id)"));
        }
    }

    private Task<Told> AskAsync(Person person, HttpMethod method, string path, object? body = null) => Told.ByAsync(servers, person, method, path, body);
}
