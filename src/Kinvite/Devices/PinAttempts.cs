using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using NpgsqlTypes;

namespace Kinvite.Devices;

/// <summary>
/// Counts tries of a child's digits. Each counts as wrong, committed, before it is compared, and the statement that counts also decides: of guesses at
/// the same time, on however many servers, no more are compared than one after the other. It takes a connection of its own.
/// </summary>
internal sealed class PinAttempts(Database database, TimeProvider clock)
{
    private static readonly TimeSpan[] Delays = [.. Enumerable.Range(1, PinRule.Most).Select(PinRule.DelayAfter)];

    // Locked: the update's WHERE keeps the row as it is, and the second half says why.
    private const string Statement = """
        WITH counted AS (
            UPDATE members SET pin_tries = pin_tries + 1, pin_locked_until = nullif($3 + ($4::interval[])[pin_tries + 1], $3)
            WHERE family_id = $1 AND id = $2 AND account_id IS NULL AND pin_hash IS NOT NULL
            AND pin_tries < $5 AND (pin_locked_until IS NULL OR pin_locked_until <= $3)
            RETURNING pin_hash)
        SELECT pin_hash, 0::smallint, NULL::timestamptz FROM counted
        UNION ALL
        SELECT NULL, pin_tries, pin_locked_until FROM members WHERE family_id = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM counted)
        """;

    /// <summary>Counts one and answers with the hash to compare with; 429 <c>pin.locked</c>, counting nothing, while none is taken.</summary>
    public async Task<Result<string>> CountAsync(Guid familyId, Guid memberId, CancellationToken ct)
    {
        var now = clock.Now();
        await using var command = database.Source.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = familyId });
        command.Parameters.Add(new() { Value = memberId });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = Delays, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval });
        command.Parameters.Add(new() { Value = (short)PinRule.Most });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (await reader.ReadAsync(ct) && !reader.IsDBNull(0))
        {
            return reader.GetString(0);
        }

        // As this statement saw it: a try that was committed meanwhile may have locked it, and then the first delay is as good a word as any.
        var tries = reader.IsOnRow ? reader.GetInt16(1) : (short)0;
        var wait = reader.IsOnRow && !reader.IsDBNull(2) ? reader.GetFieldValue<DateTimeOffset>(2) - now : TimeSpan.Zero;
        return tries >= PinRule.Most ? DeviceProblems.PinShut : DeviceProblems.PinLocked(wait > TimeSpan.Zero ? wait : PinRule.DelayAfter(PinRule.Free + 1));
    }
}
