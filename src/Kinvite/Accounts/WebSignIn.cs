using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>What every way of signing in on the web ends with: the cookie, and the way back to where one came from. Never joins anything.</summary>
internal sealed class WebSignIn(KinviteDbContext db, SessionCookie cookie, PendingSignInCookie pending, CurrentAccount current, TimeProvider clock)
{
    /// <summary>Starts the browser's session; the one it had ends, whoever it was.</summary>
    /// <returns>Where to go now.</returns>
    public async Task<string> FinishAsync(HttpContext http, SignIn signIn, string? returnTo, JoiningInHand? joining, CancellationToken ct)
    {
        if (current is { SessionId: { } before, ByCookie: true })
        {
            var now = clock.Now();
            await db.Sessions.Where(s => s.Id == before && s.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        }

        pending.Delete(http);
        cookie.Write(http, signIn.Tokens);
        return returnTo ?? joining?.InHand.Path ?? "/";
    }
}
