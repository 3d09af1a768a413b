using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>Adding an address without waiting for its mail.</summary>
internal static class OwnAddresses
{
    /// <summary>The code that this account asked for at this address.</summary>
    public static async Task<string> CodeAsync(KinviteApp app, TestDatabase database, Person person, string email) => Digits(
        app, await database.ScalarAsync<Guid>($"SELECT id FROM codes WHERE account_id = '{person.AccountId}' AND address_key = '{email}' ORDER BY id DESC LIMIT 1"));

    public static async Task<JsonElement> AddAsync(KinviteApp app, TestDatabase database, Person person, string email)
    {
        await person.PostAsync("/api/account/addresses", new { email }, HttpStatusCode.Accepted);
        return await person.PostAsync("/api/account/addresses/verify", new { email, code = await CodeAsync(app, database, person, email) }, HttpStatusCode.OK);
    }

    public static async Task<List<JsonElement>> ListAsync(Person person) =>
        [.. (await person.GetAsync("/api/account/addresses")).GetProperty("items").EnumerateArray()];
}
