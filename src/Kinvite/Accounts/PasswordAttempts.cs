using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Kinvite.Telemetry;
using NpgsqlTypes;

namespace Kinvite.Accounts;

/// <summary>
/// Counts tries of passwords. Each counts as wrong, committed, before it is compared, so that parallel guesses all count and none slips
/// through while another is being compared; a right one is taken back. It takes a connection of its own.
/// </summary>
internal sealed class PasswordAttempts(Database database, KinviteMetrics metrics, TimeProvider clock)
{
    private static readonly TimeSpan[] Waits = [.. Enumerable.Range(1, PasswordTries.Longest).Select(PasswordTries.WaitAfter)];

    // Locked: the update's WHERE keeps the row as it is, and the second half says until when.
    private const string Statement = """
        WITH counted AS (
            INSERT INTO password_tries AS t (address_key, failures, last_at) VALUES ($1, 1, $2)
            ON CONFLICT (address_key) DO UPDATE SET (failures, locked_until, last_at) = (
                SELECT n.failures, nullif($2 + ($4::interval[])[least(n.failures, $5)], $2), $2
                FROM (SELECT CASE WHEN t.last_at < $3 THEN 1 ELSE t.failures + 1 END AS failures) AS n)
            WHERE t.locked_until IS NULL OR t.locked_until <= $2
            RETURNING failures)
        SELECT true, NULL::timestamptz FROM counted
        UNION ALL
        SELECT false, locked_until FROM password_tries WHERE address_key = $1 AND NOT EXISTS (SELECT 1 FROM counted)
        """;

    /// <summary>Counts one; 429 <c>limit.exceeded</c>, counting nothing, while the address waits.</summary>
    public async Task<Problem?> CountAsync(string addressKey, CancellationToken ct)
    {
        var now = clock.Now();
        await using var command = database.Source.CreateCommand(Statement);
        command.Parameters.Add(new() { Value = addressKey });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = now - PasswordTries.Memory });
        command.Parameters.Add(new() { Value = Waits, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Interval });
        command.Parameters.Add(new() { Value = PasswordTries.Longest });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var seen = await reader.ReadAsync(ct);
        if (seen && reader.GetBoolean(0))
        {
            return null;
        }

        metrics.Refused("password-tries");
        // Nothing to see: locked by one that was committed after this statement began, which is then not visible here.
        return Limit.Exceeded(seen && !reader.IsDBNull(1) ? reader.GetFieldValue<DateTimeOffset>(1) - now : PasswordTries.WaitAfter(PasswordTries.Free));
    }
}
