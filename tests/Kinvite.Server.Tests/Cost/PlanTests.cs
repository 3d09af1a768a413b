using System.Net;
using System.Text.Json;
using Kinvite.Harness;
using Kinvite.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Kinvite.Server.Tests.Cost;

/// <summary>
/// With 200,000 invitations no statement reads a table from end to end. PostgreSQL itself writes down the plan of every statement that the server
/// executes (auto_explain), foreign keys' own included, so nothing that a call does can be forgotten here.
/// </summary>
public sealed class PlanTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Big = 1000;

    [Fact]
    public async Task With_200_000_invitations_every_statement_finds_its_rows_by_an_index()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(Explained(database.ConnectionString));
        using var circle = await Circle.StartAsync(app, "vault");
        var olga = await circle.SomebodyAsync();
        await FillAsync(database, circle);
        var log = await ServerLog.OpenAsync(database);

        // Twice: what is executed again is a prepared statement with a plan of its own.
        for (var i = 0; i < 7; i++)
        {
            await JourneyAsync(circle, olga);
        }

        Assert.True(await app.Services.GetServices<IHostedService>().OfType<RateCounterSweep>().Single().SweepAsync(CancellationToken.None) >= 20_000);

        var scans = await log.ScansAsync(await BigTablesAsync(database));
        output.WriteLine($"{log.Read} plans read, {log.Indexes} index scans");
        Assert.True(log.Read > 100 && log.Indexes > 100, $"Only {log.Read} plans were written down.");
        Assert.True(scans.Count == 0, string.Join('\n', scans.Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_scan_of_a_big_table_would_be_seen()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(Explained(database.ConnectionString));
        using var circle = await Circle.StartAsync(app);
        await database.ExecuteAsync("CREATE TABLE seen AS SELECT g AS id FROM generate_series(1, 5000) g; ANALYZE seen");
        var log = await ServerLog.OpenAsync(database);
        await using (var connection = new NpgsqlConnection(Explained(database.ConnectionString)))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT count(*) FROM seen WHERE id = 7", connection);
            await command.ExecuteScalarAsync();
        }

        Assert.Contains(await log.ScansAsync(["seen"]), s => s.Contains("seen", StringComparison.Ordinal));
    }

    private static async Task JourneyAsync(Circle circle, Person olga)
    {
        var invite = await circle.InviteAsync(new { email = olga.Email });
        var many = new { invites = Enumerable.Range(0, 5).Select(_ => new { email = Circle.NewEmail("plan") }) };
        await circle.Founder.PostAsync(circle.Invites, many, HttpStatusCode.Created);
        await circle.Founder.GetAsync(circle.Invites);
        foreach (var status in new[] { "all", "accepted", "declined", "expired", "bounced", "revoked" })
        {
            await circle.Founder.GetAsync($"{circle.Invites}?status={status}");
        }

        await circle.Founder.GetAsync($"{circle.Path}/members");
        await circle.Founder.GetAsync($"{circle.Path}/activity");
        await circle.Founder.GetAsync($"{circle.Path}/access-requests");
        await olga.GetAsync("/api/invites");
        await olga.GetAsync("/api/families");
        var own = $"{circle.Invites}/{invite.GetProperty("id")}";
        await circle.Founder.PostAsync($"{own}/resend", null, HttpStatusCode.OK);
        await circle.Founder.PostAsync($"{own}/link", null, HttpStatusCode.OK);
        await circle.Stranger().GetAsync($"/api/invites/{circle.Token(invite, generation: 2)}");
        await olga.PostAsync($"/api/invites/{circle.Token(invite, generation: 2)}/accept", null, HttpStatusCode.OK);
        await olga.PostAsync($"{circle.Path}/leave", null, HttpStatusCode.NoContent);
        var revoked = await circle.InviteAsync(new { email = Circle.NewEmail("revoked") });
        await circle.Founder.DeleteAsync($"{circle.Invites}/{revoked.GetProperty("id")}", HttpStatusCode.OK);
        var declined = await circle.InviteAsync(new { email = Circle.NewEmail("declined") });
        await circle.Stranger().PostAsync($"/api/invites/{circle.Token(declined)}/decline", new { block = true }, HttpStatusCode.OK);
        var (waiting, asker) = (await circle.InviteAsync(new { email = Circle.NewEmail(), permission = "admin" }), await circle.SomebodyAsync());
        var request = await asker.PostAsync($"/api/invites/{circle.Token(waiting)}/accept", null, HttpStatusCode.OK);
        await circle.Founder.PostAsync($"{circle.Path}/access-requests/{request.GetProperty("requestId")}/approve", null, HttpStatusCode.OK);
        await circle.Founder.DeleteAsync($"{circle.Path}/members/{await circle.MemberIdAsync(asker)}", HttpStatusCode.NoContent);
        await olga.PostAsync("/api/auth/refresh", new { refreshToken = "none" }, HttpStatusCode.Unauthorized);
    }

    // 4,000 families, of which the circle has most of a large house's history; the outbox and the activity that go with them.
    private static async Task FillAsync(TestDatabase database, Circle circle)
    {
        static string Ids(string what, string of = "g") => $"md5('{what}' || {of})::uuid";
        var family = $"CASE WHEN g % 10 = 0 THEN '{circle.Id}'::uuid ELSE {Ids("family", "(1 + g % 4000)")} END";
        var owner = await circle.MemberIdAsync(circle.Founder);
        await database.ExecuteAsync($"""
            INSERT INTO accounts (id, display_name, locale, time_zone, is_guest, created_at, two_factor_enabled, lockout_enabled, access_failed_count)
            SELECT {Ids("account")}, 'Somebody', 'en', 'Etc/UTC', false, now(), false, false, 0 FROM generate_series(1, 20000) g;
            INSERT INTO account_addresses (id, account_id, type, value, key, proven_at, "primary", created_at)
            SELECT {Ids("address")}, {Ids("account")}, 1, 'filled' || g || '@example.net', 'filled' || g || '@example.net', now(), true, now() FROM generate_series(1, 20000) g;
            INSERT INTO sessions (id, account_id, kind, created_at, authenticated_at, last_seen_at, ends_at, secret_hash, secret_ends_at)
            SELECT {Ids("session")}, {Ids("account")}, 2, now(), now(), now(), now() + interval '30 days', sha256(g::text::bytea), now() + interval '1 hour' FROM generate_series(1, 20000) g;
            INSERT INTO families (id, name, kind, locale, time_zone, owner_id, created_at)
            SELECT {Ids("family")}, 'Family', 'home', 'en', 'Etc/UTC', {Ids("member")}, now() FROM generate_series(1, 4000) g;
            INSERT INTO members (family_id, id, account_id, name, role, permission, whole_family, is_guest, points, joined_at)
            SELECT {Ids("family", "(1 + g % 4000)")}, {Ids("member")}, {Ids("account")}, 'Somebody', 'relative', 1, true, false, 0, now() FROM generate_series(1, 20000) g;
            INSERT INTO invitations (id, family_id, status, channel, address, address_key, role, permission, whole_family, locale, binding, require_login, generation, created_at, expires_at, inviter_id, inviter_name, ended_at)
            SELECT {Ids("invitation")}, {family}, CASE WHEN g % 4 = 0 THEN 1 ELSE 2 + g % 4 END, 2, 'i' || g || '@example.net', 'i' || g || '@example.net', 'relative', 1, true, 'en', 2, true, 1, now(),
                now() + interval '7 days', CASE WHEN g % 10 = 0 THEN '{owner}'::uuid ELSE {Ids("member", "(1 + g % 4000)")} END, 'Somebody', CASE WHEN g % 4 = 0 THEN NULL ELSE now() END FROM generate_series(1, 200000) g;
            INSERT INTO outbox (id, type, subject_id, generation, priority, created_at, due_at, state, attempts, done_at)
            SELECT {Ids("outbox")}, 'invitation', {Ids("invitation")}, 1, 1, now(), now(), 2, 1, now() FROM generate_series(1, 200000) g;
            INSERT INTO activity (family_id, id, at, type, subject_id, child_ids)
            SELECT {family}, {Ids("activity")}, now(), 'invite.created', {Ids("invitation")}, ARRAY[]::uuid[] FROM generate_series(1, 200000) g;
            INSERT INTO access_requests (id, target_id, family_id, invitation_id, account_id, status, created_at, resolved_at)
            SELECT {Ids("request")}, {family}, {family}, NULL, {Ids("account")}, 3, now(), now() FROM generate_series(1, 20000) g;
            INSERT INTO codes (id, address_type, address, address_key, locale, created_at, expires_at, tries_used)
            SELECT {Ids("code")}, 1, 'c' || g || '@example.net', 'c' || g || '@example.net', 'en', now(), now() + interval '10 minutes', 0 FROM generate_series(1, 20000) g;
            INSERT INTO rate_counters (key, arrival_at, granted) SELECT 'filled:' || g, now(), 0 FROM generate_series(1, 20000) g;
            INSERT INTO invitation_blocks (id, family_id, address_key, created_at)
            SELECT {Ids("block")}, {Ids("family", "(1 + g % 4000)")}, 'b' || g || '@example.net', now() FROM generate_series(1, 20000) g;
            ANALYZE;
            """);
    }

    private static string Explained(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"{builder.Options} -c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_format=json -c auto_explain.log_nested_statements=on".Trim();
        return builder.ConnectionString;
    }

    private static async Task<List<string>> BigTablesAsync(TestDatabase database)
    {
        var tables = await database.ScalarAsync<string[]>(
            $"SELECT array_agg(relname::text) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > {Big}");
        Assert.Contains("invitations", tables!);
        return [.. tables!];
    }

    /// <summary>What PostgreSQL wrote down from here on, read as plans.</summary>
    private sealed class ServerLog(string path, long from)
    {
        public int Read { get; private set; }

        public int Indexes { get; private set; }

        public static async Task<ServerLog> OpenAsync(TestDatabase database)
        {
            var path = Path.Combine((await database.ScalarAsync<string>("SHOW data_directory"))!, "server.log");
            return new(path, new FileInfo(path).Length);
        }

        public async Task<List<string>> ScansAsync(IReadOnlyCollection<string> big)
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(from, SeekOrigin.Begin);
            using var reader = new StreamReader(stream);
            var lines = (await reader.ReadToEndAsync()).Split('\n');
            var scans = new List<string>();
            for (var i = 0; i < lines.Length; i++)
            {
                if (!lines[i].EndsWith("plan:", StringComparison.Ordinal))
                {
                    continue;
                }

                // The plan's own lines are indented by a tab; the next entry is not.
                var plan = string.Concat(lines.Skip(i + 1).TakeWhile(l => l.StartsWith('\t')));
                using var document = JsonDocument.Parse(plan);
                Read++;
                Walk(document.RootElement.GetProperty("Plan"), document.RootElement.GetProperty("Query Text").GetString()!, big, scans);
            }

            return scans;
        }

        private void Walk(JsonElement node, string statement, IReadOnlyCollection<string> big, List<string> scans)
        {
            var type = node.GetProperty("Node Type").GetString()!;
            Indexes += type.Contains("Index", StringComparison.Ordinal) ? 1 : 0;
            if (type == "Seq Scan" && big.Contains(node.GetProperty("Relation Name").GetString()!, StringComparer.Ordinal) && !statement.StartsWith("ANALYZE", StringComparison.Ordinal))
            {
                scans.Add($"Seq Scan on {node.GetProperty("Relation Name")}: {statement}");
            }

            if (node.TryGetProperty("Plans", out var inner))
            {
                foreach (var one in inner.EnumerateArray())
                {
                    Walk(one, statement, big, scans);
                }
            }
        }
    }
}
