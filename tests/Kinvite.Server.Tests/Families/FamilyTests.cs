using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Families;

public sealed class FamilyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task Whoever_starts_a_family_owns_it_and_it_becomes_the_default()
    {
        using var circle = await Circle.StartAsync(App, "home", "The Aasens");

        var family = await circle.Founder.GetAsync(circle.Path);

        Assert.Equal("The Aasens", family.GetProperty("name").GetString());
        Assert.Equal("home", family.GetProperty("kind").GetString());
        Assert.Equal("co-parent", family.GetProperty("role").GetString());
        Assert.Equal("owner", family.GetProperty("permission").GetString());
        Assert.True(family.GetProperty("isDefault").GetBoolean());
        Assert.EndsWith("Z", family.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(circle.Id, (await circle.Founder.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
        string[] fields = ["id", "name", "kind", "locale", "timeZone", "role", "permission", "isDefault", "createdAt"];
        Assert.Equal(fields, family.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("home", "co-parent")]
    [InlineData("vault", "owner")]
    [InlineData("chores", "parent")]
    [InlineData("team", "parent")]
    [InlineData("care", "owner")]
    [InlineData("baby", "owner")]
    public async Task Every_kind_can_be_started_and_names_its_founder(string kind, string role)
    {
        using var circle = await Circle.StartAsync(App, kind);
        var me = await circle.Founder.GetAsync($"{circle.Path}/me");

        Assert.Equal(role, me.GetProperty("role").GetString());
        Assert.Equal("owner", me.GetProperty("permission").GetString());
        Assert.Contains("family.delete", me.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(0, me.GetProperty("children").GetArrayLength());
    }

    [Fact]
    public async Task A_family_without_a_kind_is_a_home()
    {
        using var circle = await Circle.StartAsync(App);
        var family = await circle.Founder.PostAsync("/api/families", new { name = "Second" }, HttpStatusCode.Created);

        Assert.Equal("home", family.GetProperty("kind").GetString());
        Assert.False(family.GetProperty("isDefault").GetBoolean());
    }

    [Fact]
    public async Task The_answer_says_where_the_new_family_is()
    {
        using var circle = await Circle.StartAsync(App);
        using var created = await circle.Founder.RequestAsync(HttpMethod.Post, "/api/families", new { name = "Third" });

        var id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetGuid();
        Assert.Equal($"/api/families/{id}", created.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"   "}""", "name")]
    [InlineData("""{"name":"See www.evil.example"}""", "name")]
    [InlineData("""{"name":"Call +1 800 555 0199"}""", "name")]
    [InlineData("""{"name":"a\u202Eb"}""", "name")]
    [InlineData("""{"name":"a\u0000b"}""", "name")]
    [InlineData("""{"name":"a\r\nBcc: x@example.org"}""", "name")]
    [InlineData("""{"name":"Aasen","kind":"castle"}""", "kind")]
    [InlineData("""{"name":"Aasen","kind":"HOME"}""", "kind")]
    [InlineData("""{"name":"Aasen","id":"00000000-0000-0000-0000-000000000001"}""", "id")]
    [InlineData("""{"name":"Aasen","name":"Berg"}""", "name")]
    public async Task A_family_that_cannot_be_is_refused_at_the_field(string body, string field)
    {
        using var circle = await Circle.StartAsync(App);
        Assert.Equal([field], await circle.Founder.FaultsAsync("/api/families", body));
    }

    [Fact]
    public async Task A_name_has_at_most_80_characters()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.Founder.PostAsync("/api/families", new { name = new string('å', 80) }, HttpStatusCode.Created);
        Assert.Equal(["name"], await circle.Founder.FaultsAsync("/api/families", new { name = new string('å', 81) }));
    }

    [Fact]
    public async Task The_list_has_ones_own_families_newest_first_page_by_page()
    {
        using var circle = await Circle.StartAsync(App, name: "One");
        await circle.Founder.PostAsync("/api/families", new { name = "Two" }, HttpStatusCode.Created);
        await circle.Founder.PostAsync("/api/families", new { name = "Three" }, HttpStatusCode.Created);
        using var other = await Circle.StartAsync(App, name: "Not mine");

        var first = await circle.Founder.GetAsync("/api/families?limit=2");
        var rest = await circle.Founder.GetAsync($"/api/families?limit=2&cursor={first.GetProperty("next").GetString()}");

        Assert.Equal(["Three", "Two"], Names(first));
        Assert.Equal(["One"], Names(rest));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
        Assert.Equal([true], rest.GetProperty("items").EnumerateArray().Select(f => f.GetProperty("isDefault").GetBoolean()));
    }

    [Fact]
    public async Task The_first_family_joined_becomes_the_default_and_leaving_it_gives_the_next()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        Assert.Equal(circle.Id, (await olga.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
        var own = (await olga.PostAsync("/api/families", new { name = "Own" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        Assert.Equal(circle.Id, (await olga.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());

        await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);

        Assert.Equal(own, (await olga.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
    }

    [Fact]
    public async Task Nothing_of_families_is_there_without_signing_in()
    {
        using var circle = await Circle.StartAsync(App);
        var stranger = circle.Stranger();

        await stranger.GetRefusedAsync("/api/families", 401, "auth.required");
        await stranger.PostRefusedAsync("/api/families", new { name = "Mine" }, 401, "auth.required");
        await stranger.GetRefusedAsync(circle.Path, 401, "auth.required");
        await stranger.GetAsync("/api/families/kinds");
    }

    private static IEnumerable<string?> Names(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(f => f.GetProperty("name").GetString());
}
