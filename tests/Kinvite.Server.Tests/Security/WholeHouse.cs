using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;
using Kinvite.Server.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kinvite.Server.Tests.Security;

/// <summary>
/// A family with one of everything that a route can be about, and its owner at a browser, whom another family has invited and keeps waiting.
/// So every address that is found at run time leads to something that is there.
/// </summary>
internal sealed class WholeHouse : IDisposable
{
    private readonly TestDatabase database;
    private readonly Circle others;
    private readonly Dictionary<string, Guid> ids = new(StringComparer.Ordinal);

    private WholeHouse(TestDatabase database, Circle circle, Circle others) => (this.database, Circle, this.others) = (database, circle, others);

    public Circle Circle { get; }

    /// <summary>The owner's, signed in.</summary>
    public Browser Browser { get; private set; } = null!;

    /// <summary>A relative in the family, signed in with a bearer token.</summary>
    public Person Relative { get; private set; } = null!;

    /// <summary>The owner's member id.</summary>
    public Guid Owner { get; private set; }

    /// <summary>The secret of an invitation that waits for nobody who is signed in.</summary>
    public string Token => Circle.Token(ids["invite"]);

    /// <summary>The short id of the invitation that the owner's browser has in hand.</summary>
    public string InHand { get; private set; } = "";

    private string Stop { get; set; } = "";

    private Guid Challenge { get; set; }

    private KinviteApp App => Circle.App;

    public static async Task<WholeHouse> StartAsync(SharedServer shared, string name = "The Aasens", string person = "Ana Aasen", string message = "Come in")
    {
        var house = new WholeHouse(shared.Database, await Circle.StartAsync(shared.App, name: name, founder: person), await Circle.StartAsync(shared.App, name: name, founder: person));
        await house.FurnishAsync(person, message);
        return house;
    }

    /// <summary>The route's address with ids of this house.</summary>
    public string Fill(MappedRoute route) => route.Pattern == "/join/seen" ? $"/join/seen?i={InHand}" : route.Fill(parameter => parameter switch
    {
        "token" => route.Pattern.StartsWith("/mail/stop", StringComparison.Ordinal) ? Stop : Token,
        "challenge" => Challenge,
        "digits" => SigningIn.Digits(App, Challenge),
        "file" => "kinvite.css",
        "documentName" => "v1",
        _ => IdFor(route.Pattern, parameter),
    });

    /// <summary>The thing of this house that a parameter of a route names.</summary>
    public Guid IdFor(string pattern, string parameter) => parameter switch
    {
        "familyId" => Circle.Id,
        "childId" => ids["child"],
        "watcherId" => ids["watcher"],
        "memberId" when pattern.Contains("/children/", StringComparison.Ordinal) || pattern.Contains("/pin", StringComparison.Ordinal) || pattern.EndsWith("/points", StringComparison.Ordinal) || pattern.StartsWith("/who/", StringComparison.Ordinal) => ids["child"],
        "memberId" => ids["relative"],
        "accountId" => ids["blocked"],
        _ when pattern.Contains("/mailbox/", StringComparison.Ordinal) => Guid.CreateVersion7(App.Clock.GetUtcNow()),
        _ when pattern.Contains("/by-id/", StringComparison.Ordinal) || pattern.StartsWith("/account/shared", StringComparison.Ordinal) => ids["ownInvite"],
        _ when pattern.StartsWith("/request-access", StringComparison.Ordinal) || pattern.StartsWith("/api/access-requests", StringComparison.Ordinal) => ids["ownRequest"],
        _ when pattern.Contains("requests/", StringComparison.Ordinal) => ids["request"],
        _ when pattern.Contains("/pin", StringComparison.Ordinal) => ids["child"],
        _ when pattern.Contains("/members/", StringComparison.Ordinal) => ids["relative"],
        _ when pattern.Contains("/addresses/", StringComparison.Ordinal) => ids["address"],
        _ when pattern.Contains("/sessions/", StringComparison.Ordinal) => ids["session"],
        _ when pattern.Contains("/invite-links/", StringComparison.Ordinal) => ids["link"],
        _ when pattern.Contains("/devices/", StringComparison.Ordinal) => ids["device"],
        _ when pattern.Contains("invit", StringComparison.Ordinal) || pattern.StartsWith("/print/", StringComparison.Ordinal) => ids["invite"],
        _ => throw new InvalidOperationException($"The house has nothing for {{{parameter}}} of {pattern} yet: add it, so that this route is tried like the others."),
    };

