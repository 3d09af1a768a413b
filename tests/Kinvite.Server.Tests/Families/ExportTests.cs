using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Families;

/// <summary>All that is kept about a family, for its owner.</summary>
public sealed class ExportTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task The_owner_takes_the_whole_family_along_as_a_file()
    {
        using var circle = await Circle.StartAsync(App);
        await circle.Founder.PostAsync($"{circle.Path}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created);
        var olga = await circle.MemberAsync("relative");
        var waiting = await circle.InviteAsync(new { email = Circle.NewEmail(), name = "Pia" });
        var asker = await circle.SomebodyAsync("Asker");
        await asker.PostAsync($"/api/invites/{circle.Token(waiting, LinkKind.Copied)}/accept", null, HttpStatusCode.OK);

        using var answer = await circle.Founder.RequestAsync(HttpMethod.Get, $"{circle.Path}/export");
        var text = await answer.Content.ReadAsStringAsync();
        var export = JsonDocument.Parse(text).RootElement;

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(circle.Id, export.GetProperty("family").GetProperty("id").GetGuid());
        Assert.Equal(["Ana Aasen", "Mia", "Olga Berg"], Names(export, "members").Order());
        Assert.Equal(2, export.GetProperty("invites").GetArrayLength());
        Assert.Equal(["Asker"], Names(export, "accessRequests"));
        Assert.Contains("child.added", export.GetProperty("activity").EnumerateArray().Select(a => a.GetProperty("type").GetString()));
        // The secret is nowhere, and neither are the members' own addresses.
        Assert.DoesNotContain(circle.Token(waiting)[..24], text, StringComparison.Ordinal);
        Assert.DoesNotContain(circle.Token(waiting, LinkKind.Copied), text, StringComparison.Ordinal);
        Assert.DoesNotContain(circle.Founder.Email, text, StringComparison.Ordinal);
        await olga.GetRefusedAsync($"{circle.Path}/export", 403, "rights.missing");
    }

    [Fact]
    public async Task TEN_S04_Nothing_of_another_family_of_the_same_people_is_in_it()
    {
        using var circle = await Circle.StartAsync(App, name: "First");
        var other = (await circle.Founder.PostAsync("/api/families", new { name = "Second secret" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        await circle.Founder.PostAsync($"/api/families/{other}/members", new { name = "Hidden Hanna", role = "child" }, HttpStatusCode.Created);
        await circle.Founder.PostAsync($"/api/families/{other}/invites", new { invites = new[] { new { email = Circle.NewEmail(), name = "Hidden Hugo" } } }, HttpStatusCode.Created);

        var text = (await circle.Founder.GetAsync($"{circle.Path}/export")).ToString();

        Assert.Contains("First", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Second", text, StringComparison.Ordinal);
        Assert.DoesNotContain(other.ToString(), text, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Names(JsonElement export, string list) => export.GetProperty(list).EnumerateArray().Select(m => m.GetProperty("name").GetString());
}
