using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>
/// Changing how one signs in needs a sign-in or a code of the last 10 minutes (design.md §4b; OWASP ASVS 5.0, 7.5.1): a session that somebody
/// left open somewhere is not enough.
/// </summary>
internal sealed class RecentSignIn(KinviteDbContext db, CurrentAccount account, TimeProvider clock)
{
    /// <summary>How long ago it may be.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Null when this session may change how the account signs in.</summary>
    public Problem? Lacks => account.IsGuest ? AccountProblems.Guest
        : account.AuthenticatedAt is { } at && clock.Now() - at <= Window ? null
        : AccountProblems.Reauthenticate;

    /// <summary>The same for adding an address or a passkey: a guest, who has no way of signing in at all, gets the first one by the session alone.</summary>
    public Problem? LacksForAdding => account.IsGuest ? null : Lacks;

    /// <summary>
    /// Null while the session lives. Asked under the account's lock before a way in, or a session, is added or taken away: whoever took the account over or
    /// signed this session out meanwhile has the last word.
    /// </summary>
    public async Task<Problem?> EndedAsync(CancellationToken ct) =>
        await db.Sessions.AnyAsync(s => s.Id == account.SessionId && s.EndedAt == null, ct) ? null : Problem.AuthRequired;
}
