using Kinvite.Families;
using Kinvite.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Persistence;

/// <summary>
/// One family, one writer (design.md §3 rule 3): the family's row is locked in one statement, and only then anything is read.
/// The use case runs inside, saves once, and is committed when it succeeds; deadlocks and serialization failures run it again.
/// </summary>
internal sealed class FamilyTransaction(KinviteDbContext db)
{
    /// <summary>How long a use case waits for its family before it answers 503 (a startup option of every connection, so that it costs no statement).</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(5);

    private const int Tries = 3;

    /// <summary>Locks the family with this id.</summary>
    public Task<Result<T>> RunAsync<T>(Guid familyId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(() => db.Families.FromSql($"SELECT * FROM families WHERE id = {familyId} FOR NO KEY UPDATE"), useCase, ct);

    /// <summary>The same for work that nobody waits for: refused when somebody has the family now.</summary>
    public Task<Result<T>> RunIfFreeAsync<T>(Guid familyId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(() => db.Families.FromSql($"SELECT * FROM families WHERE id = {familyId} FOR NO KEY UPDATE SKIP LOCKED"), useCase, ct);

    /// <summary>Locks the family that an invitation belongs to.</summary>
    public Task<Result<T>> RunForInvitationAsync<T>(Guid invitationId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(
            () => db.Families.FromSql($"SELECT * FROM families WHERE id = (SELECT family_id FROM invitations WHERE id = {invitationId}) FOR NO KEY UPDATE"),
            useCase,
            ct);

    /// <summary>Locks the account and then the family that an invitation belongs to, in this order and in one statement.</summary>
    public Task<Result<T>> RunForInvitationAsync<T>(Guid invitationId, Guid accountId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(
            () => db.Families.FromSql($"""
                WITH account AS MATERIALIZED (SELECT id FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE)
                SELECT * FROM families WHERE EXISTS (SELECT 1 FROM account)
                AND id = (SELECT family_id FROM invitations WHERE id = {invitationId}) FOR NO KEY UPDATE OF families
                """),
            useCase,
            ct);

    /// <summary>The same for an open link; without an account where somebody comes as a guest, whose account is only being made.</summary>
    public Task<Result<T>> RunForLinkAsync<T>(Guid linkId, Guid? accountId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(
            () => accountId is null
                ? db.Families.FromSql($"SELECT * FROM families WHERE id = (SELECT family_id FROM invite_links WHERE id = {linkId}) FOR NO KEY UPDATE")
                : db.Families.FromSql($"""
                    WITH account AS MATERIALIZED (SELECT id FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE)
                    SELECT * FROM families WHERE EXISTS (SELECT 1 FROM account)
                    AND id = (SELECT family_id FROM invite_links WHERE id = {linkId}) FOR NO KEY UPDATE OF families
                    """),
            useCase,
            ct);

    /// <summary>
    /// Locks the account and then the family with this id, where there is one. The use case runs either way: whoever asks to get in learns nothing
    /// from the difference.
    /// </summary>
    public Task<Result<T>> RunForAskedFamilyAsync<T>(Guid familyId, Guid accountId, Func<Family?, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunEitherWayAsync(
            () => db.Families.FromSql($"""
                WITH account AS MATERIALIZED (SELECT id FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE)
                SELECT * FROM families WHERE EXISTS (SELECT 1 FROM account) AND id = {familyId} FOR NO KEY UPDATE OF families
                """),
            useCase,
            ct);

    /// <summary>The same with the family of a child's profile.</summary>
    public Task<Result<T>> RunForAskedChildAsync<T>(Guid childId, Guid accountId, Func<Family?, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunEitherWayAsync(
            () => db.Families.FromSql($"""
                WITH account AS MATERIALIZED (SELECT id FROM accounts WHERE id = {accountId} AND deleted_at IS NULL FOR NO KEY UPDATE)
                SELECT * FROM families WHERE EXISTS (SELECT 1 FROM account)
                AND id = (SELECT family_id FROM members WHERE id = {childId} AND account_id IS NULL) FOR NO KEY UPDATE OF families
                """),
            useCase,
            ct);

    /// <summary>Locks the family that an account's own request is kept for, where there is one.</summary>
    public Task<Result<T>> RunForOwnRequestAsync<T>(Guid requestId, Guid accountId, Func<Family?, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunEitherWayAsync(
            () => db.Families.FromSql($"""
                SELECT * FROM families
                WHERE id = (SELECT family_id FROM access_requests WHERE id = {requestId} AND account_id = {accountId}) FOR NO KEY UPDATE
                """),
            useCase,
            ct);

    /// <summary>
    /// Locks the account that asks and then the family that answers: who is let in gets a membership, and their account changes, too. The use case
    /// runs for a request that is not there as well, so that the rights decide about both alike.
    /// </summary>
    public Task<Result<T>> RunForAskerAsync<T>(Guid familyId, Guid requestId, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunAsync(
            () => db.Families.FromSql($"""
                WITH asker AS MATERIALIZED (
                    SELECT a.id FROM accounts a JOIN access_requests r ON r.account_id = a.id
                    WHERE r.id = {requestId} AND r.family_id = {familyId} AND a.deleted_at IS NULL FOR NO KEY UPDATE OF a)
                SELECT * FROM families WHERE id = {familyId}
                AND (EXISTS (SELECT 1 FROM asker) OR NOT EXISTS (SELECT 1 FROM access_requests WHERE id = {requestId} AND family_id = {familyId}))
                FOR NO KEY UPDATE OF families
                """),
            useCase,
            ct);

    private Task<Result<T>> RunAsync<T>(Func<IQueryable<Family>> locked, Func<Family, Task<Result<T>>> useCase, CancellationToken ct) =>
        RunEitherWayAsync(locked, async family => family is null ? Problem.NotFound : await useCase(family), ct);

    private Task<Result<T>> RunEitherWayAsync<T>(Func<IQueryable<Family>> locked, Func<Family?, Task<Result<T>>> useCase, CancellationToken ct) =>
        // As written, not composed: a wrapped locking query would lock more than it returns.
        RunLockedAsync(async () => (await locked().ToListAsync(ct)).SingleOrDefault(), useCase, ct);

    /// <summary>The one place that runs a use case again: whatever <paramref name="locked"/> locks, it locks anew each time.</summary>
    internal async Task<Result<T>> RunLockedAsync<TLocked, T>(Func<Task<TLocked>> locked, Func<TLocked, Task<Result<T>>> useCase, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(locked, useCase, ct);
            }
            catch (Exception e) when (attempt < Tries && WantsAnotherTry(e))
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Result<T>> OnceAsync<TLocked, T>(Func<Task<TLocked>> locked, Func<TLocked, Task<Result<T>>> useCase, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        db.Database.AutoSavepointsEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var result = await useCase(await locked());
        if (!result.Refused(out _))
        {
            await transaction.CommitAsync(CancellationToken.None); // decided: a caller who hangs up does not undo it
        }

        return result;
    }

    private static bool WantsAnotherTry(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure })
            {
                return true;
            }
        }

        return false;
    }
}
