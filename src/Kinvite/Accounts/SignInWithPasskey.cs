using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

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

        // Checked before the lock: the passkey may have been taken off meanwhile, or the account taken over.
        var id = answered.Value;
        var used = db.UserPasskeys.Local.Single(p => p.UserId == id).CredentialId;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM accounts WHERE id = {id} FOR NO KEY UPDATE", ct);
        if (!await db.UserPasskeys.AnyAsync(p => p.UserId == id && p.CredentialId == used, ct))
        {
            return AccountProblems.PasskeyInvalid;
        }

        var (session, tokens) = Session.Start(id, SessionKind.Web, Caller.Of(http).Device, clock.Now());
        db.Add(session);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return new SignIn(session, tokens, Created: false);
    }
}
