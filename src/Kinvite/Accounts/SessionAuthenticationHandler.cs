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
             join someone in db.Accounts on session.AccountId equals (Guid?)someone.Id into accounts
             from account in accounts.DefaultIfEmpty()
                 // A child on a shared tablet; once somebody signs in as this profile it is theirs alone.
             join child in db.Members on new { session.FamilyId, session.MemberId } equals new { FamilyId = (Guid?)child.FamilyId, MemberId = (Guid?)child.Id } into children
             from member in children.DefaultIfEmpty()
             join home in db.Families on session.FamilyId equals (Guid?)home.Id into homes
             from family in homes.DefaultIfEmpty()
             where session.Id == id && session.EndedAt == null
                 && ((account != null && account.DeletedAt == null && (account.LockoutEnd == null || account.LockoutEnd <= now))
                     || (member != null && member.AccountId == null && family != null))
             select new SignedIn(
                 session.Kind, session.Kind == SessionKind.Web || (session.Kind == SessionKind.Tablet && session.RefreshHash == null),
                 session.SecretHash, session.SecretEndsAt, session.EndsAt, session.LastSeenAt, session.AuthenticatedAt,
                 session.AccountId, session.FamilyId, session.MemberId,
                 account != null ? account.DisplayName : member!.Name, account != null ? account.Locale : family!.Locale,
                 account != null ? account.TimeZone : family!.TimeZone, account != null && account.IsGuest, account != null ? account.DefaultFamilyId : null)).SingleOrDefault());

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
        // A page's secret counts only in the cookie, where the cross-site guards look; a program's only as bearer.
        if (found is null || (bearer is null) != found.ByCookie
            || !Session.Opens(found.SecretHash, found.SecretEndsAt, found.EndsAt, token.Secret, now))
        {
            return AuthenticateResult.NoResult();
        }

        if (now - found.LastSeenAt >= Session.SeenInterval)
        {
            await SeeAsync(token.SessionId, found, now);
        }

        Fill(token.SessionId, found);
        if (found is { ByCookie: true, IsGuest: true })
        {
            Context.Response.OnStarting(RenewAsync);
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, (found.AccountId ?? found.ChildId).ToString()!)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private Task RenewAsync()
    {
        if (current.Renewed is { } tokens)
        {
            cookie.Write(Context, tokens);
        }

        return Task.CompletedTask;
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
        current.ByCookie = found.ByCookie;
        current.ChildId = found.ChildId;
        current.FamilyId = found.FamilyId;
        current.DisplayName = found.DisplayName;
        current.Locale = found.Locale;
        current.TimeZone = found.TimeZone;
        current.IsGuest = found.IsGuest;
        current.DefaultFamilyId = found.DefaultFamilyId;
        current.AuthenticatedAt = found.AuthenticatedAt;
    }

    private sealed record SignedIn(
        SessionKind Kind, bool ByCookie, byte[] SecretHash, DateTimeOffset SecretEndsAt, DateTimeOffset EndsAt, DateTimeOffset LastSeenAt,
        DateTimeOffset AuthenticatedAt, Guid? AccountId, Guid? FamilyId, Guid? ChildId, string DisplayName, string Locale, string TimeZone, bool IsGuest, Guid? DefaultFamilyId);
}
