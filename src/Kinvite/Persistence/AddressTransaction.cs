using Kinvite.Accounts;
using Kinvite.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// One address, one owner: every account that claims it is locked, by id, before anything about it is read. Where another request proves the
/// address first, the use case runs again and finds it proven.
/// </summary>
internal sealed class AddressTransaction(KinviteDbContext db, FamilyTransaction transaction)
{
    private const int Tries = 3;

    public async Task<Result<T>> RunAsync<T>(string addressKey, Func<AddressClaims, Task<Result<T>>> useCase, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction.RunLockedAsync(() => LockAsync(addressKey, ct), useCase, ct);
            }
            catch (DbUpdateException e) when (attempt < Tries && e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<AddressClaims> LockAsync(string addressKey, CancellationToken ct)
    {
        // As written, not composed: a wrapped locking query would lock more than it returns.
        var accounts = await db.Accounts.FromSql($"""
            SELECT * FROM accounts WHERE deleted_at IS NULL
            AND id IN (SELECT account_id FROM account_addresses WHERE key = {addressKey} AND removed_at IS NULL) ORDER BY id FOR NO KEY UPDATE
            """).ToListAsync(ct);
        // In the order in which tries of its codes lock them: a take-over ends several.
        await db.Database.ExecuteSqlAsync($"SELECT id FROM codes WHERE address_key = {addressKey} ORDER BY id FOR UPDATE", ct);
        return await AddressClaims.LoadAsync(db, addressKey, [.. accounts.Select(a => a.Id)], ct);
    }
}
