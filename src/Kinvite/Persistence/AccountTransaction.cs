using Kinvite.Accounts;
using Kinvite.Families;
using Kinvite.Http;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Persistence;

/// <summary>
/// One account, one writer: its row is locked before anything about it is read, as <see cref="FamilyTransaction"/> does for a family.
/// What concerns families too locks those after it, by id.
/// </summary>
internal sealed class AccountTransaction(KinviteDbContext db, FamilyTransaction transaction)
{
    /// <summary>Locks the account with this id; one that is gone is nobody's.</summary>
    public Task<Result<T>> RunAsync<T>(Guid accountId, Func<Account, Task<Result<T>>> useCase, CancellationToken ct) => transaction.RunLockedAsync(
        () => OneAsync(db.Accounts.FromSql($"SELECT * FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE"), ct),
        async account => account is null ? Problem.AuthRequired : await useCase(account),
        ct);

    /// <summary>Locks the account, and then the families that it is in: for what changes its membership in all of them.</summary>
    public Task<Result<T>> RunWithFamiliesAsync<T>(Guid accountId, Func<Account, Task<Result<T>>> useCase, CancellationToken ct) => transaction.RunLockedAsync(
        async () =>
        {
            var account = await OneAsync(db.Accounts.FromSql($"SELECT * FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE"), ct);
            await db.Families.FromSql($"SELECT * FROM families WHERE id IN (SELECT family_id FROM members WHERE account_id = {accountId}) ORDER BY id FOR NO KEY UPDATE")
                .ToListAsync(ct);
            return account;
        },
        async account => account is null ? Problem.AuthRequired : await useCase(account),
        ct);

    /// <summary>
    /// Locks the account against everything, new memberships and sign-ins too, and then every family that it has a part in: as a member,
    /// with a request, or invited at an address that it has proven.
    /// </summary>
    public Task<Result<T>> RunToEndAsync<T>(Guid accountId, Func<Account, IReadOnlyList<Family>, Task<Result<T>>> useCase, CancellationToken ct) => transaction.RunLockedAsync(
        async () =>
        {
            var account = await OneAsync(db.Accounts.FromSql($"SELECT * FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR UPDATE"), ct);
            var families = await db.Families.FromSql($"""
                SELECT * FROM families WHERE id IN (
                    SELECT family_id FROM members WHERE account_id = {accountId}
                    UNION SELECT family_id FROM access_requests WHERE account_id = {accountId} AND family_id IS NOT NULL
                    UNION SELECT family_id FROM invitations WHERE accepted_account_id = {accountId}
                    UNION SELECT i.family_id FROM invitations i JOIN account_addresses a ON a.key = i.address_key
                        WHERE a.account_id = {accountId} AND a.proven_at IS NOT NULL)
                ORDER BY id FOR NO KEY UPDATE
                """).ToListAsync(ct);
            return (account, families);
        },
        async locked => locked.account is null ? Problem.AuthRequired : await useCase(locked.account, locked.families),
        ct);

    // As written, not composed: a wrapped locking query would lock more than it returns.
    private static async Task<Account?> OneAsync(IQueryable<Account> locked, CancellationToken ct) => (await locked.ToListAsync(ct)).SingleOrDefault();
}
