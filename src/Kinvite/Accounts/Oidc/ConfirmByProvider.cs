using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts.Oidc;

/// <summary>The signed-in person signs in at their provider once more: the session counts as signed in just now.</summary>
internal sealed class ConfirmByProvider(KinviteDbContext db, CurrentAccount current, TimeProvider clock)
{
    /// <returns>The browser's new secret.</returns>
    public async Task<Result<SessionTokens?>> HandleAsync(ProviderIdentity person, CancellationToken ct)
    {
        if (!await db.UserLogins.AnyAsync(l => l.LoginProvider == person.Issuer && l.ProviderKey == person.Subject && l.UserId == current.Id, ct)
            || await db.Sessions.SingleOrDefaultAsync(s => s.Id == current.SessionId && s.EndedAt == null, ct) is not { } session)
        {
            return AccountProblems.ProviderRefused;
        }

        var tokens = session.Confirm(clock.Now());
        await db.SaveChangesAsync(ct);
        return tokens;
    }
}
