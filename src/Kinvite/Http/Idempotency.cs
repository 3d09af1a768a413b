using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Http;

/// <summary>
/// Makes a creating call happen once for a key of the caller's, however often it is sent (draft-ietf-httpapi-idempotency-key-header). Without a key it
/// stands in nobody's way. The row is written in the transaction of what it is about: either both are there or neither.
/// </summary>
internal sealed class Idempotency(KinviteDbContext db, TimeProvider clock)
{
    public static readonly Problem Mismatch = new(
        422, "idempotency.mismatch", "This key was used for something else", "Send the same body again, or take a new Idempotency-Key.");

    public static readonly Problem InProgress = new(
        409, "idempotency.in_progress", "The same call is still running", "Wait a moment and send it again with the same Idempotency-Key.")
    { RetryAfter = TimeSpan.FromSeconds(1) };

    private (byte[] Id, byte[] BodyHash)? asked;

    /// <summary>What this request asks for, before its use case runs.</summary>
    public void Ask(byte[] id, byte[] bodyHash) => asked = (id, bodyHash);

    /// <summary>Answers again what was answered before, or does it.</summary>
    /// <param name="again">Renders what was made, from the row that was kept.</param>
    /// <param name="first">Does it, and calls <see cref="KeepAsync"/> in its transaction.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<T>> OnceAsync<T>(Func<IdempotencyKey, Task<Result<T>>> again, Func<Task<Result<T>>> first, CancellationToken ct)
    {
        if (asked is not var (id, bodyHash))
        {
            return await first();
        }

        var since = clock.Now() - IdempotencyKey.Lifetime;
        var kept = await db.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id && k.CreatedAt > since, ct);
        return kept is null ? await first() : kept.BodyHash.AsSpan().SequenceEqual(bodyHash) ? await again(kept) : Mismatch;
    }

    /// <summary>
    /// Inside the transaction, before its save: remembers what is made. Refused when the same call was faster, which undoes this one; sent again it
    /// gets the other's answer.
    /// </summary>
    /// <param name="status">What is answered.</param>
    /// <param name="made">What is made: one id, or one for each entry.</param>
    /// <param name="outcomes">What cannot be read from the things that are made, as JSON without personal data.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Problem?> KeepAsync(short status, Guid[] made, string? outcomes, CancellationToken ct)
    {
        if (asked is not var (id, bodyHash))
        {
            return null;
        }

        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("A key is kept in the transaction of what it is about.");
        }

        var now = clock.Now();
        var written = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO idempotency_keys AS k (id, body_hash, status, made, outcomes, created_at)
            VALUES ({id}, {bodyHash}, {status}, {made}, {outcomes}::jsonb, {now})
            ON CONFLICT (id) DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status, made = excluded.made, outcomes = excluded.outcomes,
                created_at = excluded.created_at
            WHERE k.created_at <= {now - IdempotencyKey.Lifetime}
            """,
            ct);
        return written == 1 ? null : InProgress;
    }
}
