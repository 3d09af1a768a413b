using System.Net;
using Kinvite.Harness;
using static Kinvite.Server.Tests.Accounts.Passwords;

namespace Kinvite.Server.Tests.Accounts;

/// <summary>
/// Whoever measures how long an answer takes learns nothing of an address: known or not, the same statements run in the same order. A clock would measure this
/// machine's other work as well; that a wrong password costs its hash either way is seen by its time alone, with room for that.
/// </summary>
public sealed class SameWorkTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private KinviteApp App => shared.Server;

    [Theory]
    [InlineData("codes", """{"email":"EMAIL"}""")]
    [InlineData("codes/verify", """{"email":"EMAIL","code":"000000"}""")]
    [InlineData("login", """{"email":"EMAIL","password":"not the right one"}""")]
    [InlineData("password/forgot", """{"email":"EMAIL"}""")]
    [InlineData("password/reset", """{"email":"EMAIL","code":"000000","password":"seven green lanterns"}""")]
    [InlineData("register", """{"email":"EMAIL","password":"seven green lanterns","displayName":"Eve"}""")]
    public async Task ENU_S04_Known_and_unknown_addresses_cost_the_same_statements(string route, string body)
    {
        var known = await KnownAsync();

        var (first, second) = (await StatementsAsync(route, body, known), await StatementsAsync(route, body, Circle.NewEmail("unknown")));

        Assert.Equal(first.Status, second.Status);
        Assert.Equal(first.Statements, second.Statements);
    }

    [Fact]
    public async Task ENU_S04_A_wrong_password_costs_its_hash_whether_or_not_there_is_an_account()
    {
        var known = await KnownAsync();
        List<TimeSpan> knowns = [], unknowns = [];
        for (var i = 0; i < 4; i++)
        {
            knowns.Add(await WrongAsync(known));
            unknowns.Add(await WrongAsync(Circle.NewEmail("unknown")));
        }

        // The fastest of each: what others do on this machine only ever adds. One hash is many times as long as all the rest.
        Assert.InRange(unknowns.Min() / knowns.Min(), 0.5, 2);
    }

    private async Task<TimeSpan> WrongAsync(string email)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var answer = await LoginAsync(App, email, NotRight);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private async Task<string> KnownAsync()
    {
        var email = Circle.NewEmail("known");
        await ProveAsync(App, email, await ClaimAsync(App, email));
        return email;
    }

    private async Task<(HttpStatusCode Status, IReadOnlyList<string> Statements)> StatementsAsync(string route, string body, string email)
    {
        using var person = App.NewPerson();
        var status = default(HttpStatusCode);
        var statements = await App.Statements.CountAsync(async () =>
        {
            using var answer = await person.RequestAsync(HttpMethod.Post, $"/api/auth/{route}", body.Replace("EMAIL", email, StringComparison.Ordinal));
            status = answer.StatusCode;
        });
        return (status, statements);
    }
}
