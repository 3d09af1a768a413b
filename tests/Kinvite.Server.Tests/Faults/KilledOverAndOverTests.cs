using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Kinvite.Delivery;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Faults;

/// <summary><c>kill -9</c> of a real server, again and again, while families are made and people invited.</summary>
public sealed class KilledOverAndOverTests(PostgresFixture postgres)
{
    private const int Kills = 3;
    private const int Callers = 6;
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task DBF_S01_What_was_answered_is_there_what_was_not_is_done_once_by_asking_again_and_every_mail_leaves()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        await using var mails = new FakeSmtpServer();
        var settings = FaultsTest.Settings(database.ConnectionString, mails);
        ConcurrentDictionary<string, (string Path, object Body)> open = new(StringComparer.Ordinal);
        ConcurrentDictionary<string, Guid> families = new(StringComparer.Ordinal);
        ConcurrentDictionary<string, Guid> invited = new(StringComparer.Ordinal);
        string? authorization = null;
        var (made, slowest) = (0, TimeSpan.Zero);

        for (var round = 0; round <= Kills; round++)
        {
            var started = Stopwatch.StartNew();
            await using var server = await ServerProcess.StartReadyAsync(scratch.Path, settings);
            slowest = started.Elapsed > slowest ? started.Elapsed : slowest;
            using var olga = round == 0 ? await FaultsTest.SignInAsync(server, mails, "olga@example.org") : new Person(server.Address, server.Mailbox);
            authorization ??= olga.Client.DefaultRequestHeaders.Authorization!.ToString();
            olga.Client.DefaultRequestHeaders.Authorization ??= System.Net.Http.Headers.AuthenticationHeaderValue.Parse(authorization);

            // Whoever got no answer asks again, under the same key.
            foreach (var (key, (path, body)) in open.ToList())
            {
                Assert.True(await SendAsync(olga, key, path, body), "A server that nobody killed hung up.");
            }

            if (round < Kills)
            {
                var work = Enumerable.Range(0, Callers).Select(_ => WorkAsync(olga)).ToList();
                await Task.Delay(BusyFor);
                await server.KillAsync();
                await Task.WhenAll(work);
            }
            else
            {
                await FaultsTest.Until(() => Task.FromResult(invited.Keys.All(a => mails.To(a).Count > 0)), TimeSpan.FromMinutes(1), () => server.Output);
            }
        }

        Figures.Say($"killed {Kills} times: {families.Count} families and {invited.Count} invitations answered for, slowest start {slowest.TotalSeconds:0.0} s");
        Assert.True(invited.Count > 10, "Hardly anything was going on.");
        Assert.Empty(open);
        Assert.Equal(families.Values.Order(), await IdsAsync("SELECT id FROM families"));
        Assert.Equal(invited.Values.Order(), await IdsAsync("SELECT id FROM invitations"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM families f WHERE NOT EXISTS (SELECT FROM members m WHERE m.family_id = f.id AND m.id = f.owner_id AND m.permission = 4)"));
        Assert.Equal((long)families.Count, await database.ScalarAsync<long>("SELECT count(*) FROM activity WHERE type = 'family.created'"));
        Assert.Equal((long)invited.Count, await database.ScalarAsync<long>("SELECT count(*) FROM activity WHERE type = 'invite.created'"));
        var twice = invited.Keys.Sum(a => mails.To(a).Count - 1);
        Assert.True(twice <= Kills * DeliveryWorker.Hands, $"{twice} mails came more than once.");
        Assert.All(invited.Keys, a => Assert.Single(mails.To(a).Select(m => m.MessageId).Distinct()));
        Assert.True(slowest < LongestStart, $"A start took {slowest.TotalSeconds:0.0} s.");

        // A family and an invitation into it, until the server is gone.
        async Task WorkAsync(Person person)
        {
            while (true)
            {
                var number = Interlocked.Increment(ref made);
                var name = $"Family {Words(number)}";
                if (!await SendAsync(person, $"family {number}", "/api/families", new { name })
                    || !await SendAsync(person, $"invite {number}", $"/api/families/{families[$"family {number}"]}/invites", new { invites = new[] { new { email = FaultsTest.Address(number) } } }))
                {
                    return;
                }
            }
        }

        // False when there was no answer.
        async Task<bool> SendAsync(Person person, string key, string path, object body)
        {
            open[key] = (path, body);
            string text;
            try
            {
                using var answer = await person.RequestAsync(HttpMethod.Post, path, body, ("Idempotency-Key", $"\"{key.Replace(' ', '-')}\""));
                text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{path} answered {(int)answer.StatusCode}: {text}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                return false;
            }

            var result = JsonDocument.Parse(text).RootElement;
            if (path == "/api/families")
            {
                families[key] = result.GetProperty("id").GetGuid();
            }
            else
            {
                var invite = result.GetProperty("items")[0].GetProperty("invite");
                invited[invite.GetProperty("email").GetString()!] = invite.GetProperty("id").GetGuid();
            }

            open.TryRemove(key, out _);
            return true;
        }

        async Task<IEnumerable<Guid>> IdsAsync(string sql) =>
            (await database.ScalarAsync<Guid[]>($"SELECT array(SELECT q.id FROM ({sql}) q)"))!.Order();
    }

    /// <summary>A name may not look like a telephone number.</summary>
    private static string Words(int number) => string.Concat(number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => (char)('a' + digit - '0')));
}
