using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;

namespace Kinvite.Server.Tests.Texts;

/// <summary>Numbers are given out again: who has one now is somebody else than who had it.</summary>
public sealed class RecycledNumberTests(TextServer texts) : IClassFixture<TextServer>
{
    [Fact]
    public async Task BND_S07_A_number_leads_to_one_account_until_it_is_given_up_and_then_to_whoever_proves_it_next()
    {
        using var circle = await Circle.StartAsync(texts.App);
        var number = TextServer.NewNumber();
        var (before, after) = (await circle.SomebodyAsync("Before"), await circle.SomebodyAsync("After"));
        Assert.Equal(HttpStatusCode.OK, await ProveAsync(before, number));
        // A right code of the number is no reason to take it out of an account that has it: only its person knows whether it is theirs still.
        Assert.Equal(HttpStatusCode.Conflict, await ProveAsync(after, number));

        var own = (await before.GetAsync("/api/account/addresses")).GetProperty("items").EnumerateArray().Single(a => a.GetProperty("type").GetString() == "phone").GetProperty("id");
        await before.DeleteAsync($"/api/account/addresses/{own}", HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.OK, await ProveAsync(after, number));

        var invite = await circle.InviteAsync(new { phone = number, role = "relative" });
        Assert.Empty((await before.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        await before.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        Assert.Single((await after.GetAsync("/api/invites")).GetProperty("items").EnumerateArray());
        await after.PostAsync($"/api/invites/{circle.Token(invite, LinkKind.Texted)}/accept", null, HttpStatusCode.OK);
        using var byText = await texts.SignInByPhoneAsync(number, "After");
        Assert.Equal(after.AccountId, byText.AccountId);
    }

    private async Task<HttpStatusCode> ProveAsync(Person person, string phone)
    {
        await person.PostAsync("/api/account/addresses", new { phone }, HttpStatusCode.Accepted);
        var code = await texts.Database.ScalarAsync<Guid>($"SELECT id FROM codes WHERE account_id = '{person.AccountId}' ORDER BY id DESC LIMIT 1");
        using var answer = await person.RequestAsync(HttpMethod.Post, "/api/account/addresses/verify", new { phone, code = SigningIn.Digits(texts.App, code) });
        return answer.StatusCode;
    }
}
