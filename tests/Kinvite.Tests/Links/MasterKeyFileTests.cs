using Kinvite.Hosting;
using Kinvite.Links;

namespace Kinvite.Tests.Links;

public sealed class MasterKeyFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("kinvite-keys-").FullName;

    [Fact]
    public void The_first_start_makes_a_key_that_only_its_owner_reads_and_later_starts_use_it()
    {
        var options = new KinviteOptions { DataDirectory = Path.Combine(directory, "data") };

        var first = MasterKeyFile.Load(options, required: false).Current.Fingerprint;

        var path = Path.Combine(directory, "data", "master.key");
        Assert.Equal(first, MasterKeyFile.Load(options, required: false).Current.Fingerprint);
        Assert.Equal(32, new FileInfo(path).Length);
        Assert.Single(Directory.GetFiles(Path.Combine(directory, "data")));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_key_file_of_another_length_is_refused_and_left_alone()
    {
        var path = Path.Combine(directory, "master.key");
        File.WriteAllText(path, "too short");

        var refused = Assert.Throws<StartRefusedException>(() => MasterKeyFile.Load(new() { DataDirectory = directory }, required: false));

        Assert.Contains("9 bytes instead of 32", refused.Message, StringComparison.Ordinal);
        Assert.Equal("too short", File.ReadAllText(path));
    }

    [Fact]
    public void Production_with_a_connection_string_and_no_key_is_refused()
    {
        var refused = Assert.Throws<StartRefusedException>(() => MasterKeyFile.Load(new() { DataDirectory = directory }, required: true));

        Assert.Contains("Kinvite__MasterKey is missing", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory));
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void A_key_of_another_length_is_refused_without_being_shown(string key)
    {
        var refused = Assert.Throws<StartRefusedException>(() => MasterKeyFile.Load(new() { MasterKey = key, DataDirectory = directory }, required: false));

        Assert.Contains("exactly 32 bytes", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_previous_key_is_known_beside_the_current_one()
    {
        var (one, two) = (Base64(1), Base64(2));

        var keys = MasterKeyFile.Load(new() { MasterKey = two, MasterKeyPrevious = one, DataDirectory = directory }, required: true);

        Assert.Equal(new MasterKey(Convert.FromBase64String(two)).Fingerprint, keys.Current.Fingerprint);
        Assert.Same(keys.Previous, keys.Find(new MasterKey(Convert.FromBase64String(one)).Fingerprint));
        Assert.Null(keys.Find("another"));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string Base64(byte fill) => Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray());
}
