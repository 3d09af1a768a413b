using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kinvite.Harness;

namespace Kinvite.Server.Tests.Http;

/// <summary>What a caller says about names, ways and addresses is believed only where a trusted proxy says it.</summary>
public sealed class ForeignHeadersTests(PostgresFixture postgres)
{
    private const int PreviewsAMinute = 60;

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("Forwarded")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("Origin")]
    [InlineData("Referer")]
    public async Task NET_S01_Links_have_the_public_address_whatever_a_header_says(string header)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var circle = await Circle.StartAsync(app);
        var address = Circle.NewEmail();

        using var created = await circle.Founder.RequestAsync(
            HttpMethod.Post, circle.Invites, new { invites = new[] { new { email = address } } }, (header, header == "Forwarded" ? "host=evil.example" : "https://evil.example/x"));

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var mail = await app.Mailbox.WaitForAsync(address);
        Assert.Contains("http://localhost:5080/join/", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", "/api/families", 400)]
    [InlineData("evil.example", "/", 400)]
    [InlineData("localhost.evil.example", "/sign-in", 400)]
    [InlineData("family.example.org", "/sign-in", 200)]
    [InlineData("FAMILY.example.org.", "/sign-in", 200)]
    [InlineData("localhost:1234", "/sign-in", 200)]
    [InlineData("10.0.0.9", "/health/ready", 200)]
    public async Task NET_S01_A_name_of_somebody_elses_is_refused(string host, string path, int status)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Configuration["Kinvite:PublicUrl"] = "http://family.example.org");
        using var visitor = app.NewPerson();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;

        using var answer = await visitor.Client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NET_S03_A_stranger_does_not_choose_the_network_that_limits_count()
    {
        Assert.Equal(429, await LastPreviewAsync(trusted: null, n => ("X-Forwarded-For", $"198.51.100.{n}")));
        Assert.Equal(429, await LastPreviewAsync(trusted: null, n => ("X-Real-IP", $"198.51.100.{n}")));
        Assert.Equal(429, await LastPreviewAsync(trusted: null, n => ("Forwarded", $"for=198.51.100.{n}")));
        Assert.Equal(429, await LastPreviewAsync(trusted: "192.0.2.1, 10.0.0.0/8", n => ("X-Forwarded-For", $"198.51.100.{n}")));
    }

    [Fact]
    public async Task NET_S03_Behind_a_trusted_proxy_each_caller_counts_by_itself_and_what_callers_add_does_not()
    {
        Assert.Equal(404, await LastPreviewAsync(trusted: "127.0.0.1", n => ("X-Forwarded-For", $"198.51.100.{n}")));
        // The caller wrote the first ones, the proxy the last.
        Assert.Equal(429, await LastPreviewAsync(trusted: "127.0.0.0/8", n => ("X-Forwarded-For", $"203.0.113.{n}, 198.51.100.7")));
    }

    [Fact]
    public async Task NET_S04_Addresses_of_one_64_count_as_one_and_those_of_another_do_not()
    {
        Assert.Equal(429, await LastPreviewAsync(trusted: "127.0.0.1", n => ("X-Forwarded-For", $"2001:db8:1:2::{n:x}")));
        Assert.Equal(404, await LastPreviewAsync(trusted: "127.0.0.1", n => ("X-Forwarded-For", $"2001:db8:1:{n:x}::1")));
    }

    [Theory]
    [InlineData("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/auth/codes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/auth/codes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\n{}\r\n0\r\n\r\nGET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\n\r\nGET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\nGET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task NET_S05_What_two_servers_could_read_differently_gets_one_refusal_and_no_second_answer(string sent)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(sent));

        var answers = await ReadAllAsync(stream);

        var status = int.Parse(answers.Split(' ')[1], CultureInfo.InvariantCulture);
        Assert.True(status is 400 or 405 or 501, answers);
        Assert.Equal(1, answers.Split("HTTP/1.1 ").Length - 1);
    }

    // One more than is allowed in a minute, each with another value of the header; what the last was answered.
    private async Task<int> LastPreviewAsync(string? trusted, Func<int, (string, string)> header)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await KinviteApp.StartAsync(database.ConnectionString, settings =>
        {
            settings.Configuration["Kinvite:Limits:Factor"] = "1";
            settings.Configuration["Kinvite:TrustedProxies"] = trusted;
        });
        using var visitor = app.NewPerson();
        var status = 0;
        for (var i = 1; i <= PreviewsAMinute + 1; i++)
        {
            using var answer = await visitor.RequestAsync(HttpMethod.Get, $"/api/invites/{new string('A', 48)}", body: null, header(i));
            status = (int)answer.StatusCode;
        }

        return status;
    }

    private static async Task<string> ReadAllAsync(NetworkStream stream)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, enough.Token)) > 0;)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
                enough.CancelAfter(TimeSpan.FromSeconds(3)); // for a second answer
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Kept open, or cut off: what came until then counts.
        }

        return text.ToString();
    }
}
