using System.Net;
using System.Net.Sockets;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Operation;

/// <summary>The real program with a setting that cannot be: it ends with 1 and one sentence that names the setting, before it serves anybody.</summary>
public sealed class StartRefusalTests(PostgresFixture postgres)
{
    [Fact]
    public Task Production_needs_the_address_that_links_are_made_from() => RefusedAsync("Kinvite__PublicUrl is missing", ("Kinvite__PublicUrl", ""));

    [Fact]
    public Task Production_needs_https_where_the_public_reaches_it() => RefusedAsync("Kinvite__PublicUrl must be https", ("Kinvite__PublicUrl", "http://family.example.org"));

    [Fact]
    public Task An_address_without_its_scheme_is_no_address() => RefusedAsync("Kinvite__PublicUrl must be an address", ("Kinvite__PublicUrl", "family.example.org"));

    [Fact]
    public Task A_mail_server_needs_a_sender() => RefusedAsync("Kinvite__Smtp__From is missing", ("Kinvite__Smtp__Host", "localhost"));

    [Fact]
    public Task A_word_where_a_number_belongs_is_named() => RefusedAsync("Kinvite:Smtp:Port", ("Kinvite__Smtp__Port", "often"));

    [Fact]
    public async Task Production_with_a_connection_string_needs_the_master_key()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        await RefusedAsync("Kinvite__MasterKey is missing", ("ConnectionStrings__Kinvite", database.ConnectionString), ("Kinvite__MasterKey", ""));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
    }

    [Fact]
    public Task A_database_that_does_not_answer_is_named() =>
        RefusedAsync("ConnectionStrings__Kinvite cannot be opened", ("ConnectionStrings__Kinvite", $"Host=127.0.0.1;Port=1;Username=kinvite;Password={Password}"));

    [Fact]
    public Task A_connection_string_that_is_none_is_named() => RefusedAsync("ConnectionStrings__Kinvite cannot be opened", ("ConnectionStrings__Kinvite", $"postgres://kinvite:{Password}@localhost"));

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        await RefusedAsync(address, ("ConnectionStrings__Kinvite", database.ConnectionString), ("ASPNETCORE_URLS", address));
    }

    private const string Password = "correct-horse";

    private static async Task RefusedAsync(string expected, params (string Name, string Value)[] settings)
    {
        using var scratch = new Scratch();
        Dictionary<string, string> all = new(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["Kinvite__MasterKey"] = PostgresFixture.MasterKey };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        await using var server = ServerProcess.Start(scratch.Path, all);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains(expected, Assert.Single(server.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log, line => line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal) || line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, server.Output, StringComparison.Ordinal);
    }
}
