using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>What a link opens and says, and what a forged one learns: nothing.</summary>
public sealed class LinkTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task TOK_S05_A_forged_link_answers_as_one_that_never_was()
    {
        using var circle = await Circle.StartAsync(App);
        var token = circle.Token(await circle.InviteAsync(new { email = Circle.NewEmail() }));
        var unknown = circle.Token(Guid.CreateVersion7(App.Clock.GetUtcNow()));
        var stranger = circle.Stranger();
        var olga = await circle.SomebodyAsync();
        var open = App.Services.GetRequiredService<KeyRing>().Make(LinkKind.Open, Guid.CreateVersion7(App.Clock.GetUtcNow()), 1);
        List<string> forged =
        [
            unknown, open, "x", token[..47], token + "A", token.ToUpperInvariant(), new string('A', 48), token[..24] + unknown[24..], unknown[..24] + token[24..],
            .. Enumerable.Range(0, 36).Select(i => Flipped(token, i)),
        ];
        var expected = Refusals.WithoutTrace(await BodyAsync(stranger, HttpMethod.Get, $"/api/invites/{unknown}"));

        foreach (var one in forged)
        {
            Assert.Equal(expected, Refusals.WithoutTrace(await BodyAsync(stranger, HttpMethod.Get, $"/api/invites/{one}")));
            Assert.Equal(expected, Refusals.WithoutTrace(await BodyAsync(stranger, HttpMethod.Post, $"/api/invites/{one}/decline")));
            Assert.Equal(expected, Refusals.WithoutTrace(await BodyAsync(olga, HttpMethod.Post, $"/api/invites/{one}/accept")));
        }

        await stranger.GetAsync($"/api/invites/{token}");
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%20")]
    [InlineData("%0D%0A")]
    [InlineData("..%2F..%2Fetc")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("%C3%28")]
    public async Task Odd_characters_in_a_link_are_refused_and_never_a_fault(string token)
    {
        using var circle = await Circle.StartAsync(App);
        foreach (var path in new[] { $"/api/invites/{token}", $"/api/invites/{token}/accept" })
        {
            using var answer = await circle.Founder.RequestAsync(path.EndsWith("accept", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path);
            Assert.InRange((int)answer.StatusCode, 400, 404);
        }
    }

    [Fact]
    public async Task A_mailed_link_says_who_invites_whom_and_who_is_inside()
    {
        using var circle = await Circle.StartAsync(App, name: "The Aasens", founder: "Ana Aasen");
        await circle.MemberAsync("relative", "Berit Berg");
        var invite = await circle.InviteAsync(new { email = "Olga.Larsen@example.org", name = "Olga", role = "grandparent" });

        var preview = await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");

        string[] fields =
        [
            "type", "familyName", "inviterName", "email", "phone", "name", "role", "roleName", "roleDescription", "permission", "children", "message",
            "requireLogin", "requireApproval", "accessUntil", "expiresAt", "members",
        ];
        Assert.Equal(fields, preview.EnumerateObject().Select(p => p.Name));
        Assert.Equal("invite", Text(preview, "type"));
        Assert.Equal("The Aasens", Text(preview, "familyName"));
        Assert.Equal("Ana Aasen", Text(preview, "inviterName"));
        Assert.Equal("Olga.Larsen@example.org", Text(preview, "email"));
        Assert.Equal("grandparent", Text(preview, "role"));
        Assert.NotEmpty(Text(preview, "roleDescription")!);
        Assert.Equal(2, preview.GetProperty("members").GetProperty("count").GetInt32());
        Assert.Equal(["Ana", "Berit"], preview.GetProperty("members").GetProperty("names").EnumerateArray().Select(n => n.GetString()));
        Assert.False(preview.GetProperty("requireApproval").GetBoolean());
    }

    [Fact]
    public async Task A_copied_link_says_no_address_and_no_names()
    {
        using var circle = await Circle.StartAsync(App, founder: "Ana Aasen");
        await circle.MemberAsync("relative", "Berit Berg");
        var invite = await circle.InviteAsync(new { email = "hidden.address@example.org", role = "grandparent" });
        var url = Text(await circle.Founder.PostAsync($"{circle.Invites}/{invite.GetProperty("id")}/link", null, HttpStatusCode.OK), "url")!;
        Assert.Matches("^http://localhost:5080/join/[A-Za-z0-9_-]{48}$", url);
        Assert.NotEqual(circle.Token(invite), url[^48..]);

        var preview = await circle.Stranger().GetAsync($"/api/invites/{url[^48..]}");

        Assert.Equal("Ana", Text(preview, "inviterName"));
        Assert.Equal(JsonValueKind.Null, preview.GetProperty("email").ValueKind);
        Assert.Equal(2, preview.GetProperty("members").GetProperty("count").GetInt32());
        Assert.Equal(0, preview.GetProperty("members").GetProperty("names").GetArrayLength());
        foreach (var secret in new[] { "hidden", "Aasen\"", "Berit" })
        {
            Assert.DoesNotContain(secret, preview.GetProperty("members").ToString() + Text(preview, "inviterName") + preview.GetProperty("email"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task For_chosen_children_a_link_names_them_and_nobody_else()
    {
        using var circle = await Circle.StartAsync(App, "baby");
        var mia = await circle.AddChildAsync(shared.Database, "Mia", "baby");
        await circle.AddChildAsync(shared.Database, "Noa", "baby");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail(), role = "viewer", children = new[] { new { childId = mia } } });

        var mailed = await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite)}");
        var copied = await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite, LinkKind.Copied)}");

        Assert.Equal(["Mia"], mailed.GetProperty("children").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(0, mailed.GetProperty("members").GetProperty("names").GetArrayLength());
        Assert.Equal(0, copied.GetProperty("children").GetArrayLength());
        Assert.DoesNotContain("Noa", mailed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Mia", copied.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_changes_nothing()
    {
        using var circle = await Circle.StartAsync(App);
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        var before = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        var activity = await ActivityAsync(circle);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options })
        {
            for (var i = 0; i < 5; i++)
            {
                using var answer = await circle.Stranger().RequestAsync(method, $"/api/invites/{circle.Token(invite)}");
                using var accept = await circle.Stranger().RequestAsync(method, $"/api/invites/{circle.Token(invite)}/accept");
                Assert.NotEqual(HttpStatusCode.OK, accept.StatusCode);
            }
        }

        var after = await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}");
        Assert.Equal(WithoutDelivery(before), WithoutDelivery(after));
        Assert.Equal(activity, await ActivityAsync(circle));
    }

    // The mail leaves meanwhile, which is nobody's looking.
    private static async Task<IReadOnlyList<string>> ActivityAsync(Circle circle) =>
        [.. (await circle.Founder.GetAsync($"{circle.Path}/activity")).GetProperty("items").EnumerateArray()
            .Where(i => i.GetProperty("type").GetString() != "invite.sent").Select(i => i.ToString())];

    private static string WithoutDelivery(JsonElement invite) =>
        string.Join('\n', invite.EnumerateObject().Where(p => p.Name != "delivery").Select(p => p.ToString()));

    private static async Task<string> BodyAsync(Person person, HttpMethod method, string path)
    {
        using var answer = await person.RequestAsync(method, path);
        await answer.ProblemAsync(404, "invite.unknown");
        return await answer.Content.ReadAsStringAsync();
    }

    // Another character at this byte's place, which is no other spelling of the same.
    private static string Flipped(string token, int index)
    {
        var at = index * 4 / 3;
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
