using System.Security.Cryptography;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Kinvite.Delivery;

/// <summary>
/// The worker's statements. A claim is a lease of 30 s under a random id, renewed while sending; whoever marks a row must still hold
/// that id, so a worker that was paused for too long changes nothing.
/// </summary>
internal sealed class Outbox(Database database, TimeProvider clock)
{
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    // MATERIALIZED: planned as a join, the locking query could run more than once and claim more than it should.
    private const string Claim = """
        WITH due AS MATERIALIZED (
          SELECT id FROM outbox
          WHERE done_at IS NULL AND due_at <= @now AND (locked_until IS NULL OR locked_until <= @now) AND type = ANY(@types)
          ORDER BY priority, due_at, id LIMIT @count FOR UPDATE SKIP LOCKED)
        UPDATE outbox o SET lease_id = @lease, locked_until = @until, attempts = attempts + 1 FROM due WHERE o.id = due.id
        RETURNING o.id, o.type, o.subject_id, o.generation, o.recipient_id, o.priority, o.created_at, o.due_at, o.state, o.attempts
        """;

    private const string Renew = "UPDATE outbox SET locked_until = @until WHERE id = @id AND lease_id = @lease";

    private const string Release = """
        UPDATE outbox SET lease_id = NULL, locked_until = NULL, attempts = attempts - 1 WHERE id = @id AND lease_id = @lease
        """;

    /// <summary>Takes what is due, codes first. Types that this server does not know are left to one that does.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> ClaimAsync(string[] types, int count, CancellationToken ct)
    {
        var now = clock.Now();
        var lease = new Guid(RandomNumberGenerator.GetBytes(16));
        var until = now + LeaseTime;
        await using var command = database.Source.CreateCommand(Claim);
        command.Parameters.Add(new("now", now));
        command.Parameters.Add(new("until", until));
        command.Parameters.Add(new("lease", lease));
        command.Parameters.Add(new("count", count));
        command.Parameters.Add(new("types", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = types });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<OutboxMessage>(count);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(Read(reader, lease, until));
        }

        // RETURNING has no order of its own.
        rows.Sort(static (a, b) => (a.Priority, a.DueAt, a.Id).CompareTo((b.Priority, b.DueAt, b.Id)));
        return rows;
    }

    /// <summary>The new end of the lease, or null when the row is no longer ours.</summary>
    public async Task<DateTimeOffset?> RenewAsync(OutboxMessage row, CancellationToken ct)
    {
        var until = clock.Now() + LeaseTime;
        await using var command = database.Source.CreateCommand(Renew);
        command.Parameters.Add(new("until", until));
        command.Parameters.Add(new("id", row.Id));
        command.Parameters.Add(new("lease", row.LeaseId!.Value));
        return await command.ExecuteNonQueryAsync(ct) == 1 ? until : null;
    }

    /// <summary>Gives back a row that was not tried, because the server stops.</summary>
    public async Task ReleaseAsync(OutboxMessage row, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(Release);
        command.Parameters.Add(new("id", row.Id));
        command.Parameters.Add(new("lease", row.LeaseId!.Value));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes the verdict into the row, in the caller's transaction; false when the row is no longer ours.</summary>
    public async Task<bool> MarkAsync(KinviteDbContext db, OutboxMessage row, Verdict verdict, CancellationToken ct)
    {
        var now = clock.Now();
        var due = verdict.DueAt ?? row.DueAt;
        DateTimeOffset? done = verdict.IsDone ? now : null;
        var state = (short)verdict.State;
        var marked = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE outbox SET state = {state}, state_at = {now}, due_at = {due}, done_at = {done}, detail = {verdict.Detail},
                provider_id = COALESCE({verdict.ProviderId}, provider_id), lease_id = NULL, locked_until = NULL
            WHERE id = {row.Id} AND lease_id = {row.LeaseId}
            """,
            ct);
        if (marked == 0)
        {
            return false;
        }

        (row.State, row.StateAt, row.DueAt, row.DoneAt, row.Detail) = (verdict.State, now, due, done, verdict.Detail);
        return true;
    }

    private static OutboxMessage Read(NpgsqlDataReader reader, Guid lease, DateTimeOffset until) => new()
    {
        Id = reader.GetGuid(0),
        Type = reader.GetString(1),
        SubjectId = reader.GetGuid(2),
        Generation = reader.GetInt16(3),
        RecipientId = reader.IsDBNull(4) ? null : reader.GetGuid(4),
        Priority = reader.GetInt16(5),
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(6),
        DueAt = reader.GetFieldValue<DateTimeOffset>(7),
        State = (DeliveryState)reader.GetInt16(8),
        Attempts = reader.GetInt32(9),
        LeaseId = lease,
        LockedUntil = until,
    };
}
