using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>
/// Gives the signed-in account a password, another one, or none. A recent sign-in stands for the old one. Every other session ends, because whoever
/// changes a password may do so for a reason (OWASP ASVS 5.0, 7.4.3).
/// </summary>
internal sealed class ChangePassword(
    KinviteDbContext db, AccountTransaction transaction, PasswordHashes hashes, RecentSignIn recent, CurrentAccount current, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="typed">The new one; null for none.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<OkResponse>> HandleAsync(string? typed, CancellationToken ct)
    {
        if (recent.Lacks is { } problem)
        {
            return problem;
        }

        string? hash = null;
        if (typed is not null)
        {
            var address = await db.Addresses.Where(a => a.AccountId == current.Id && a.Type == AddressType.Email && a.RemovedAt == null)
                .OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefaultAsync(ct);
            var errors = new FieldErrors();
            var password = errors.Take("password", PasswordRule.Parse(typed, EmailAddress.TryParse(address)));
            if (errors.Problem is { } invalid)
            {
                return invalid;
            }

            hash = hashes.Of(password!);
        }

        var changed = await transaction.RunAsync(current.Id, account => ChangeAsync(account, hash, ct), ct);
        outbox.Wake();
        return changed;
    }

    private async Task<Result<OkResponse>> ChangeAsync(Account account, string? hash, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        var (now, had) = (clock.Now(), account.PasswordHash is not null);
        if (hash is null && !(await SignInWays.OfAsync(db, account.Id, ct)).WithoutPassword().Any)
        {
            return AccountProblems.LastSignIn;
        }

        if (hash is null && !had)
        {
            return OkResponse.Yes;
        }

        account.PasswordHash = hash;
        var addresses = await db.Addresses.Where(a => a.AccountId == account.Id && a.RemovedAt == null).ToListAsync(ct);
        SecurityMessage.Tell(db, account.Id, addresses, hash is null ? SecurityEvent.PasswordRemoved : SecurityEvent.PasswordSet, now);
        await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && s.Id != current.SessionId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        await db.SaveChangesAsync(ct);
        return OkResponse.Yes;
    }
}
