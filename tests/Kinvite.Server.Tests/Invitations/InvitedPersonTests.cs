using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>Who somebody is says their proof, not how an address looks, and the family learns nothing from the answers.</summary>
public sealed partial class InvitedPersonTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task BND_S06_A_plus_in_the_address_is_another_address_and_never_a_second_membership()
    {
        using var circle = await Circle.StartAsync(App);
        var bob = await circle.SomebodyAsync("Bob");
        var (plain, plus) = (await circle.InviteAsync(new { email = bob.Email }), await circle.InviteAsync(new { email = bob.Email.Replace("@", "+kid@", StringComparison.Ordinal) }));

        await bob.PostAsync($"/api/invites/{circle.Token(plain)}/accept", null, HttpStatusCode.OK);
        // Not proven: in, they gain nothing by it, and the invitation waits for whoever proves that address.
        var waits = await bob.PostAsync($"/api/invites/{circle.Token(plus)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("waitingForApproval", waits.GetProperty("outcome").GetString());
        await bob.PostRefusedAsync($"/api/invites/by-id/{plus.GetProperty("id")}/accept", null, 404, "not_found");
        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}' AND account_id = '{bob.AccountId}'"));
    }

    [Fact]
    public async Task BND_S07_Who_gave_up_the_address_is_somebody_else_and_who_has_it_now_joins_only_by_saying_so()
    {
        using var circle = await Circle.StartAsync(App);
        var old = Circle.NewEmail("old");
        var before = await circle.SomebodyAsync("Olga", old);
        var invite = await circle.InviteAsync(new { email = old });
        await shared.Database.ExecuteAsync($"UPDATE account_addresses SET key = 'new-' || key, value = 'new-' || value WHERE account_id = '{before.AccountId}'");

        await before.PostRefusedAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, 404, "not_found");
        var waits = await before.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        Assert.Equal("waitingForApproval", waits.GetProperty("outcome").GetString());

        var now = await circle.SomebodyAsync("Per", old);
        await now.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal("joined", (await now.PostAsync($"/api/invites/by-id/{invite.GetProperty("id")}/accept", null, HttpStatusCode.OK)).GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("home", "teen")]
    [InlineData("chores", "teen")]
    [InlineData("vault", "child")]
    public async Task A_preview_names_adults_alone_also_where_a_young_person_owns_the_family(string kind, string young)
    {
        using var circle = await Circle.StartAsync(App, kind);
        await circle.MemberAsync(young, "Youngster Aasen");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = young });
        using var nobody = App.NewPerson();

        async Task<JsonElement> MembersAsync() => (await nobody.GetAsync($"/api/invites/{circle.Token(invite)}")).GetProperty("members");

        Assert.Equal(["Ana"], (await MembersAsync()).GetProperty("names").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(2, (await MembersAsync()).GetProperty("count").GetInt32());
        await shared.Database.ExecuteAsync($"UPDATE members SET role = '{young}' WHERE family_id = '{circle.Id}'");
        Assert.Empty((await MembersAsync()).GetProperty("names").EnumerateArray());
        Assert.Equal(2, (await MembersAsync()).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task ENU_S02_An_address_with_an_account_and_one_without_look_alike()
    {
        using var circle = await Circle.StartAsync(App);
        var known = await circle.SomebodyAsync("Very Secret Name");
        var unknown = Circle.NewEmail();

        var answers = new List<string>();
        foreach (var email in new[] { known.Email, unknown })
        {
            var created = await circle.Founder.PostAsync(circle.Invites, new { invites = new[] { new { email } } }, HttpStatusCode.Created);
            var read = await circle.Founder.GetAsync($"{circle.Invites}/{created.GetProperty("items")[0].GetProperty("invite").GetProperty("id")}");
            answers.Add(Blurred().Replace($"{created}{read}".Replace(email, "address", StringComparison.Ordinal), "·"));
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.DoesNotContain("Secret", answers[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e18")]
    [InlineData("-1")]
    [InlineData("\"7d\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"1970-01-01T00:00:00Z\"")]
    [InlineData("\"99999-01-01T00:00:00Z\"")]
    [InlineData("{}")]
    public async Task INP_S02_An_end_that_is_none_is_refused(string until)
    {
        using var circle = await Circle.StartAsync(App);
        var body = $$"""{ "invites": [{ "email": "a@example.org", "accessUntil": {{until}} }] }""";

        await circle.Founder.PostRefusedAsync(circle.Invites, body, 400, "validation");
        Assert.Equal(0, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    // Ids, instants and where the mail stands differ from one invitation to the next.
    [GeneratedRegex("""[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[0-9:.]+Z|"delivery":\{[^}]*\}""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blurred();
}
