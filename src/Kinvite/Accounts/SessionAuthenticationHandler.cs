using System.Security.Claims;
using System.Text.Encodings.Web;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Kinvite.Accounts;

/// <summary>
/// Reads the cookie or the bearer token and finds session and account with one statement, on every request (design.md §4b):
/// what ended a moment ago on another server is refused here now. Fills <see cref="CurrentAccount"/>.
/// </summary>
internal sealed class SessionAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    KinviteDbContext db, SessionCookie cookie, CurrentAccount current, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Kinvite";
    private const string BearerPrefix = "Bearer ";

    private static readonly Func<KinviteDbContext, Guid, DateTimeOffset, CancellationToken, Task<SignedIn?>> Find =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid id, DateTimeOffset now, CancellationToken ct) =>
            (from session in db.Sessions
             join account in db.Accounts on session.AccountId equals (Guid?)account.Id
             where session.Id == id && session.EndedAt == null && account.DeletedAt == null
                 && (account.LockoutEnd == null || account.LockoutEnd <= now)
             select new SignedIn(
                 session.Kind, session.SecretHash, session.SecretEndsAt, session.EndsAt, session.LastSeenAt, session.AuthenticatedAt,
                 account.Id, account.DisplayName, account.Locale, account.TimeZone, account.IsGuest, account.DefaultFamilyId)).SingleOrDefault());

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderNames.Authorization].ToString();
        var bearer = header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? header[BearerPrefix.Length..].Trim() : null;
        if (SessionToken.Parse(bearer ?? cookie.Read(Request)) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        var now = clock.Now();
        var found = await Find(db, token.SessionId, now, Context.RequestAborted);
        // A web session's secret counts only in the cookie, where the cross-site guards look; a program's only as bearer.
        if (found is null || (bearer is null) != (found.Kind == SessionKind.Web)
            || !Session.Opens(found.SecretHash, found.SecretEndsAt, found.EndsAt, token.Secret, now))
        {
            return AuthenticateResult.NoResult();
        }

        if (now - found.LastSeenAt >= Session.SeenInterval)
        {
            await SeeAsync(token.SessionId, found, now);
        }

        Fill(token.SessionId, found);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, found.AccountId.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private async Task SeeAsync(Guid id, SignedIn found, DateTimeOffset now)
    {
        var end = found.Kind == SessionKind.Web ? Session.IdleEnd(found.EndsAt, now) : found.SecretEndsAt;
        await db.Sessions.Where(s => s.Id == id && s.LastSeenAt == found.LastSeenAt && s.EndedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.LastSeenAt, now).SetProperty(s => s.SecretEndsAt, end), Context.RequestAborted);
    }

    private void Fill(Guid sessionId, SignedIn found)
    {
        current.AccountId = found.AccountId;
        current.SessionId = sessionId;
        current.Kind = found.Kind;
        current.DisplayName = found.DisplayName;
        current.Locale = found.Locale;
        current.TimeZone = found.TimeZone;
        current.IsGuest = found.IsGuest;
        current.DefaultFamilyId = found.DefaultFamilyId;
        current.AuthenticatedAt = found.AuthenticatedAt;
    }

    private sealed record SignedIn(
        SessionKind Kind, byte[] SecretHash, DateTimeOffset SecretEndsAt, DateTimeOffset EndsAt, DateTimeOffset LastSeenAt,
        DateTimeOffset AuthenticatedAt, Guid AccountId, string DisplayName, string Locale, string TimeZone, bool IsGuest, Guid? DefaultFamilyId);
}
