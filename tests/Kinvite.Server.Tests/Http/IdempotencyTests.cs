using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kinvite.Server.Tests.Http;

/// <summary>A call that is sent again with its key is answered as the first time, and happens once.</summary>
public sealed class IdempotencyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private KinviteApp App => shared.App;

    [Fact]
    public async Task API_S01_A_repeat_gets_the_same_family_and_makes_no_other()
    {
        using var circle = await Circle.StartAsync(App);
        var ada = await circle.SomebodyAsync("Ada");

        var first = await SendAsync(ada, "/api/families", new { name = "The Adas" }, "one", 201);
        var again = await SendAsync(ada, "/api/families", new { name = "The Adas" }, "one", 201);
        var other = await SendAsync(ada, "/api/families", new { name = "The Adas" }, "two", 201);

        Assert.Equal(first.ToString(), again.ToString());
        Assert.NotEqual(first.GetProperty("id").GetString(), other.GetProperty("id").GetString());
        Assert.Equal(2, (await ada.GetAsync("/api/families")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task API_S01_Another_body_with_the_same_key_is_refused()
    {
        using var circle = await Circle.StartAsync(App);
        await SendAsync(circle.Founder, circle.Invites, new { invites = new[] { new { email = "a@example.org" } } }, "key", 201);

        using var answer = await circle.Founder.RequestAsync(
            HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = "b@example.org" } } }, (IdempotencyHeader.Name, "key"));

        await answer.ProblemAsync(422, "idempotency.mismatch");
        Assert.Equal(1, (await circle.Founder.GetAsync(circle.Invites)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task API_S01_A_bulk_call_gets_every_outcome_again_and_sends_nothing_new()
    {
        using var circle = await Circle.StartAsync(App);
        var member = await circle.MemberAsync("relative");
        var waiting = Circle.NewEmail();
        await circle.InviteAsync(new { email = waiting });
        object body = new { invites = new object[] { new { email = Circle.NewEmail() }, new { email = waiting }, new { email = member.Email }, new { phone = "+47 412 34 567" } } };

        var first = await SendAsync(circle.Founder, circle.Invites, body, "bulk", 201);
        var again = await SendAsync(circle.Founder, circle.Invites, body, "bulk", 201);

        Assert.Equal(["created", "alreadyInvited", "alreadyMember", "refused"], first.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("outcome").GetString()));
        Assert.Equal(Without(first, "delivery"), Without(again, "delivery"));
        Assert.Equal(3L, await CountAsync($"outbox o JOIN invitations i ON i.id = o.subject_id WHERE i.family_id = '{circle.Id}' AND o.type = 'invitation'"));
    }

    [Fact]
    public async Task API_S01_Everything_that_creates_takes_a_key()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.SomebodyAsync();
        var token = circle.Token(await circle.InviteAsync(new { email = olga.Email }));
        var declined = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await circle.Founder.DeleteAsync($"{circle.Invites}/{declined.GetProperty("id")}", HttpStatusCode.OK);
        using var chores = await Circle.StartAsync(App, "chores");
        var mia = (await chores.Founder.PostAsync($"{chores.Path}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var per = await circle.SomebodyAsync("Per");
        var byId = (await circle.InviteAsync(new { email = per.Email })).GetProperty("id").GetGuid();
        var tested = new HashSet<string>(StringComparer.Ordinal) { "POST /api/families/", "POST /api/families/{familyId:guid}/invites" };
        foreach (var (who, path, body, status) in new (Person, string, object?, int)[]
        {
            (chores.Founder, $"{chores.Path}/members/{mia}/points", new { delta = 5 }, 200),
            (chores.Founder, $"{chores.Path}/devices", new { name = "Kitchen" }, 201),
            (circle.Founder, $"{circle.Path}/invite-links", new { expiresInDays = 3 }, 201),
            (per, $"/api/invites/by-id/{byId}/accept", new { name = "Per" }, 200),
            (circle.Founder, "/api/family/invite", new { email = Circle.NewEmail(), role = "relative" }, 201),
            (circle.Founder, "/api/family/invites", new { invites = new[] { new { email = Circle.NewEmail(), permission = "view", familyRole = "relative" } }, notify = true }, 200),
            (circle.Founder, "/api/family/invite-links", new { expiresInDays = 4 }, 200),
            (circle.Founder, $"{circle.Path}/members", new { name = "Mia", role = "child" }, 201),
            (await circle.SomebodyAsync(), "/api/access-requests", new { familyId = circle.Id }, 202),
            (await circle.SomebodyAsync(), $"/api/invites/{circle.Token(declined)}/ask", new { message = "Please" }, 202),
            (await circle.SomebodyAsync(), $"/api/invites/{token}/accept", null, 200),
            (olga, $"/api/invites/{token}/accept", new { name = "Oli" }, 200),
            (olga, "/api/account/addresses", new { email = Circle.NewEmail() }, 202),
        })
        {
            tested.Add(Route(path));
            var first = await SendAsync(who, path, body, "same", status);
            var again = await SendAsync(who, path, body, "same", status);
            // A tablet's token is shown once, whatever is sent again.
            Assert.Equal(path.EndsWith("/devices", StringComparison.Ordinal) ? first.GetProperty("id").ToString() : first.ToString(), path.EndsWith("/devices", StringComparison.Ordinal) ? again.GetProperty("id").ToString() : again.ToString());
            using var other = await who.RequestAsync(HttpMethod.Post, path, path.EndsWith("/family/invite", StringComparison.Ordinal) ? new { email = Circle.NewEmail(), role = "relative" } : "{}", (IdempotencyHeader.Name, "same"));
            await other.ProblemAsync(422, "idempotency.mismatch");
        }

        Assert.Equal(1L, await CountAsync($"members WHERE family_id = '{circle.Id}' AND name = 'Mia'"));
        Assert.Equal(5, (await chores.Founder.GetAsync($"{chores.Path}/members/{mia}")).GetProperty("points").GetInt32());
        Assert.Equal(1L, await CountAsync($"devices WHERE family_id = '{chores.Id}'"));

        // None is left out, and whatever answers 201 takes one.
        var posts = App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true).ToList();
        Assert.Empty(posts.Where(e => e.Metadata.GetMetadata<IdempotentCall>() is not null).Select(e => $"POST {e.RoutePattern.RawText}").Except(tested, StringComparer.Ordinal));
        Assert.Empty(posts.Where(e => e.Metadata.OfType<IProducesResponseTypeMetadata>().Any(p => p.StatusCode == 201) && e.Metadata.GetMetadata<IdempotentCall>() is null).Select(e => e.RoutePattern.RawText));
    }

    // The route that a path goes to.
    private string Route(string path) => App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<IdempotentCall>() is not null)
        .Where(e => new Microsoft.AspNetCore.Routing.Template.TemplateMatcher(new(e.RoutePattern), []).TryMatch(path, []))
        .OrderByDescending(e => e.RoutePattern.PathSegments.Count(s => s.IsSimple && s.Parts[0].IsLiteral)).Select(e => $"POST {e.RoutePattern.RawText}").First();

    [Fact]
    public async Task A_key_is_its_callers_alone_and_for_one_path()
    {
        using var circle = await Circle.StartAsync(App);
        var (ada, bea) = (await circle.SomebodyAsync("Ada"), await circle.SomebodyAsync("Bea"));

        var first = await SendAsync(ada, "/api/families", new { name = "The Adas" }, "shared", 201);
        var second = await SendAsync(bea, "/api/families", new { name = "The Beas" }, "shared", 201);
        await SendAsync(ada, $"/api/families/{first.GetProperty("id")}/members", new { name = "Mia", role = "child" }, "shared", 201);

        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_was_refused_is_tried_again()
    {
        using var circle = await Circle.StartAsync(App);
        var waiting = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(waiting)}/decline", null, HttpStatusCode.OK);
        object body = new { invites = new[] { new { email = waiting.GetProperty("email").GetString() } } };
        await SendAsync(circle.Founder, circle.Invites, body, "later", 409);
        await shared.Database.ExecuteAsync($"UPDATE invitations SET ended_at = ended_at - interval '8 days' WHERE id = '{waiting.GetProperty("id")}'");

        await SendAsync(circle.Founder, circle.Invites, body, "later", 201);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day_and_swept_away()
    {
        using var circle = await Circle.StartAsync(App);
        var first = await SendAsync(circle.Founder, "/api/families", new { name = "Twice" }, "day", 201);
        await shared.Database.ExecuteAsync("UPDATE idempotency_keys SET created_at = created_at - interval '24 hours 1 second'");

        var second = await SendAsync(circle.Founder, "/api/families", new { name = "Twice" }, "day", 201);
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(second.ToString(), (await SendAsync(circle.Founder, "/api/families", new { name = "Twice" }, "day", 201)).ToString());

        await shared.Database.ExecuteAsync("UPDATE idempotency_keys SET created_at = created_at - interval '24 hours 1 second'");
        await App.Services.GetServices<IHostedService>().OfType<IdempotencyKeySweep>().Single().SweepAsync(CancellationToken.None);
        Assert.Equal(0L, await CountAsync("idempotency_keys"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("\"\"")]
    public async Task What_is_no_key_is_refused(string key)
    {
        using var circle = await Circle.StartAsync(App);
        using var answer = await circle.Founder.RequestAsync(HttpMethod.Post, "/api/families", new { name = "X" }, (IdempotencyHeader.Name, key));
        await answer.ProblemAsync(400, "validation");
        using var tooLong = await circle.Founder.RequestAsync(HttpMethod.Post, "/api/families", new { name = "X" }, (IdempotencyHeader.Name, new string('k', 129)));
        await tooLong.ProblemAsync(400, "validation");
    }

    [Fact]
    public async Task A_key_means_the_same_with_quotation_marks_and_the_row_holds_nothing_of_the_body()
    {
        using var circle = await Circle.StartAsync(App);
        var first = await SendAsync(circle.Founder, "/api/families", new { name = "Quoted Name" }, "\"q-1\"", 201);

        Assert.Equal(first.ToString(), (await SendAsync(circle.Founder, "/api/families", new { name = "Quoted Name" }, "q-1", 201)).ToString());
        Assert.Equal(0L, await CountAsync("idempotency_keys k WHERE k::text ILIKE '%quoted%' OR k::text ILIKE '%q-1%' OR encode(k.body_hash, 'escape') ILIKE '%quoted%'"));
    }

    private Task<long> CountAsync(string from) => shared.Database.ScalarAsync<long>($"SELECT count(*) FROM {from}");

    private static async Task<JsonElement> SendAsync(Person person, string path, object? body, string key, int status)
    {
        using var answer = await person.RequestAsync(HttpMethod.Post, path, body, (IdempotencyHeader.Name, key));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    // Where the mail stands may have changed between the two.
    private static string Without(JsonElement answer, string member) =>
        System.Text.RegularExpressions.Regex.Replace(answer.ToString(), $"\"{member}\":{{[^}}]*}}", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
