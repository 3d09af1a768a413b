using Kinvite.Accounts;
using Kinvite.Links;

namespace Kinvite.Tests.Accounts;

public sealed class SessionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);
    private static readonly Guid Account = new("0192d3c4-5566-7788-99aa-bbccddeeff01");
    private static readonly KeyRing Ring = new(new MasterKeys(new MasterKey(new byte[32])), TimeProvider.System);

    [Fact]
    public void The_row_holds_no_secret()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, "curl", Now);

        var access = SessionToken.Parse(tokens.Access)!.Value;
        var refresh = SessionToken.Parse(tokens.Refresh)!.Value;
        Assert.Equal(session.Id, access.SessionId);
        Assert.Equal(session.Id, refresh.SessionId);
        Assert.NotEqual(access.Secret, refresh.Secret);
        Assert.DoesNotContain(session.SecretHash, new[] { access.Secret, refresh.Secret });
        Assert.DoesNotContain(session.RefreshHash!, new[] { access.Secret, refresh.Secret });
    }

    [Fact]
    public void A_token_is_spelled_in_one_way_only()
    {
        var token = Session.Start(Account, SessionKind.Web, null, Now).Tokens.Access;

        Assert.Equal(64, token.Length);
        Assert.NotNull(SessionToken.Parse(token));
        string?[] others = [null, "", token[..63], token + "A", token[..63] + " ", token[..63] + "+", "Bearer " + token, token[..63] + "=", new string('é', 64)];
        Assert.All(others, other => Assert.Null(SessionToken.Parse(other)));
    }

    [Fact]
    public void An_access_token_opens_for_an_hour_and_only_with_its_own_secret()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var secret = SessionToken.Parse(tokens.Access)!.Value.Secret;

        Assert.True(Opens(session, secret, Now.AddMinutes(59)));
        Assert.False(Opens(session, secret, Now.AddHours(1)));
        Assert.False(Opens(session, SessionToken.Parse(tokens.Refresh)!.Value.Secret, Now));
        Assert.Equal(TimeSpan.FromHours(1), tokens.AccessFor);
        for (var bit = 0; bit < secret.Length * 8; bit++)
        {
            var flipped = (byte[])secret.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Opens(session, flipped, Now));
        }
    }

    [Fact]
    public void A_browser_stays_signed_in_for_30_idle_days_and_180_at_most()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Web, null, Now);
        var secret = SessionToken.Parse(tokens.Access)!.Value.Secret;

        Assert.Null(tokens.Refresh);
        Assert.True(Opens(session, secret, Now.AddDays(30).AddSeconds(-1)));
        Assert.False(Opens(session, secret, Now.AddDays(30)));
        Assert.Equal(Now.AddDays(50), Session.IdleEnd(session.EndsAt, Now.AddDays(20)));
        Assert.Equal(Now.AddDays(180), Session.IdleEnd(session.EndsAt, Now.AddDays(170)));
        session.SecretEndsAt = Now.AddDays(400);
        Assert.False(Opens(session, secret, Now.AddDays(180)));
    }

    [Fact]
    public void Refreshing_replaces_both_secrets_and_starts_the_thirty_days_anew()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var later = Now.AddDays(29);

        var next = session.Refresh(Secret(tokens.Refresh), Ring, later)!;

        Assert.NotEqual(tokens.Access, next.Access);
        Assert.NotEqual(tokens.Refresh, next.Refresh);
        Assert.NotEqual(next.Access, next.Refresh);
        Assert.False(Opens(session, Secret(tokens.Access), later));
        Assert.True(Opens(session, Secret(next.Access), later.AddMinutes(59)));
        Assert.Equal(later.AddDays(30), session.EndsAt);
        Assert.NotNull(session.Refresh(Secret(next.Refresh), Ring, later.AddDays(29)));
    }

    [Fact]
    public void A_refresh_token_used_twice_within_a_minute_gets_the_same_answer()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var first = session.Refresh(Secret(tokens.Refresh), Ring, Now)!;

        var again = session.Refresh(Secret(tokens.Refresh), Ring, Now.AddSeconds(60))!;

        Assert.Equal((first.Access, first.Refresh), (again.Access, again.Refresh));
        Assert.Equal(TimeSpan.FromMinutes(59), again.AccessFor);
        Assert.NotNull(session.Refresh(Secret(again.Refresh), Ring, Now.AddMinutes(5)));
    }

    [Fact]
    public void A_refresh_token_used_again_after_a_minute_ends_the_session()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var next = session.Refresh(Secret(tokens.Refresh), Ring, Now)!;

        Assert.Null(session.Refresh(Secret(tokens.Refresh), Ring, Now.AddSeconds(60).AddTicks(10)));

        Assert.NotNull(session.EndedAt);
        Assert.Null(session.Refresh(Secret(next.Refresh), Ring, Now.AddSeconds(61)));
    }

    [Fact]
    public void A_refresh_token_two_rotations_old_is_refused()
    {
        var (session, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var second = session.Refresh(Secret(tokens.Refresh), Ring, Now)!;
        session.Refresh(Secret(second.Refresh), Ring, Now.AddSeconds(1));

        Assert.Null(session.Refresh(Secret(tokens.Refresh), Ring, Now.AddSeconds(2)));
    }

    [Fact]
    public void Neither_an_access_token_nor_a_cookie_nor_an_ended_session_refreshes()
    {
        var (api, tokens) = Session.Start(Account, SessionKind.Api, null, Now);
        var (web, cookie) = Session.Start(Account, SessionKind.Web, null, Now);

        Assert.Null(api.Refresh(Secret(tokens.Access), Ring, Now));
        Assert.Null(web.Refresh(Secret(cookie.Access), Ring, Now));
        Assert.Null(api.Refresh(Secret(tokens.Refresh), Ring, Now.AddDays(30)));
        api.EndedAt = Now;
        Assert.Null(api.Refresh(Secret(tokens.Refresh), Ring, Now));
    }

    [Fact]
    public void A_long_device_name_is_cut_between_characters()
    {
        var device = new string('a', 119) + "\U0001F600" + new string('b', 300);

        Assert.Equal(new string('a', 119), Session.Start(Account, SessionKind.Web, device, Now).Session.Device);
        Assert.Equal(120, Session.Start(Account, SessionKind.Web, new string('a', 500), Now).Session.Device!.Length);
    }

    private static byte[] Secret(string? token) => SessionToken.Parse(token)!.Value.Secret;

    private static bool Opens(Session session, byte[] secret, DateTimeOffset now) =>
        Session.Opens(session.SecretHash, session.SecretEndsAt, session.EndsAt, secret, now);
}
