using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kinvite.Harness;
using Kinvite.Server.Tests.Faults;

namespace Kinvite.Server.Tests.Operation;

/// <summary>What Production writes to its log while a family does everything there is to do, with mistakes: JSON, and nothing that identifies or lets in.</summary>
public sealed partial class JsonLogTests(PostgresFixture postgres)
{
    private const string Olga = "olga.quartz@example.org";
    private const string Ben = "ben.basalt@example.org";
    private const string Nobody = "nobody.granite@example.org";
    private const string Message = "Come to the obsidian party";

    [Fact]
    public async Task TOK_S02_Each_line_is_JSON_and_none_has_an_address_a_code_a_token_or_a_text_of_people()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var mails = new FakeSmtpServer { Behave = to => to == Nobody ? SmtpBehaviour.Never : SmtpBehaviour.Accept };
        using var scratch = new Scratch();
        await using var server = await ServerProcess.StartReadyAsync(scratch.Path, new Dictionary<string, string>(FaultsTest.Settings(database.ConnectionString, mails), StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Kinvite__SignUp"] = "open",
        });

        var secrets = await LiveAsync(server, mails);
        secrets.UnionWith(mails.Received.SelectMany(m => SixDigits().Matches(m.Data).Select(c => c.Value)));
        Assert.Equal(0, await server.StopAsync());

        Assert.Empty(server.Errors);
        Assert.NotEmpty(server.Log);
        Assert.All(server.Log, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        var log = string.Join('\n', server.Log);
        Assert.Contains(" of type invitation is Sent", log, StringComparison.Ordinal);
        Assert.Contains(" of type invitation is Failed", log, StringComparison.Ordinal);
        Assert.All(
            new[] { "quartz", "basalt", "granite", "example.org", "obsidian", "Quartzes", PostgresFixture.MasterKey },
            text => Assert.DoesNotContain(text, log, StringComparison.OrdinalIgnoreCase));
        Assert.All(secrets, secret => Assert.DoesNotMatch($"(?<![0-9A-Za-z-]){Regex.Escape(secret)}(?![0-9A-Za-z-])", log));
    }

    /// <summary>Signs in, invites, is refused, joins, mistypes, leaves; every secret that was seen.</summary>
    private static async Task<HashSet<string>> LiveAsync(ServerProcess server, FakeSmtpServer mails)
    {
        using var olga = await FaultsTest.SignInAsync(server, mails, Olga);
        var family = (await olga.PostAsync("/api/families", new { name = "The Quartzes" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await olga.PostAsync(
            $"/api/families/{family}/invites", new { invites = new[] { new { email = Ben, name = "Basalt" }, new { email = Nobody, name = "Granite" } }, message = Message }, HttpStatusCode.Created);
        var first = made.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid();
        var copied = (await olga.PostAsync($"/api/families/{family}/invites/{first}/link", body: null, HttpStatusCode.OK)).GetProperty("url").GetString()!.Split('/')[^1];
        var mailed = DevelopmentMailbox.LinkIn((await mails.WaitForAsync(Ben)).Data).Segments[^1];

        using var ben = await FaultsTest.SignInAsync(server, mails, Ben);
        foreach (var path in new[] { $"/join/{mailed}", $"/join?token={copied}", $"/nowhere/{mailed}?email={Ben}", $"/api/invites/{mailed}", $"/api/invites/{mailed}x", "/sign-in" })
        {
            using var page = await ben.RequestAsync(HttpMethod.Get, path, body: null, ("Accept", "text/html"));
            Assert.InRange((int)page.StatusCode, 200, 404);
        }

        await olga.PostAsync("/api/auth/codes/verify", new { email = Olga, code = "000000" }, HttpStatusCode.Unauthorized);
        await ben.PostAsync($"/api/invites/{mailed}/accept", $$"""{ "name": "{{Ben}}", "token": "{{mailed}}" }""", HttpStatusCode.BadRequest);
        await ben.PostAsync("/api/auth/codes", $$"""{ "email": "{{Ben}}" """, HttpStatusCode.BadRequest);
        await ben.PostAsync("/api/auth/codes", new { email = Ben + "\0" }, HttpStatusCode.BadRequest);
        await ben.PostAsync($"/api/invites/{mailed}/accept", new { }, HttpStatusCode.OK);
        await mails.WaitForAsync(Olga, seen: 1); // that Ben joined
        var secrets = new HashSet<string>(StringComparer.Ordinal) { mailed, copied, Access(olga), Access(ben), olga.RefreshToken, ben.RefreshToken };
        ben.Take(await ben.PostAsync("/api/auth/refresh", new { refreshToken = ben.RefreshToken }, HttpStatusCode.OK));
        secrets.UnionWith([Access(ben), ben.RefreshToken]);
        await ben.PostAsync("/api/auth/refresh", new { refreshToken = "nonsense" }, HttpStatusCode.Unauthorized);
        await ben.PostAsync("/api/auth/logout", body: null, HttpStatusCode.NoContent);
        await ben.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        return secrets;
    }

    private static string Access(Person person) => person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    [GeneratedRegex(@"^\d{6}(?=\r?$)", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SixDigits();
}
