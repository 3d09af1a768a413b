using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Takes the code that was sent to the signed-in person's own address: the session counts as signed in just now.</summary>
internal sealed class ConfirmByCode(
    KinviteDbContext db, AccountTransaction transaction, CodeTries tries, RateLimits limits, CurrentAccount account, TimeProvider clock)
{
    /// <returns>The browser's new secret; null for a program, whose tokens stay.</returns>
    public async Task<Result<SessionTokens?>> HandleAsync(Guid challenge, string code, Caller caller, CancellationToken ct)
    {
        // One that this account asked for, at an address that is still its own.
        var key = await db.Codes.Where(c => c.Id == challenge && c.AccountId == account.Id
                && db.Addresses.Any(a => a.AccountId == account.Id && a.Key == c.AddressKey && a.ProvenAt != null))
            .Select(c => c.AddressKey).SingleOrDefaultAsync(ct);
        if (key is null)
        {
            return AccountProblems.CodeInvalid;
        }

        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var tried = await tries.TryAsync(key, challenge, code, ct);
        return tried.Refused(out var wrong) ? wrong : await transaction.RunAsync(account.Id, _ => ConfirmAsync(tried.Value, ct), ct);
    }

    private async Task<Result<SessionTokens?>> ConfirmAsync(Guid code, CancellationToken ct)
    {
        var now = clock.Now();
        // A right try is no wrong one: it is taken back from the count.
        var used = await db.Codes.Where(c => c.Id == code && c.UsedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now).SetProperty(x => x.TriesUsed, x => x.TriesUsed - 1), ct);
        if (used == 0 || await db.Sessions.SingleOrDefaultAsync(s => s.Id == account.SessionId && s.EndedAt == null, ct) is not { } session)
        {
            return AccountProblems.CodeInvalid;
        }

        var tokens = session.Confirm(now);
        await db.SaveChangesAsync(ct);
        return tokens;
    }
}
