using Kinvite.Harness;
using Kinvite.Persistence;

namespace Kinvite.Server.Tests.Persistence;

/// <summary>The server as a process with its private PostgreSQL: killed, stopped, started twice, started by somebody else.</summary>
public sealed class ServerLifeTests(PostgresFixture postgres) : IDisposable
{
    private readonly Scratch scratch = new();

    private string Data => scratch.Below("data");

    private string Cluster => Path.Combine(Data, "pg");

    [Fact]
    public async Task After_kill_9_the_database_lives_on_and_the_next_server_adopts_it()
    {
        var first = await ServerProcess.StartReadyAsync(Data);
        var database = PostmasterFile.Read(Cluster)!.ProcessId;
        await first.KillAsync();
        Assert.Equal(database, PostmasterFile.Read(Cluster)!.ProcessId);

        await using var second = await ServerProcess.StartReadyAsync(Data);

        Assert.Equal(database, PostmasterFile.Read(Cluster)!.ProcessId);
        Assert.Contains("adopted", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_server_that_stops_in_order_stops_its_database_and_answers_0(string signal)
    {
        await using var server = await ServerProcess.StartReadyAsync(Data);

        Assert.Equal(0, await server.SignalAsync(signal));

        Assert.Null(PostmasterFile.Read(Cluster));
        Assert.Contains("database system is shut down", await File.ReadAllTextAsync(Path.Combine(Cluster, "server.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_ends_with_1_and_one_sentence_and_leaves_the_first_alone()
    {
        await using var first = await ServerProcess.StartReadyAsync(Data);
        await using var second = ServerProcess.Start(Data);

        Assert.Equal(1, await second.ExitAsync());

        Assert.Contains("already in use", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await first.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task With_a_connection_string_no_PostgreSQL_is_started()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await using var server = await ServerProcess.StartReadyAsync(Data, [new("ConnectionStrings__Kinvite", database.ConnectionString)]);

        Assert.False(Directory.Exists(Cluster));
        Assert.False(File.Exists(Path.Combine(Data, ServerLock.FileName)));
    }

    [Fact]
    public async Task An_ordinary_user_needs_no_root_and_no_other_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Every other test here runs as an ordinary user already.");
        // The checkout may be closed to others, so the program goes where they can read it.
        var program = scratch.Below("program");
        Copy(Path.GetDirectoryName(ServerProcess.Program)!, program);
        Directory.CreateDirectory(Data);
        await ChildProcess.RunAsync("chown", ["nobody", Data], CancellationToken.None);

        await using var server = await ServerProcess.StartReadyAsync(
            Data, [new("HOME", Data), new("TMPDIR", Data), new("XDG_RUNTIME_DIR", "")], before: ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"], Path.Combine(program, Path.GetFileName(ServerProcess.Program)));

        var nobody = await ChildProcess.RunAsync("id", ["-u", "nobody"], CancellationToken.None);
        Assert.Equal(nobody.Output, await PostgresUser.OwnerAsync(Cluster, CancellationToken.None));
    }

    public void Dispose() => scratch.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
