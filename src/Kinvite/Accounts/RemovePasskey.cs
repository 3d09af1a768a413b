using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Takes a passkey off the signed-in account, unless nothing would be left to sign in with.</summary>
internal sealed class RemovePasskey(
    KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount account, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="credentialId">Names it.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What it was called.</returns>
    public async Task<Result<string>> HandleAsync(byte[] credentialId, CancellationToken ct)
    {
        if (recent.Lacks is { } problem)
        {
            return problem;
        }

        var removed = await transaction.RunAsync(account.Id, _ => RemoveAsync(credentialId, ct), ct);
        outbox.Wake();
        return removed;
    }

    private async Task<Result<string>> RemoveAsync(byte[] credentialId, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        if (await db.UserPasskeys.SingleOrDefaultAsync(p => p.UserId == account.Id && p.CredentialId == credentialId, ct) is not { } passkey)
        {
            return Problem.NotFound;
        }

        if (!(await SignInWays.OfAsync(db, account.Id, ct)).WithoutPasskey().Any)
        {
            return AccountProblems.LastSignIn;
        }

        db.Remove(passkey);
        SecurityMessage.Tell(
            db, account.Id, await db.Addresses.Where(a => a.AccountId == account.Id && a.RemovedAt == null).ToListAsync(ct), SecurityEvent.PasskeyRemoved, clock.Now());
        await db.SaveChangesAsync(ct);
        return passkey.Data.Name ?? "";
    }
}
