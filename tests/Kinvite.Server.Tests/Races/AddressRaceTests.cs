using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.OwnAddresses;

namespace Kinvite.Server.Tests.Races;

/// <summary>One address belongs to one account, and an account keeps a way in, whoever hurries on whichever server.</summary>
public sealed class AddressRaceTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private const int Rounds = 15;

    [Fact]
    public async Task An_address_that_two_accounts_prove_at_once_is_one_of_theirs()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var (olga, nils) = (await circle.SomebodyAsync("Olga"), await circle.SomebodyAsync("Nils"));
        for (var round = 0; round < Rounds; round++)
        {
            var email = Circle.NewEmail("both");
            await olga.PostAsync("/api/account/addresses", new { email }, HttpStatusCode.Accepted);
            await nils.PostAsync("/api/account/addresses", new { email }, HttpStatusCode.Accepted);
            var codes = (await CodeAsync(servers.App, servers.Database, olga, email), await CodeAsync(servers.App, servers.Database, nils, email));
            using var first = servers.At(0, olga);
            using var second = servers.At(1, nils);

            var told = await Task.WhenAll(
                TellAsync(first, HttpMethod.Post, "/api/account/addresses/verify", new { email, code = codes.Item1 }),
                TellAsync(second, HttpMethod.Post, "/api/account/addresses/verify", new { email, code = codes.Item2 }));

            Assert.Equal([(200, null), (409, "address.taken")], told.Order());
            Assert.Equal(1L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM account_addresses WHERE key = '{email}'"));
        }
    }

    [Fact]
    public async Task AUT_S05_Of_two_last_addresses_removed_at_once_one_stays()
    {
        using var circle = await Circle.StartAsync(servers.App);
        for (var round = 0; round < Rounds; round++)
        {
            var olga = await circle.SomebodyAsync("Olga");
            await AddAsync(servers.App, servers.Database, olga, Circle.NewEmail("second"));
            var ids = (await ListAsync(olga)).Select(a => a.GetProperty("id").GetGuid()).ToList();
            using var first = servers.At(0, olga);
            using var second = servers.At(1, olga);

            var told = await Task.WhenAll(
                TellAsync(first, HttpMethod.Delete, $"/api/account/addresses/{ids[0]}"), TellAsync(second, HttpMethod.Delete, $"/api/account/addresses/{ids[1]}"));

            Assert.Equal([(204, null), (409, "account.last_sign_in")], told.Order());
            Assert.True(Assert.Single(await ListAsync(olga)).GetProperty("primary").GetBoolean());
        }
    }

    [Fact]
    public async Task One_code_proves_an_address_once_whoever_sends_it_twice()
    {
        using var circle = await Circle.StartAsync(servers.App);
        var olga = await circle.SomebodyAsync("Olga");
        var email = Circle.NewEmail("twice");
        await olga.PostAsync("/api/account/addresses", new { email }, HttpStatusCode.Accepted);
        var code = await CodeAsync(servers.App, servers.Database, olga, email);
        using var first = servers.At(0, olga);
        using var second = servers.At(1, olga);

        var told = await Task.WhenAll(
            TellAsync(first, HttpMethod.Post, "/api/account/addresses/verify", new { email, code }),
            TellAsync(second, HttpMethod.Post, "/api/account/addresses/verify", new { email, code }));

        Assert.Equal([(200, null), (401, "code.invalid")], told.Order());
        Assert.Equal(2, (await ListAsync(olga)).Count);
        Assert.Equal(1L, await servers.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'security' AND recipient_id = '{olga.AccountId}'"));
    }

    private static async Task<(int Status, string? Code)> TellAsync(Person person, HttpMethod method, string path, object? body = null)
    {
        using var answer = await person.RequestAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }
}
