using Kinvite.Http;
using Kinvite.Persistence;

namespace Kinvite.Accounts;

/// <summary>Signs in with a passkey: it says by itself whose it is.</summary>
internal sealed class SignInWithPasskey(KinviteDbContext db, PasskeyCeremony ceremony, TimeProvider clock)
{
    /// <returns>JSON for <c>navigator.credentials.get</c>.</returns>
    public Task<string> AskAsync(HttpContext http) => ceremony.AskAsync(account: null, http);

    /// <param name="credential">The device's answer, as JSON.</param>
    /// <param name="http">The browser's request.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SignIn>> HandleAsync(string? credential, HttpContext http, CancellationToken ct)
    {
        var answered = await ceremony.TakeAsync(PasskeyPurpose.SignIn, credential, http, ct);
        if (answered.Refused(out var problem))
        {
            return problem;
        }

        var (session, tokens) = Session.Start(answered.Value, SessionKind.Web, Caller.Of(http).Device, clock.Now());
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return new SignIn(session, tokens, Created: false);
    }
}
