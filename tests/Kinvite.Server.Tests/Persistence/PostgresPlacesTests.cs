using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Persistence;
using Npgsql;

namespace Kinvite.Server.Tests.Persistence;

/// <summary>Where programs, socket and data of the private PostgreSQL may be, and where not.</summary>
public sealed class PostgresPlacesTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Scratch scratch = new();

    [Fact]
    public void The_newest_version_is_taken_for_new_data()
    {
        Assert.Equal(17, PostgresBinaries.Choose([new("/a", 15), new("/b", 17), new("/c", 16)], clusterMajor: null).Major);
    }

    [Fact]
    public void Data_that_is_there_keeps_its_own_version()
    {
        Assert.Equal("/a", PostgresBinaries.Choose([new("/a", 15), new("/b", 17)], clusterMajor: 15).Directory);
    }

    [Fact]
    public void Without_any_PostgreSQL_the_sentence_says_how_to_get_one()
    {
        var refused = Assert.Throws<StartRefusedException>(() => PostgresBinaries.Choose([], clusterMajor: null));

        Assert.Contains("apt-get install postgresql", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Kinvite", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_is_too_old_is_named()
    {
        var refused = Assert.Throws<StartRefusedException>(() => PostgresBinaries.Choose([new("/a", 13)], clusterMajor: null));

        Assert.Contains("only 13", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15)]
    [InlineData("postgres (PostgreSQL) 17.2 (Homebrew)", 17)]
    [InlineData("postgres (PostgreSQL) 18beta1", 18)]
    [InlineData("postgres (PostgreSQL) 16", 16)]
    [InlineData("something else 15", null)]
    public void A_version_is_read_from_what_the_program_says(string text, int? major)
    {
        Assert.Equal(major, PostgresBinaries.ReadVersion(text));
    }

    [Fact]
    public async Task A_socket_path_of_more_than_89_bytes_is_refused_and_the_next_place_taken()
    {
        var user = await PostgresUser.FindAsync(None);
        var deep = scratch.Below(new string('d', 80));
        Directory.CreateDirectory(deep);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => SocketDirectory.PrepareAsync("/data", user, [deep], None));
        Assert.Contains("longer than 89 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TMPDIR", refused.Message, StringComparison.Ordinal);

        var found = await SocketDirectory.PrepareAsync("/data", user, [deep, scratch.Path], None);
        Assert.Equal(scratch.Below("kinvite-" + SocketDirectory.ShortName("/data")), found);
    }

    [Fact]
    public async Task A_socket_directory_that_somebody_else_made_is_never_used()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a directory for somebody else.");
        var user = await PostgresUser.FindAsync(None);
        var path = Directory.CreateDirectory(scratch.Below("kinvite-" + SocketDirectory.ShortName("/data"))).FullName;
        await ChildProcess.RunAsync("chown", ["nobody", path], None);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => SocketDirectory.PrepareAsync("/data", user, [scratch.Path], None));

        Assert.Contains("belongs to somebody else", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_socket_directory_is_never_followed()
    {
        var user = await PostgresUser.FindAsync(None);
        var elsewhere = Directory.CreateDirectory(scratch.Below("elsewhere")).FullName;
        Directory.CreateSymbolicLink(scratch.Below("kinvite-" + SocketDirectory.ShortName("/data")), elsewhere);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => SocketDirectory.PrepareAsync("/data", user, [scratch.Path], None));

        Assert.Contains("not a directory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_root_a_missing_user_is_named_with_the_remedy()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root needs the user.");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => PostgresUser.FindAsync(None, "kinvite-no-such-user"));

        Assert.Contains("no user kinvite-no-such-user", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ordinary user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_root_below_a_closed_directory_the_data_goes_to_the_system_and_stays_there()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root's PostgreSQL is another user.");
        using var closed = new Scratch(othersMay: UnixFileMode.None);
        var data = closed.Below("data");
        var logs = new CapturedLogs();
        var cluster = Path.Combine(ClusterDirectory.SystemRoot, SocketDirectory.ShortName(data));
        try
        {
            var first = await LocalPostgres.StartAsync(data, bin: null, logs.CreateLogger("test"), TimeProvider.System, None, durable: false);
            await ExecuteAsync(first, "CREATE TABLE kept (id int)");
            await first.StopAsync();
            Assert.Contains($"is kept in {cluster}", logs.Text, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(cluster, "PG_VERSION")));

            // A checkout that moves takes the way to its data along.
            Directory.Move(data, closed.Below("moved"));
            await using var second = await LocalPostgres.StartAsync(closed.Below("moved"), bin: null, logs.CreateLogger("test"), TimeProvider.System, None, durable: false);
            await ExecuteAsync(second, "INSERT INTO kept VALUES (1)");
        }
        finally
        {
            Directory.Delete(cluster, recursive: true);
        }
    }

    [Fact]
    public async Task A_deleted_data_directory_does_not_come_back_to_life_with_the_old_data()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root's PostgreSQL is another user.");
        using var closed = new Scratch(othersMay: UnixFileMode.None);
        var data = closed.Below("data");
        var name = SocketDirectory.ShortName(data);
        var logs = new CapturedLogs();
        try
        {
            var first = await LocalPostgres.StartAsync(data, bin: null, logs.CreateLogger("test"), TimeProvider.System, None, durable: false);
            await ExecuteAsync(first, "CREATE TABLE old (id int)");
            await first.StopAsync();
            Directory.Delete(data, recursive: true);

            await using var second = await LocalPostgres.StartAsync(data, bin: null, logs.CreateLogger("test"), TimeProvider.System, None, durable: false);
            await ExecuteAsync(second, "CREATE TABLE old (id int)");
            Assert.Contains("put aside in", logs.Text, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var left in Directory.EnumerateDirectories(ClusterDirectory.SystemRoot, name + "*"))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    [Fact]
    public async Task Data_of_another_user_is_refused_with_both_ways_out()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a directory for somebody else.");
        var pg = Directory.CreateDirectory(scratch.Below("data", "pg")).FullName;
        await ChildProcess.RunAsync("chown", ["nobody", pg], None);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() =>
            LocalPostgres.StartAsync(scratch.Below("data"), bin: null, new CapturedLogs().CreateLogger("test"), TimeProvider.System, None));

        Assert.Contains("start the server as the user it was first started as", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"chown -R postgres {pg}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_a_reason_and_no_exception()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        var user = await PostgresUser.FindAsync(None);

        Assert.NotNull(await user.MakeDirectoryAsync("/proc/kinvite", None));
    }

    [Fact]
    public void A_half_written_lock_file_is_no_answer()
    {
        Assert.Null(PostmasterFile.Parse(["123", "/data"]));
        var file = PostmasterFile.Parse(["123", "/data", "1700000000", "5432", "/run/kinvite", "", "  1 2", "stopping"]);
        Assert.Equal((123, 5432, "/run/kinvite", true), (file!.ProcessId, file.Port, file.SocketDirectory, file.IsStopping));
    }

    public void Dispose() => scratch.Dispose();

    private static async Task ExecuteAsync(LocalPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