    /// <summary>What forms have in them, such that each would do something.</summary>
    public Dictionary<string, string> Fields(MappedRoute route) => new(StringComparer.Ordinal)
    {
        ["name"] = "Mallory",
        ["displayName"] = "Mallory",
        ["typedName"] = Circle.Name,
        ["message"] = "Hello",
        ["link"] = route.Pattern == "/join/paste" ? Token : $"{Challenge}/{SigningIn.Digits(App, Challenge)}",
        ["email"] = Circle.NewEmail("mallory"),
        ["emails"] = Circle.NewEmail("mallory"),
        ["role"] = route.Pattern.EndsWith("/members", StringComparison.Ordinal) ? "child" : "grandparent",
        ["kind"] = "home",
        ["locale"] = route.Pattern == "/language" ? "en" : "es",
        ["timeZone"] = "Asia/Tokyo",
        ["birthYear"] = route.Pattern.EndsWith("/profile", StringComparison.Ordinal) ? "" : "2019",
        ["avatar"] = "",
        ["until"] = "tomorrow",
        ["pin"] = "4826",
        ["delta"] = "5",
        ["word"] = "DELETE",
        ["password"] = "seven green lanterns",
        ["i"] = InHand,
        ["challenge"] = Challenge.ToString(),
        ["code"] = SigningIn.Digits(App, Challenge),
        ["memberId"] = route.Pattern.EndsWith("/watchers", StringComparison.Ordinal) ? ids["elsewhere"].ToString() : route.Pattern.EndsWith("/owner", StringComparison.Ordinal) ? ids["parent"].ToString() : "",
        ["permission"] = route.Pattern.Contains("/watchers", StringComparison.Ordinal) ? "edit" : "",
        ["familyId"] = route.Pattern == "/request-access" ? Guid.CreateVersion7(App.Clock.GetUtcNow()).ToString() : "",
        ["id"] = (route.Pattern.EndsWith("/open/revoke", StringComparison.Ordinal) ? ids["link"] : route.Pattern.Contains("device", StringComparison.Ordinal) ? ids["session"] : ids["address"]).ToString(),
    };

    /// <summary>The same for programs.</summary>
    public static string Body(MappedRoute route) => (route.Method, route.Pattern[(route.Pattern.LastIndexOf('/') + 1)..]) switch
    {
        ("POST", "families") => """{"name":"Mallory"}""",
        ("POST", "invites") => """{"invites":[{"email":"mallory@example.org"}]}""",
        ("POST", "invite") => """{"email":"mallory@example.org"}""",
        ("POST", "members") => """{"name":"Mallory","role":"child"}""",
        ("POST", "check") => """{"capability":"family.view"}""",
        ("POST", "approve") => """{"role":"relative"}""",
        ("POST", "deny" or "decline") => """{"block":true}""",
        ("POST", "addresses" or "codes") => """{"email":"mallory@example.org"}""",
        ("PUT", "pin") => """{"pin":"4826"}""",
        ("POST", "points") => """{"delta":5}""",
        ("POST", "devices") => """{"name":"Mallory"}""",
        ("POST", "sign-in") => $$"""{"memberId":"{{Guid.Empty}}"}""",
        ("POST", "owner") => $$"""{"memberId":"{{Guid.Empty}}"}""",
        ("POST", "access-requests") => $$"""{"familyId":"{{Guid.Empty}}"}""",
        ("PATCH", "account") => """{"displayName":"Mallory"}""",
        ("PATCH", _) when route.Pattern.Contains("addresses", StringComparison.Ordinal) => """{"primary":true}""",
        ("PATCH", _) => """{"name":"Mallory"}""",
        ("DELETE", "{familyId:guid}") => """{"name":"The Aasens"}""",
        _ => "{}",
    };

    /// <summary>A mark of all that the tables hold, but for when somebody was last here. Answers when deliveries have come to rest.</summary>
    public async Task<string> StateAsync()
    {
        for (var (last, tries) = (await MarkAsync(), 0); ; tries++)
        {
            await Task.Delay(tries == 0 ? 0 : 100);
            var now = await MarkAsync();
            if (now == last && await DueAsync() == 0)
            {
                return now;
            }

            Assert.True(tries < 600, "The tables do not come to rest.");
            last = now;
        }
    }

    private Task<long> DueAsync() => database.ScalarAsync<long>($"SELECT count(*) FROM outbox WHERE done_at IS NULL AND due_at <= '{App.Clock.GetUtcNow():O}'");

