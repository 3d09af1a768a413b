using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Members;

/// <summary>Profiles without account: children, babies, elders.</summary>
public sealed class AddMemberTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task A_child_is_added_and_everybody_in_the_family_sees_it()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("grandparent");

        var added = await circle.Founder.PostAsync(
            $"{circle.Path}/members", new { name = "  Mia  ", role = "child", birthYear = 2021, avatar = "fish" }, HttpStatusCode.Created);

        Assert.Equal("Mia", added.GetProperty("name").GetString());
        Assert.Equal((2021, "fish", false, "family"), (
            added.GetProperty("birthYear").GetInt32(), added.GetProperty("avatar").GetString(), added.GetProperty("hasAccount").GetBoolean(), added.GetProperty("scope").GetString()));
        Assert.Equal(added.ToString(), (await circle.Founder.GetAsync($"{circle.Path}/members/{added.GetProperty("id")}")).ToString());
        Assert.Equal("Mia", (await olga.GetAsync($"{circle.Path}/members/{added.GetProperty("id")}")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task CHD_S01_The_consent_for_a_child_is_kept_with_who_gave_it_and_an_elder_needs_none()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        await AddAsync(circle, "Mia", "child");
        await AddAsync(circle, "Great-aunt Berta", "elder");

        var log = (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray()
            .Select(a => $"{a.GetProperty("type")} {a.GetProperty("actor").GetProperty("name")} {a.GetProperty("subject")}").ToList();

        Assert.Contains(log, l => l.StartsWith("child.added Ana Aasen", StringComparison.Ordinal) && l.Contains("Mia", StringComparison.Ordinal));
        Assert.Contains(log, l => l.StartsWith("member.joined Ana Aasen", StringComparison.Ordinal) && l.Contains("Berta", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_baby_that_is_added_can_be_shared_at_once()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await AddAsync(circle, "Mia", "baby");
        var noa = await AddAsync(circle, "Noa", "baby");
        var viewer = await circle.SomebodyAsync();
        var invite = await circle.InviteAsync(new { email = viewer.Email, role = "viewer", children = new[] { new { childId = mia } } });
        await viewer.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        await viewer.GetAsync($"{circle.Path}/members/{mia}");
        await viewer.GetRefusedAsync($"{circle.Path}/members/{noa}", 404, "not_found");
        await viewer.PostRefusedAsync($"{circle.Path}/members", new { name = "Ida", role = "baby" }, 403, "rights.missing");
    }

    [Theory]
    [InlineData("home", """{"role":"child"}""", "name")]
    [InlineData("home", """{"name":"Call 800 555 0199","role":"child"}""", "name")]
    [InlineData("home", """{"name":"Mia"}""", "role")]
    [InlineData("home", """{"name":"Mia","role":"teen"}""", "role")]
    [InlineData("home", """{"name":"Mia","role":"Child"}""", "role")]
    [InlineData("vault", """{"name":"Mia","role":"child"}""", "role")]
    [InlineData("care", """{"name":"Mia","role":"member"}""", "role")]
    [InlineData("home", """{"name":"Mia","role":"child","birthYear":1899}""", "birthYear")]
    [InlineData("home", """{"name":"Mia","role":"child","birthYear":2999}""", "birthYear")]
    [InlineData("home", """{"name":"Mia","role":"child","birthYear":"2020"}""", "birthYear")]
    [InlineData("home", """{"name":"Mia","role":"child","avatar":"../mark"}""", "avatar")]
    [InlineData("home", """{"name":"Mia","role":"child","avatar":""}""", "avatar")]
    [InlineData("chores", """{"name":"Mia","role":"child","pin":"1234"}""", "pin")]
    [InlineData("home", """{"name":"Mia","role":"child","email":"mia@example.org"}""", "email")]
    [InlineData("home", """{"name":"Mia","role":"child","phone":"+4741234567"}""", "phone")]
    [InlineData("baby", """{"name":"Mia","role":"baby","school":"Oak Street"}""", "school")]
    public async Task CHD_S01_What_does_not_belong_into_a_profile_is_refused_at_the_field(string kind, string body, string field)
    {
        using var circle = await Circle.StartAsync(App, kind);
        Assert.Equal([field], await circle.Founder.FaultsAsync($"{circle.Path}/members", body));
    }

    [Fact]
    public async Task Who_does_not_manage_the_family_adds_nobody_and_to_strangers_it_does_not_exist()
    {
        using var circle = await Circle.StartAsync(App);
        var carer = await circle.MemberAsync("caregiver");
        using var other = await Circle.StartAsync(App);

        await carer.PostRefusedAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, 403, "rights.missing");
        await other.Founder.PostRefusedAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, 404, "not_found");
        await circle.Stranger().PostRefusedAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, 401, "auth.required");
    }

    [Theory]
    [InlineData("chores", "child", 8)]
    [InlineData("baby", "baby", 10)]
    public async Task The_number_of_profiles_is_exact_even_for_20_at_once(string kind, string role, int most)
    {
        using var circle = await Circle.StartAsync(App, kind);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            circle.Founder.RequestAsync(HttpMethod.Post, $"{circle.Path}/members", new { name = $"Child {i}", role })));

        Assert.Equal(most, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(a => a.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "family.full");
        }

        Assert.Equal(most + 1, (await circle.Founder.GetAsync($"{circle.Path}/members")).GetProperty("items").GetArrayLength());
        Array.ForEach(answers, a => a.Dispose());
    }

    private static async Task<Guid> AddAsync(Circle circle, string name, string role) =>
        (await circle.Founder.PostAsync($"{circle.Path}/members", new { name, role }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
}
