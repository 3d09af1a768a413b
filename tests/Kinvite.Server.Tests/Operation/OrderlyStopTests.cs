using System.Diagnostics;
using System.Globalization;
using System.Net;
using Kinvite.Harness;
using Kinvite.Persistence;
using Kinvite.Server.Tests.Faults;
using Npgsql;

namespace Kinvite.Server.Tests.Operation;

/// <summary>A server that is told to stop, with its own private PostgreSQL: what is under way ends well, and the next start finds everything.</summary>
public sealed class OrderlyStopTests : IDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);
    private readonly Scratch scratch = new();

    private string Data => scratch.Below("data");

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_mail_and_a_request_that_are_under_way_end_well_and_the_database_stops_last(string signal)
    {
        await using var mails = new FakeSmtpServer();
        var settings = new Dictionary<string, string>(mails.Settings, StringComparer.Ordinal) { ["Kinvite__Limits__Factor"] = "1000" };
        await using (var server = await ServerProcess.StartReadyAsync(Data, settings))
        {
            using var olga = await FaultsTest.SignInAsync(server, mails, "olga@example.org");
            var family = (await olga.PostAsync("/api/families", new { name = "Larsens" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
            await using var locked = await LockAsync(family);
            var sending = new TaskCompletionSource();
            mails.BeforeConfirmation = _ =>
            {
                sending.TrySetResult();
                return Task.Delay(Slow);
            };
            await FaultsTest.AskAsync(server, ["ben@example.org"]);
            await sending.Task.WaitAsync(TimeSpan.FromSeconds(10));
            var inviting = olga.RequestAsync(HttpMethod.Post, $"/api/families/{family}/invites", new { invites = new[] { new { email = "carla@example.org" } }, notify = false });
            await Task.Delay(500); // it waits for its family now

            var stopping = server.SignalAsync(signal);
            await Task.Delay(1000);
            await locked.DisposeAsync();

            using (var invited = await inviting)
            {
                Assert.Equal(HttpStatusCode.Created, invited.StatusCode);
            }

            Assert.Equal(0, await stopping);
        }

        Assert.Null(PostmasterFile.Read(Path.Combine(Data, "pg")));
        mails.BeforeConfirmation = _ => Task.CompletedTask;
        await using (await ServerProcess.StartReadyAsync(Data, settings))
        {
            Assert.Equal(0, await AskAsync("SELECT count(*) FROM outbox WHERE done_at IS NULL"));
            Assert.Equal(2, await AskAsync("SELECT count(*) FROM outbox WHERE state = 2 AND attempts = 1"));
            Assert.Equal(1, await AskAsync("SELECT count(*) FROM invitations"));
        }

        Assert.Single(mails.To("ben@example.org"));
    }

    [Fact]
    public async Task A_warm_start_takes_seconds_and_leaves_no_socket_behind()
    {
        await (await ServerProcess.StartReadyAsync(Data)).DisposeAsync();
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.StartNew();
            await using var server = await ServerProcess.StartReadyAsync(Data);
            using var client = new HttpClient { BaseAddress = server.Address };
            using var page = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            fastest = started.Elapsed < fastest ? started.Elapsed : fastest;
        }

        Figures.Say($"warm start to first page, the fastest of three: {fastest.TotalSeconds:0.0} s ({Crowd():0.0} times as long as on an idle machine)");
        Assert.True(fastest < TimeSpan.FromSeconds(5) * Crowd(), $"The fastest of three warm starts took {fastest.TotalSeconds:0.0} s.");
        Assert.DoesNotContain(SocketDirectory.Parents(), parent => Directory.Exists(Path.Combine(parent, "kinvite-" + SocketDirectory.ShortName(Data))));
    }

    public void Dispose() => scratch.Dispose();

    /// <summary>How many times longer everything takes, because others want this machine's processors as well: 1 when nobody does.</summary>
    private static double Crowd() => File.Exists("/proc/loadavg")
        ? Math.Max(1, double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) / Environment.ProcessorCount)
        : 1;

    /// <summary>Holds the family's row, so that whoever changes it waits.</summary>
    private async Task<NpgsqlConnection> LockAsync(Guid family)
    {
        var connection = new NpgsqlConnection(await ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; SELECT 1 FROM families WHERE id = '{family}' FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<long> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await ConnectionStringAsync());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<string> ConnectionStringAsync() => await LocalPostgres.RunningAsync(Data, CancellationToken.None) + ";Pooling=false";
}