    public void Dispose()
    {
        Browser.Dispose();
        Circle.Dispose();
        others.Dispose();
    }

    private async Task FurnishAsync(string person, string message)
    {
        Relative = await Circle.MemberAsync("relative", person);
        ids["relative"] = await Circle.MemberIdAsync(Relative);
        Owner = await Circle.MemberIdAsync(Circle.Founder);
        ids["parent"] = await Circle.MemberIdAsync(await Circle.MemberAsync("co-parent", person));
        ids["child"] = (await Circle.Founder.PostAsync($"{Circle.Path}/members", new { name = person, role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        ids["device"] = (await Circle.Founder.PostAsync($"{Circle.Path}/devices", new { name = person }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        (ids["watcher"], ids["elsewhere"]) = (await WatcherAsync(ids["child"], person), await WatcherAsync(
            (await Circle.Founder.PostAsync($"{Circle.Path}/members", new { name = person, role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid(), person));
        var email = Circle.NewEmail("invited");
        ids["invite"] = await InvitedAsync(Circle, email, person, message);
        ids["request"] = await WaitingAsync(Circle, await Circle.SomebodyAsync(person), Circle.Token(ids["invite"]));
        Stop = App.Services.GetRequiredService<KeyRing>().StopToken(ids["invite"], email);

        ids["link"] = (await Circle.Founder.PostAsync($"{Circle.Path}/invite-links", new { }, HttpStatusCode.Created)).GetProperty("id").GetGuid();

        var pest = await Circle.SomebodyAsync(person);
        var asked = await WaitingAsync(Circle, pest, Circle.Token(await InvitedAsync(Circle, Circle.NewEmail(), person, message)));
        await Circle.Founder.PostAsync($"{Circle.Path}/access-requests/{asked}/deny", new { block = true }, HttpStatusCode.OK);
        ids["blocked"] = pest.AccountId;

        ids["ownInvite"] = await InvitedAsync(others, Circle.Founder.Email, person, message);
        ids["ownRequest"] = await WaitingAsync(others, Circle.Founder, others.Token(await InvitedAsync(others, Circle.NewEmail(), person, message)));
        ids["address"] = (await OwnAddresses.AddAsync(App, database, Circle.Founder, Circle.NewEmail("second"))).GetProperty("id").GetGuid();
        ids["session"] = (await Circle.Founder.GetAsync("/api/account/sessions")).GetProperty("items")[0].GetProperty("id").GetGuid();

        Browser = await Circle.BrowserOfAsync(Circle.Founder);
        Challenge = await SigningIn.AskAsync(App, Circle.Founder.Email);
        await Browser.OpenAsync("/join/" + others.Token(ids["ownInvite"]), follow: false);
        InHand = Browser.SeeOther!["/join?i=".Length..];
    }

    private async Task<Guid> WatcherAsync(Guid child, string name)
    {
        var person = await Circle.SomebodyAsync(name);
        var invite = await Circle.InviteAsync(new { email = person.Email, role = "caregiver", children = new[] { new { childId = child, permission = "view" } } });
        await person.PostAsync($"/api/invites/{Circle.Token(invite)}/accept", null, HttpStatusCode.OK);
        return await Circle.MemberIdAsync(person);
    }

    private static async Task<Guid> InvitedAsync(Circle family, string email, string name, string message) =>
        (await family.Founder.PostAsync(family.Invites, new { invites = new[] { new { email, name, role = "relative" } }, message }, HttpStatusCode.Created))
        .GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid();

    private static async Task<Guid> WaitingAsync(Circle family, Person asker, string token) =>
        (await asker.PostAsync($"/api/invites/{token}/accept", null, HttpStatusCode.OK)).GetProperty("requestId").GetGuid();

    private async Task<string> MarkAsync()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            // Counters of callers are swept every minute, whatever is tried.
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'rate_counters' ORDER BY 1", connection))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.True(tables.Count > 15);
        await using var marks = new NpgsqlCommand(
            string.Join(" UNION ALL ", tables.Select(t => $"SELECT '{t.Trim('"')} ' || count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(t) - 'last_seen_at')::text, ' ' ORDER BY (to_jsonb(t) - 'last_seen_at')::text)), '') FROM {t} t")), connection);
        await using var lines = await marks.ExecuteReaderAsync();
        var state = new List<string>();
        while (await lines.ReadAsync())
        {
            state.Add(lines.GetString(0));
        }

        return string.Join('\n', state);
    }
}
