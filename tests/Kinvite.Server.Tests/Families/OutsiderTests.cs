using System.Net;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Families;

/// <summary>To everybody outside, a family and all in it do not exist: no status, body or header tells them from an id that never was.</summary>
public sealed class OutsiderTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>Every route below a family; <c>{id}</c> is one of its own things.</summary>
    public static TheoryData<string, string, string?> Routes => new()
    {
        { "GET", "", null },
        { "GET", "/me", null },
        { "GET", "/export", null },
        { "POST", "/check", """{"capability":"family.view"}""" },
        { "POST", "/check", """{"capability":"no.such"}""" },
        { "POST", "/leave", null },
        { "PATCH", "", """{"name":"Ours"}""" },
        { "DELETE", "", """{"name":"Circle"}""" },
        { "POST", "/owner", """{"memberId":"{member}"}""" },
        { "GET", "/members", null },
        { "GET", "/members/{member}", null },
        { "DELETE", "/members/{member}", null },
        { "POST", "/members", """{"name":"Emma","role":"child"}""" },
        { "PATCH", "/members/{member}", """{"name":"Emma"}""" },
        { "PUT", "/members/{member}/pin", """{"pin":"4826"}""" },
        { "PUT", "/members/{member}/pin", """{"pin":"1234"}""" },
        { "DELETE", "/members/{member}/pin", null },
        { "POST", "/members/{member}/pin/unlock", null },
        { "GET", "/devices", null },
        { "POST", "/devices", """{"name":"Kitchen"}""" },
        { "POST", "/devices", """{"name":""}""" },
        { "DELETE", "/devices/{device}", null },
        { "POST", "/members/{member}/points", """{"delta":5}""" },
        { "POST", "/members/{member}/points", """{"delta":0}""" },
        { "GET", "/members/{member}/points", null },
        { "POST", "/invites", """{"invites":[{"email":"olga@example.org"}]}""" },
        { "POST", "/invites", """{"invites":[{"email":"not an address","role":"owner"}]}""" },
        { "GET", "/invites", null },
        { "GET", "/invites?status=all", null },
        { "GET", "/invites?limit=0", null },
        { "GET", "/invites.csv", null },
        { "GET", "/invites/{invite}", null },
        { "POST", "/invites/{invite}/resend", null },
        { "POST", "/invites/{invite}/link", null },
        { "DELETE", "/invites/{invite}", null },
        { "PATCH", "/invites/{invite}", """{"name":"Emma"}""" },
        { "POST", "/invite-links", "{}" },
        { "POST", "/invite-links", """{"permission":"owner","expiresInDays":0}""" },
        { "GET", "/invite-links", null },
        { "GET", "/invite-links?limit=0", null },
        { "GET", "/invite-links/current", null },
        { "DELETE", "/invite-links/{link}", null },
        { "GET", "/access-requests", null },
        { "POST", "/access-requests/{request}/approve", null },
        { "POST", "/access-requests/{request}/approve", """{"role":"relative"}""" },
        { "POST", "/access-requests/{request}/deny", null },
        { "POST", "/demand", """{"feature":"sms_invite"}""" },
        { "POST", "/demand", """{"feature":"flying"}""" },
        { "GET", "/activity", null },
        { "GET", "/activity?memberId={member}", null },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task An_outsider_cannot_tell_a_family_from_none(string method, string route, string? body)
    {
        using var circle = await Circle.StartAsync(shared.App);
        using var others = await Circle.StartAsync(shared.App, name: "The others");
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        var asker = await circle.SomebodyAsync();
        var waiting = await asker.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        var link = await circle.Founder.PostAsync($"{circle.Path}/invite-links", new { }, HttpStatusCode.Created);
        var filled = route
            .Replace("{link}", link.GetProperty("id").GetString(), StringComparison.Ordinal)
            .Replace("{member}", (await circle.MemberIdAsync(circle.Founder)).ToString(), StringComparison.Ordinal)
            .Replace("{invite}", invite.GetProperty("id").GetString(), StringComparison.Ordinal)
            .Replace("{device}", route.Contains("{device}", StringComparison.Ordinal) ? (await circle.Founder.PostAsync($"{circle.Path}/devices", new { name = "Kitchen" }, HttpStatusCode.Created)).GetProperty("id").GetString() : "", StringComparison.Ordinal)
            .Replace("{request}", waiting.GetProperty("requestId").GetString(), StringComparison.Ordinal);

        body = body?.Replace("{member}", (await circle.MemberIdAsync(circle.Founder)).ToString(), StringComparison.Ordinal);

        var foreign = await AnswerAsync(others.Founder, method, circle.Path + filled, body);
        var unknown = await AnswerAsync(others.Founder, method, $"/api/families/{Guid.CreateVersion7(shared.App.Clock.GetUtcNow())}{filled}", body);
        // The id of a foreign thing below one's own family is as unknown.
        if (filled != route && !route.Contains('?', StringComparison.Ordinal))
        {
            Assert.Equal("404", (await AnswerAsync(others.Founder, method, others.Path + filled, body))[..3]);
        }

        Assert.Equal(unknown, foreign);
        Assert.Equal(route.Contains("limit=0", StringComparison.Ordinal) ? "400" : "404", foreign[..3]);
        Assert.Equal(link.GetRawText(), (await circle.Founder.GetAsync($"{circle.Path}/invite-links/current")).GetRawText());
        Assert.Equal("pending", (await circle.Founder.GetAsync($"{circle.Invites}/{invite.GetProperty("id")}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Every_route_below_a_family_is_among_those_tried_here()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var document = await circle.Founder.GetAsync("/openapi/v1.json");

        var mapped = from path in document.GetProperty("paths").EnumerateObject()
                     where path.Name.StartsWith("/api/families/{familyId}", StringComparison.Ordinal)
                     from operation in path.Value.EnumerateObject()
                     select $"{operation.Name.ToUpperInvariant()} {path.Name["/api/families/{familyId}".Length..].Split('?')[0]}";
        var tried = Routes.Select(r => $"{r.Data.Item1} {r.Data.Item2.Split('?')[0]}"
            .Replace("{member}", "{id}", StringComparison.Ordinal).Replace("{link}", "{id}", StringComparison.Ordinal).Replace("{device}", "{id}", StringComparison.Ordinal).Replace("{invite}", "{id}", StringComparison.Ordinal).Replace("{request}", "{id}", StringComparison.Ordinal));

        Assert.Empty(mapped.Except(tried, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_member_whose_time_is_over_is_an_outsider()
    {
        using var circle = await Circle.StartAsync(shared.App);
        var olga = await circle.SomebodyAsync();
        var until = shared.App.Clock.GetUtcNow().AddMinutes(10);
        var invite = await circle.InviteAsync(new { email = olga.Email, role = "caregiver", accessUntil = until });
        await olga.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        await olga.GetAsync(circle.Path);

        shared.App.Clock.Advance(TimeSpan.FromMinutes(10));

        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal(0, (await olga.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
    }

    private static async Task<string> AnswerAsync(Person person, string method, string path, string? body)
    {
        using var response = await person.RequestAsync(new HttpMethod(method), path, body);
        var headers = response.Headers.Where(h => h.Key is not "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal);
        var text = await response.Content.ReadAsStringAsync();
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n{Refusals.WithoutTrace(text)}";
    }
}
