using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The signed-in person answers with a passkey of theirs: the session counts as signed in just now.</summary>
internal sealed class ConfirmByPasskey(KinviteDbContext db, PasskeyCeremony ceremony, CurrentAccount current, TimeProvider clock)
{
    /// <returns>JSON for <c>navigator.credentials.get</c>.</returns>
    public async Task<Result<string>> AskAsync(HttpContext http, CancellationToken ct) => await db.Accounts.SingleOrDefaultAsync(a => a.Id == current.Id, ct) is { } account
        ? await ceremony.AskAsync(account, http)
        : Problem.AuthRequired; // deleted a moment ago

    /// <returns>The browser's new secret.</returns>
    public async Task<Result<SessionTokens?>> HandleAsync(string? credential, HttpContext http, CancellationToken ct)
    {
        var answered = await ceremony.TakeAsync(PasskeyPurpose.Confirm, credential, http, ct);
        if (answered.Refused(out var problem))
        {
            return problem;
        }

        // The question was for this account; but the browser may have changed hands between question and answer.
        if (answered.Value != current.Id || await db.Sessions.SingleOrDefaultAsync(s => s.Id == current.SessionId && s.EndedAt == null, ct) is not { } session)
        {
            return AccountProblems.PasskeyInvalid;
        }

        var tokens = session.Confirm(clock.Now());
        await db.SaveChangesAsync(ct);
        return tokens;
    }
}
