using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts.Oidc;

/// <summary>
/// The signed-in person signs in at their provider once more: the session counts as signed in just now. A provider that only looked whether its own session
/// still lives has shown nothing: the token has to say that the person was asked, and when.
/// </summary>
internal sealed class ConfirmByProvider(KinviteDbContext db, CurrentAccount current, TimeProvider clock)
{
    /// <summary>How long ago the provider may have asked the person: the way there and back, and clocks that differ.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <returns>The browser's new secret.</returns>
    public async Task<Result<SessionTokens?>> HandleAsync(ProviderIdentity person, CancellationToken ct)
    {
        var now = clock.Now();
        if (person.AuthenticatedAt is not { } asked || now - asked > Window || asked - now > IdToken.Skew
            || !await db.UserLogins.AnyAsync(l => l.LoginProvider == person.Issuer && l.ProviderKey == person.Subject && l.UserId == current.Id, ct)
            || await db.Sessions.SingleOrDefaultAsync(s => s.Id == current.SessionId && s.EndedAt == null, ct) is not { } session)
        {
            return AccountProblems.ProviderRefused;
        }

        var tokens = session.Confirm(now);
        await db.SaveChangesAsync(ct);
        return tokens;
    }
}
