using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kinvite.Harness;
using Kinvite.Links;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kinvite.Server.Tests.Invitations;

/// <summary>The secret is nowhere: no answer but the mail and the copied link, no row, no log has a link's token, a code, or a session's secret.</summary>
public sealed class SecretTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task TOK_S01_TOK_S02_After_a_whole_journey_no_secret_is_in_any_answer_table_or_log(string environment)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var failing = new FailingOnDemand();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, s =>
        {
            s.Environment = environment;
            s.Configuration["Kinvite:SignUp"] = "open";
            s.Configure = builder => builder.Services.AddSingleton<IInterceptor>(failing);
        });
        using var circle = await Circle.StartAsync(app);
        var olga = await circle.SomebodyAsync("Olga Larsen", "olga.larsen@example.org");
        List<JsonElement> answers = [];
        var invite = (await circle.Founder.PostAsync(
            circle.Invites, new { invites = new[] { new { email = olga.Email, name = "Olga" } }, notify = environment == "Development" }, HttpStatusCode.Created)).GetProperty("items")[0].GetProperty("invite");
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";
        answers.Add(await circle.Founder.GetAsync(own));
        var copied = (await circle.Founder.PostAsync($"{own}/link", null, HttpStatusCode.OK)).GetProperty("url").GetString()![^48..];
        var mailed = circle.Token(invite);
        answers.Add(await circle.Stranger().GetAsync($"/api/invites/{mailed}"));
        await circle.Stranger().GetAsync($"/api/invites/{mailed[..47]}{(mailed[47] == 'A' ? 'B' : 'A')}", HttpStatusCode.NotFound);
        await circle.Stranger().PostRefusedAsync($"/api/invites/{mailed}/accept", "{", 400, "validation");
        failing.Now = true;
        await circle.Stranger().GetRefusedAsync($"/api/invites/{mailed}", 500, "internal");
        await olga.PostRefusedAsync($"/api/invites/{mailed}/accept", null, 500, "internal");
        failing.Now = false;
        answers.Add(await olga.GetAsync("/api/invites"));
        answers.Add(await olga.PostAsync($"/api/invites/{mailed}/accept", null, HttpStatusCode.OK));
        answers.Add(await circle.Founder.GetAsync($"{circle.Invites}?status=all"));
        answers.Add(await circle.Founder.GetAsync($"{circle.Path}/activity"));
        answers.Add(await circle.Founder.GetAsync($"{circle.Path}/members"));
        var challenge = (await circle.Stranger().PostAsync("/api/auth/codes", new { email = "code.only@example.org" }, HttpStatusCode.Accepted)).GetProperty("challenge").GetGuid();
        var code = app.Services.GetRequiredService<KeyRing>().CodeDigits(challenge);
        if (environment == "Development")
        {
            Assert.Contains(mailed, (await app.Mailbox.WaitForAsync(olga.Email, seen: 1)).Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.Contains("A request failed", app.Logs.Text, StringComparison.Ordinal);
        var dump = await DumpAsync(database);
        Assert.Contains("olga.larsen@example.org", dump, StringComparison.Ordinal); // the dump is one
        List<string> secrets = [mailed, copied, .. new[] { circle.Founder, olga }.SelectMany(p => new[] { p.Client.DefaultRequestHeaders.Authorization!.Parameter!, p.RefreshToken })];
        foreach (var (place, text) in new[] { ("an answer", string.Join('\n', answers)), ("the database", dump), ("the log", app.Logs.Text) })
        {
            Assert.All(secrets, s => Assert.All(Spellings(s), spelling => Assert.False(text.Contains(spelling, StringComparison.OrdinalIgnoreCase), $"{place} has {spelling}")));
            Assert.False(Regex.IsMatch(text, $@"(?<![\d.]){code}(?!\d)", RegexOptions.None, TimeSpan.FromSeconds(10)), $"{place} has a code");
        }

        Assert.DoesNotContain("@example.org", app.Logs.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Olga", app.Logs.Text, StringComparison.OrdinalIgnoreCase);
    }

    // As it is, without its last part, as bytes in hex, and its secret half alone.
    private static IEnumerable<string> Spellings(string secret)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(secret);
        yield return secret;
        yield return secret[^22..];
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexString(bytes[^16..]);
        yield return Convert.ToBase64String(bytes);
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
    }

    private static async Task<string> DumpAsync(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.True(tables.Count > 10);
        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"SELECT to_jsonb(t)::text FROM {table} t", connection);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                dump.Append(table).Append(' ').AppendLine(reader.GetString(0));
            }
        }

        return dump.ToString();
    }

    private sealed class FailingOnDemand : DbCommandInterceptor
    {
        public bool Now { get; set; }

        public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
            System.Data.Common.DbCommand command, CommandEventData eventData, InterceptionResult<System.Data.Common.DbDataReader> result, CancellationToken cancellationToken = default) =>
            Now && command.CommandText.Contains("invitations", StringComparison.Ordinal) ? throw new InvalidOperationException("Failing on demand") : new(result);
    }
}
