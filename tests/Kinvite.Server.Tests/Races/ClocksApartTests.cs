using System.Net;
using Kinvite.Harness;
using Kinvite.Links;
using Microsoft.Extensions.DependencyInjection;

namespace Kinvite.Server.Tests.Races;

/// <summary>Two servers on one database whose clocks differ by more than they may: what one decided, the other keeps.</summary>
public sealed class ClocksApartTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);
    private TestDatabase database = null!;
    private KinviteApp slow = null!;
    private KinviteApp fast = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        slow = await KinviteApp.StartAsync(database.ConnectionString);
        fast = await KinviteApp.StartAsync(database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await fast.DisposeAsync();
        await slow.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData(300, "300")]
    [InlineData(-300, "-300")]
    [InlineData(0, null)]
    public async Task CLK_S02_A_server_whose_clock_is_not_the_databases_says_so_at_start(int seconds, string? said)
    {
        var clock = new ManualClock();
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await using var server = await KinviteApp.StartAsync(database.ConnectionString, settings => settings.Clock = clock);

        var warned = server.Logs.Lines.SingleOrDefault(l => l.Contains("[1003]", StringComparison.Ordinal));

        Assert.Equal(said is not null, warned is not null);
        Assert.True(said is null || (warned!.StartsWith("Warning", StringComparison.Ordinal) && warned.Contains($"clock is {said}", StringComparison.Ordinal)), warned);
    }

    [Fact]
    public async Task CLK_S02_Who_was_let_in_before_the_end_is_in_for_a_server_that_is_past_it()
    {
        using var circle = await Circle.StartAsync(slow);
        var email = Circle.NewEmail();
        var used = await circle.InviteAsync(new { email });
        var unused = await circle.InviteAsync(new { email = Circle.NewEmail() });
        slow.Clock.Advance(used.GetProperty("expiresAt").GetDateTimeOffset() - slow.Clock.GetUtcNow() - TimeSpan.FromMinutes(2));
        var olga = await circle.SomebodyAsync("Olga Berg", email);
        var joined = await olga.PostAsync($"/api/invites/{circle.Token(used)}/accept", body: null, HttpStatusCode.OK);

        fast.Clock.Advance(slow.Clock.GetUtcNow() + Apart - fast.Clock.GetUtcNow());
        using var olgaThere = There(olga);
        var again = await olgaThere.PostAsync($"/api/invites/{circle.Token(used)}/accept", body: null, HttpStatusCode.OK);
        var other = await circle.SomebodyAsync("Somebody Else");
        using var otherThere = There(other);
        using var taken = await otherThere.RequestAsync(HttpMethod.Post, $"/api/invites/{circle.Token(used)}/accept");
        using var late = await otherThere.RequestAsync(HttpMethod.Post, $"/api/invites/{circle.Token(unused)}/accept");

        Assert.Equal(joined.GetProperty("memberId").GetGuid(), again.GetProperty("memberId").GetGuid());
        await taken.ProblemAsync(409, "invite.already_accepted");
        await late.ProblemAsync(410, "invite.expired");
        Assert.Equal(2L, await database.ScalarAsync<long>($"SELECT count(*) FROM members WHERE family_id = '{circle.Id}'"));
    }

    [Fact]
    public async Task CLK_S02_Wrong_codes_count_together_and_a_code_of_the_faster_one_is_good_on_the_slower()
    {
        // No further: a limit that the faster one counted is full for the slower one as long as they differ by its whole time, a minute.
        fast.Clock.Advance(TimeSpan.FromSeconds(30));
        using var here = slow.NewPerson();
        using var there = fast.NewPerson();
        var email = Circle.NewEmail();
        var (challenge, code) = await AskAsync(here, email);
        var wrong = code == "123456" ? "654321" : "123456";
        for (var i = 0; i < 5; i++)
        {
            await (i % 2 == 0 ? here : there).PostAsync("/api/auth/codes/verify", new { email, code = wrong, challenge }, HttpStatusCode.Unauthorized);
        }

        await here.PostAsync("/api/auth/codes/verify", new { email, code, challenge }, HttpStatusCode.Unauthorized);
        await there.PostAsync("/api/auth/codes/verify", new { email, code, challenge }, HttpStatusCode.Unauthorized);

        (challenge, code) = await AskAsync(there, email);
        await here.PostAsync("/api/auth/codes/verify", new { email, code, challenge }, HttpStatusCode.OK);
        await there.PostAsync("/api/auth/codes/verify", new { email, code, challenge }, HttpStatusCode.Unauthorized);
    }

    private async Task<(Guid Challenge, string Code)> AskAsync(Person person, string email)
    {
        var challenge = (await person.PostAsync("/api/auth/codes", new { email }, HttpStatusCode.Accepted)).GetProperty("challenge").GetGuid();
        return (challenge, slow.Services.GetRequiredService<KeyRing>().CodeDigits(challenge));
    }

    /// <summary>The same session on the server whose clock is ahead.</summary>
    private Person There(Person person)
    {
        var there = fast.NewPerson();
        there.Client.DefaultRequestHeaders.Authorization = person.Client.DefaultRequestHeaders.Authorization;
        return there;
    }
}
