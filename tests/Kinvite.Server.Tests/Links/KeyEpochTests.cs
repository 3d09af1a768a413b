using System.Net;
using Kinvite.Harness;
using Kinvite.Hosting;
using Kinvite.Links;
using Kinvite.Server.Tests.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using static Kinvite.Server.Tests.Accounts.SigningIn;

namespace Kinvite.Server.Tests.Links;

public sealed class KeyEpochTests(PostgresFixture postgres) : AccountsTest(postgres)
{
    private static readonly Guid Id = new("0192d3c4-5566-7788-99aa-bbccddeeff01");
    private static readonly string OtherKey = Convert.ToBase64String(Enumerable.Repeat((byte)9, 32).ToArray());

    [Fact]
    public async Task A_rotation_on_one_server_reaches_the_links_of_another()
    {
        await using var other = await StartAsync();
        var before = Ring(App).Make(LinkKind.Mailed, Id, 1);
        Assert.Equal(0, await RunAsync<RotateKeys>(App, c => c.RunAsync(CancellationToken.None)));

        var after = Ring(App).Make(LinkKind.Mailed, Id, 1);
        Assert.NotEqual(before, after);
        Assert.Equal(2, Ring(other).Read(after)!.Epoch);
        Assert.Equal(1, Ring(other).Read(before)!.Epoch);
        Assert.Equal(before, Ring(other).Make(LinkKind.Mailed, Id, 1));
        other.Clock.Advance(TimeSpan.FromSeconds(6));
        await EventuallyAsync(() => Ring(other).Make(LinkKind.Mailed, Id, 1) == after);
        Assert.Equal(90, await Database.ScalarAsync<double>("SELECT extract(epoch FROM ends_at - now())::float8 / 86400 FROM key_epochs WHERE number = 1"), 0.01);
    }

    [Fact]
    public async Task Invalidating_all_ends_links_codes_and_sessions_everywhere()
    {
        await using var other = await StartAsync();
        using var person = await SignInAsync(other, "ana@example.org");
        var challenge = await AskAsync(App, "ben@example.org");
        var before = Ring(App).Make(LinkKind.Mailed, Id, 1);

        Assert.Equal(0, await RunAsync<InvalidateAll>(App, c => c.RunAsync(CancellationToken.None)));

        await person.GetAsync("/api/account", HttpStatusCode.Unauthorized);
        using var code = await VerifyAsync(App, new { email = "ben@example.org", code = Digits(App, challenge) });
        Assert.Equal("code.invalid", await CodeOfAsync(code));
        Assert.Null(Ring(App).Read(before));
        Assert.NotNull(Ring(App).Read(Ring(App).Make(LinkKind.Mailed, Id, 1)));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM key_epochs WHERE ends_at IS NULL OR ends_at > now()"));
        other.Clock.Advance(TimeSpan.FromSeconds(6));
        await EventuallyAsync(() => Ring(other).Read(before) is null);
    }

    [Fact]
    public async Task A_server_with_another_master_key_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(s => s.Configuration["Kinvite:MasterKey"] = OtherKey));

        Assert.Contains("another master key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_master_key_beside_the_previous_one_keeps_links_and_protected_cookies()
    {
        var link = Ring(App).Make(LinkKind.Mailed, Id, 1);
        var cookie = Protector(App).Protect("kept");
        await using var renewed = await StartAsync(s =>
        {
            s.Configuration["Kinvite:MasterKey"] = OtherKey;
            s.Configuration["Kinvite:MasterKeyPrevious"] = PostgresFixture.MasterKey;
        });

        Assert.Equal(1, Ring(renewed).Read(link)!.Epoch);
        Assert.Equal(2, Ring(renewed).Read(Ring(renewed).Make(LinkKind.Mailed, Id, 1))!.Epoch);
        Assert.Equal("kept", Protector(renewed).Unprotect(cookie));
        await using var alone = await StartAsync(s => s.Configuration["Kinvite:MasterKey"] = OtherKey);
        Assert.Null(Ring(alone).Read(link));
        Assert.NotNull(Ring(alone).Read(Ring(renewed).Make(LinkKind.Mailed, Id, 1)));
        Assert.Equal("new", Protector(alone).Unprotect(Protector(renewed).Protect("new")));
        await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync());
    }

    [Fact]
    public async Task What_one_server_protects_another_reads_and_the_table_alone_opens_nothing()
    {
        await using var other = await StartAsync();

        Assert.Equal("hello", Protector(other).Unprotect(Protector(App).Protect("hello")));
        Assert.Equal(1L, await Database.ScalarAsync<long>("SELECT count(*) FROM data_protection_keys"));
        var xml = await Database.ScalarAsync<string>("SELECT xml FROM data_protection_keys");
        Assert.Contains("masterKeyEncrypted", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_token_and_a_good_one_are_read_without_a_query()
    {
        var good = Ring(App).Make(LinkKind.Mailed, Id, 1);
        var forged = good[..40] + (good[40] == 'A' ? "BBBBBBBB" : "AAAAAAAA");

        Assert.Empty(await App.Statements.CountAsync(() =>
        {
            Assert.NotNull(Ring(App).Read(good));
            Assert.Null(Ring(App).Read(forged));
            return Task.CompletedTask;
        }));
    }

    private static KeyRing Ring(KinviteApp app) => app.Services.GetRequiredService<KeyRing>();

    private static IDataProtector Protector(KinviteApp app) => app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static async Task<int> RunAsync<T>(KinviteApp app, Func<T, Task<int>> run)
        where T : notnull
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<T>());
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(100);
        }

        Assert.True(condition());
    }
}
