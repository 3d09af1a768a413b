using System.Net;
using System.Text.Json;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.AccessRequests;

/// <summary>Asking to get in without an invitation: one answer for all, and only those who may decide ever see it.</summary>
public sealed class AskForAccessTests(SharedServer shared, PostgresFixture postgres) : IClassFixture<SharedServer>
{
    private const string Requests = "/api/access-requests";

    private KinviteApp App => shared.App;

    [Fact]
    public async Task Who_asks_is_seen_by_those_who_may_answer_and_joins_as_they_say()
    {
        using var circle = await Circle.StartAsync(App);
        var bo = await circle.MemberAsync("co-parent", "Bo");
        var olga = await circle.MemberAsync("relative");
        var per = await circle.SomebodyAsync("Per Dahl");

        var asked = await per.PostAsync(Requests, new { familyId = circle.Id, message = "  It is me, your neighbour. ", role = "co-parent" }, HttpStatusCode.Accepted);

        Assert.Equal(["id"], asked.EnumerateObject().Select(p => p.Name));
        var request = asked.GetProperty("id").GetGuid();
        await olga.GetRefusedAsync($"{circle.Path}/access-requests", 403, "rights.missing");
        var waiting = Assert.Single((await bo.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            (request, "Per Dahl", per.Email, "It is me, your neighbour."),
            (waiting.GetProperty("id").GetGuid(), waiting.GetProperty("account").GetProperty("displayName").GetString(), waiting.GetProperty("account").GetProperty("email").GetString(), waiting.GetProperty("message").GetString()));
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("inviteId").ValueKind);
        await per.GetRefusedAsync(circle.Path, 404, "not_found");

        await bo.PostAsync($"{circle.Path}/access-requests/{request}/approve", null, HttpStatusCode.OK);

        // What they would like to be is a wish: the kind's default is what an answer without a role gives.
        Assert.Equal("relative", (await per.GetAsync($"{circle.Path}/me")).GetProperty("role").GetString());
        Assert.Equal(circle.Id, (await per.GetAsync("/api/account")).GetProperty("defaultFamilyId").GetGuid());
        var mine = Assert.Single((await per.GetAsync(Requests)).GetProperty("items").EnumerateArray());
        Assert.Equal(["id", "status", "message", "createdAt", "resolvedAt"], mine.EnumerateObject().Select(p => p.Name));
        Assert.Equal("approved", mine.GetProperty("status").GetString());
        await per.PostRefusedAsync(Requests, new { familyId = circle.Id }, 409, "request.member_already");
    }

    [Fact]
    public async Task ENU_A_family_that_takes_no_requests_and_one_that_is_not_there_look_alike()
    {
        using var home = await Circle.StartAsync(App);
        using var vault = await Circle.StartAsync(App, "vault");
        var mia = await home.AddChildAsync(shared.Database, "Mia");
        var per = await home.SomebodyAsync("Per");
        var costs = new List<int>();
        foreach (var target in new object[] { new { familyId = home.Id }, new { familyId = vault.Id }, new { familyId = Guid.NewGuid() }, new { childId = mia }, new { childId = Guid.NewGuid() } })
        {
            var id = Guid.Empty;
            var statements = await App.Statements.CountAsync(async () => id = (await per.PostAsync(Requests, target, HttpStatusCode.Accepted)).GetProperty("id").GetGuid());
            costs.Add(statements.Count);
            await per.PostRefusedAsync(Requests, target, 409, "request.pending");
            var mine = (await per.GetAsync(Requests)).GetProperty("items").EnumerateArray().Single(r => r.GetProperty("id").GetGuid() == id);
            Assert.Equal("pending", mine.GetProperty("status").GetString());
            await per.DeleteAsync($"{Requests}/{id}", HttpStatusCode.NoContent);
            await per.DeleteAsync($"{Requests}/{id}", HttpStatusCode.NoContent);
            await per.DeleteAsync($"{Requests}/{(await per.PostAsync(Requests, target, HttpStatusCode.Accepted)).GetProperty("id")}", HttpStatusCode.NoContent);
        }

        Assert.Single(costs.Distinct());
        Assert.Equal(0, (await vault.Founder.GetAsync($"{vault.Path}/access-requests?status=all")).GetProperty("items").GetArrayLength());
        Assert.Equal(4, (await home.Founder.GetAsync($"{home.Path}/access-requests?status=withdrawn")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task REQ_S01_A_hundred_questions_are_one_request_with_one_mail()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");

        var told = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var answer = await per.RequestAsync(HttpMethod.Post, Requests, new { familyId = circle.Id });
            return (answer.StatusCode, Body: await answer.Content.ReadAsStringAsync());
        }));

