using System.Diagnostics;
using System.Net;
using Kinvite.Harness;
using Kinvite.Links;

namespace Kinvite.Server.Tests.Operation;

/// <summary>The operator's commands, run as the real program beside servers that serve.</summary>
public sealed class CommandTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Rotate_keys_beside_a_server_with_its_private_database_keeps_old_links_and_makes_new_ones_with_the_new_key()
    {
        using var scratch = new Scratch();
        var data = scratch.Below("data");
        await using var server = await ServerProcess.StartReadyAsync(data);
        using var olga = new Person(server.Address, server.Mailbox);
        var invitation = await InviteAsync(olga);
        var old = await LinkAsync(olga, invitation);
        Assert.Equal(1, EpochOf(old));

        var (exitCode, said) = await ServerProcess.RunAsync("rotate-keys", data);

        Assert.Equal(0, exitCode);
        Assert.Contains("epoch 2", said, StringComparison.Ordinal);
        var waited = Stopwatch.StartNew();
        string renewed;
        while (EpochOf(renewed = await LinkAsync(olga, invitation)) == 1)
        {
            Assert.True(waited.Elapsed < Seconds, "The server goes on with the old key.");
            await Task.Delay(200);
        }

        await olga.GetAsync($"/api/invites/{old}");
        await olga.GetAsync($"/api/invites/{renewed}");
        await olga.GetAsync("/api/account");
    }

    [Fact]
    public async Task Invalidate_all_ends_links_codes_and_sessions_on_every_server_and_invitations_can_be_sent_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var scratch = new Scratch();
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__Kinvite"] = database.ConnectionString,
            ["Kinvite__MasterKey"] = PostgresFixture.MasterKey,
        };
        await using var one = await ServerProcess.StartReadyAsync(scratch.Path, settings);
        await using var two = await ServerProcess.StartReadyAsync(scratch.Path, settings);
        using var olga = new Person(one.Address, one.Mailbox);
        var invitation = await InviteAsync(olga);
        var old = await LinkAsync(olga, invitation);
        using var elsewhere = new Person(two.Address, two.Mailbox);
        elsewhere.Client.DefaultRequestHeaders.Authorization = olga.Client.DefaultRequestHeaders.Authorization;
        await elsewhere.GetAsync("/api/account");
        await elsewhere.GetAsync($"/api/invites/{old}");

        var own = $"/api/families/{invitation.Split('/')[3]}";
        var child = (await olga.PostAsync($"{own}/members", new { name = "Mia", role = "child" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        using var tablet = new Person(one.Address, one.Mailbox);
        tablet.Client.DefaultRequestHeaders.Authorization = new("Bearer", (await olga.PostAsync($"{own}/devices", new { name = "Kitchen" }, HttpStatusCode.Created)).GetProperty("deviceToken").GetString());
        using var mia = new Person(two.Address, two.Mailbox);
        mia.Take(await tablet.PostAsync("/api/device/sign-in", new { memberId = child }, HttpStatusCode.OK));
        await mia.GetAsync($"{own}/me");

        var (exitCode, said) = await ServerProcess.RunAsync("invalidate-all", scratch.Path, settings);

        Assert.Equal(0, exitCode);
        Assert.Contains("2 sessions", said, StringComparison.Ordinal);
        foreach (var person in new[] { olga, elsewhere })
        {
            await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);
            await person.GetAsync($"/api/invites/{old}", HttpStatusCode.NotFound);
        }

        await tablet.GetAsync("/api/device", HttpStatusCode.Unauthorized);
        await mia.GetAsync($"{own}/me", HttpStatusCode.Unauthorized);
        using var again = new Person(two.Address, two.Mailbox);
        await again.PostAsync("/api/auth/refresh", new { refreshToken = olga.RefreshToken }, HttpStatusCode.Unauthorized);
        await again.SignInAsync("olga@example.org");
        await again.PostAsync($"{invitation}/resend", body: null, HttpStatusCode.OK);
        await again.GetAsync($"/api/invites/{await LinkAsync(again, invitation)}");
    }

    [Fact]
    public async Task A_word_that_is_no_command_ends_with_1_and_names_those_that_there_are()
    {
        using var scratch = new Scratch();

        var (exitCode, said) = await ServerProcess.RunAsync("rotate", scratch.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("rotate-keys", said, StringComparison.Ordinal);
        Assert.Contains("invalidate-all", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Path));
    }

    /// <summary>The path of an invitation that Olga made, once she has signed in and founded a family.</summary>
    private static async Task<string> InviteAsync(Person olga)
    {
        await olga.SignInAsync("olga@example.org");
        var family = (await olga.PostAsync("/api/families", new { name = "Larsens" }, HttpStatusCode.Created)).GetProperty("id").GetGuid();
        var made = await olga.PostAsync($"/api/families/{family}/invites", new { invites = new[] { new { email = "ben@example.org" } } }, HttpStatusCode.Created);
        return $"/api/families/{family}/invites/{made.GetProperty("items")[0].GetProperty("invite").GetProperty("id").GetGuid()}";
    }

    private static async Task<string> LinkAsync(Person olga, string invitation) =>
        (await olga.PostAsync($"{invitation}/link", body: null, HttpStatusCode.OK)).GetProperty("url").GetString()!.Split('/')[^1];

    private static int EpochOf(string token)
    {
        var bytes = new byte[LinkToken.Bytes];
        Assert.True(LinkToken.TryDecode(token, bytes));
        return LinkToken.SlotOf(bytes);
    }
}