        Assert.Single(told, t => t.StatusCode == HttpStatusCode.Accepted);
        Assert.All(told.Where(t => t.StatusCode != HttpStatusCode.Accepted), t => Assert.Contains("\"request.pending\"", t.Body, StringComparison.Ordinal));
        var request = Assert.Single((await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=all")).GetProperty("items").EnumerateArray()).GetProperty("id");
        Assert.Equal(1L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'request' AND subject_id = '{request}'"));
    }

    [Fact]
    public async Task REQ_S01_After_a_no_there_is_a_time_of_rest()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");
        var request = await AskAsync(per, circle.Id);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/deny", null, HttpStatusCode.OK);

        using var early = await per.RequestAsync(HttpMethod.Post, Requests, new { familyId = circle.Id });
        await early.ProblemAsync(429, "request.cool_down");
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value.TotalDays, 6.99, 7);
        await shared.Database.ExecuteAsync($"UPDATE access_requests SET resolved_at = now() - interval '7 days' WHERE id = '{request}'");

        Assert.NotEqual(request, await AskAsync(per, circle.Id));
    }

    [Fact]
    public async Task REQ_S01_Who_is_blocked_is_answered_as_by_a_family_that_is_not_there()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");
        var request = await AskAsync(per, circle.Id);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request}/deny", new { block = true }, HttpStatusCode.OK);

        foreach (var target in new[] { circle.Id, Guid.NewGuid() })
        {
            var unseen = await AskAsync(per, target);
            await per.PostRefusedAsync(Requests, new { familyId = target }, 409, "request.pending");
            Assert.Equal("pending", (await per.GetAsync(Requests)).GetProperty("items").EnumerateArray().Single(r => r.GetProperty("id").GetGuid() == unseen).GetProperty("status").GetString());
            await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{unseen}/approve", null, 404, "not_found");
            Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE type = 'request' AND subject_id = '{unseen}' AND recipient_id IS NOT NULL"));
        }

        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Path}/access-requests?status=all")).GetProperty("items").GetArrayLength());
        // The same by somebody else's invitation: they wait, and nobody hears of it.
        var invite = await circle.InviteAsync(new { email = Circle.NewEmail() });
        await per.PostAsync($"/api/invites/{circle.Token(invite)}/ask", null, HttpStatusCode.Accepted);
        Assert.Equal("waitingForApproval", (await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK)).GetProperty("outcome").GetString());
        Assert.Equal(0, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task REQ_S01_Who_was_removed_may_ask_and_gets_in_only_when_somebody_says_so()
    {
        using var circle = await Circle.StartAsync(App);
        var olga = await circle.MemberAsync("relative");
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{await circle.MemberIdAsync(olga)}", HttpStatusCode.NoContent);

        await AskAsync(olga, circle.Id);

        await olga.GetRefusedAsync(circle.Path, 404, "not_found");
        Assert.Equal(1, (await circle.Founder.GetAsync($"{circle.Path}/access-requests")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task REQ_S02_What_was_withdrawn_or_answered_cannot_be_answered_or_withdrawn()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");
        var withdrawn = await AskAsync(per, circle.Id);
        await per.DeleteAsync($"{Requests}/{withdrawn}", HttpStatusCode.NoContent);
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{withdrawn}/approve", null, 409, "request.resolved");
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{withdrawn}/deny", null, 409, "request.resolved");
        await per.GetRefusedAsync(circle.Path, 404, "not_found");

        var approved = await AskAsync(per, circle.Id);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{approved}/approve", null, HttpStatusCode.OK);
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{approved}/deny", null, 409, "request.resolved");
        await per.DeleteRefusedAsync($"{Requests}/{approved}", 409, "request.resolved");
        await per.GetAsync(circle.Path);
    }

    [Fact]
    public async Task Only_its_asker_withdraws_a_request()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");
        var request = await AskAsync(per, circle.Id);

        foreach (var other in new[] { await circle.SomebodyAsync("Eva"), circle.Founder })
        {
            await other.DeleteRefusedAsync($"{Requests}/{request}", 404, "not_found");
            Assert.Equal(0, (await other.GetAsync(Requests)).GetProperty("items").GetArrayLength());
        }

        await per.DeleteRefusedAsync($"{Requests}/{Guid.NewGuid()}", 404, "not_found");
        Assert.Equal("pending", (await per.GetAsync(Requests)).GetProperty("items")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task TEN_S06_Nobody_answers_what_was_asked_of_another_family()
    {
        using var a = await Circle.StartAsync(App);
        using var b = await Circle.StartAsync(App);
        var per = await a.SomebodyAsync("Per");
        var request = await AskAsync(per, a.Id);

        foreach (var path in new[] { a.Path, b.Path })
        {
            await b.Founder.PostRefusedAsync($"{path}/access-requests/{request}/approve", null, 404, "not_found");
            await b.Founder.PostRefusedAsync($"{path}/access-requests/{request}/deny", new { block = true }, 404, "not_found");
        }

        Assert.Equal(0, (await b.Founder.GetAsync($"{b.Path}/access-requests?status=all")).GetProperty("items").GetArrayLength());
        var waiting = Assert.Single((await a.Founder.GetAsync($"{a.Path}/access-requests")).GetProperty("items").EnumerateArray());
        Assert.Equal((request, "pending"), (waiting.GetProperty("id").GetGuid(), waiting.GetProperty("status").GetString()));
        await per.GetRefusedAsync(b.Path, 404, "not_found");
        Assert.Equal(0L, await shared.Database.ScalarAsync<long>($"SELECT count(*) FROM request_blocks WHERE account_id = '{per.AccountId}'"));
    }

    [Fact]
    public async Task What_was_asked_before_is_closed_when_its_asker_joins_by_an_invitation()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");
        var request = await AskAsync(per, circle.Id);
        var invite = await circle.InviteAsync(new { email = per.Email });

        await per.PostAsync($"/api/invites/{circle.Token(invite)}/accept", null, HttpStatusCode.OK);

        Assert.Equal("closed", (await per.GetAsync(Requests)).GetProperty("items")[0].GetProperty("status").GetString());
        await circle.Founder.PostRefusedAsync($"{circle.Path}/access-requests/{request}/approve", null, 409, "request.resolved");
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_nothing_that_a_kind_would_know()
    {
        using var circle = await Circle.StartAsync(App);
        var per = await circle.SomebodyAsync("Per");

        Assert.Equal(["familyId"], await per.FaultsAsync(Requests, new { message = "Hello" }));
        Assert.Equal(["familyId"], await per.FaultsAsync(Requests, new { familyId = circle.Id, childId = Guid.NewGuid() }));
        Assert.Equal(["message", "role"], await per.FaultsAsync(Requests, new { familyId = circle.Id, message = new string('x', 501), role = "Not a key" }));
        await circle.Stranger().PostRefusedAsync(Requests, new { familyId = circle.Id }, 401, "auth.required");
        // A role that this kind does not have is no fault: to say so would tell that there is such a family.
        await per.PostAsync(Requests, new { familyId = circle.Id, role = "astronaut" }, HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Asking_too_often_is_refused_whatever_is_asked_for()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s => s.Configuration["Kinvite:Limits:Factor"] = "1");
        using var circle = await Circle.StartAsync(app);
        for (var i = 0; i < 20; i++)
        {
            await AskAsync(circle.Founder, Guid.NewGuid());
        }

        await circle.Founder.PostRefusedAsync(Requests, new { familyId = Guid.NewGuid() }, 429, "limit.exceeded");
    }

    private static async Task<Guid> AskAsync(Person person, Guid familyId) =>
        (await person.PostAsync(Requests, new { familyId }, HttpStatusCode.Accepted)).GetProperty("id").GetGuid();
}
