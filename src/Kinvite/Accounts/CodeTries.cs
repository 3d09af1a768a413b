using System.Security.Cryptography;
using System.Text;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Telemetry;

namespace Kinvite.Accounts;

/// <summary>
/// Tries a code. Each try is counted, committed, and only then compared, so that parallel guesses all count: 5 for one code,
/// 10 an hour for one address over all its codes. Two of many servers agree because the address's rows are locked.
/// </summary>
internal sealed class CodeTries(Database database, KeyRing ring, KinviteMetrics metrics, TimeProvider clock)
{
    /// <summary>Wrong tries for one address in an hour, over all its codes.</summary>
    public const int TriesPerAddress = 10;

    // Every try of the last hour went to a code that was made at most so long ago.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(60 + OneTimeCode.LifetimeMinutes);

    private const string Count = """
        WITH recent AS MATERIALIZED (
            SELECT id, created_at, tries_used FROM codes WHERE address_key = $1 AND created_at > $2 ORDER BY id FOR UPDATE),
        counted AS (
            UPDATE codes SET tries_used = tries_used + 1
            WHERE id = (SELECT id FROM recent WHERE $3::uuid IS NULL OR id = $3 ORDER BY created_at DESC, id DESC LIMIT 1)
                AND used_at IS NULL AND expires_at > $4 AND tries_used < $5
                AND (SELECT sum(tries_used) FROM recent) < $6
            RETURNING id)
        SELECT (SELECT id FROM counted), coalesce(sum(tries_used), 0)::int, min(created_at) FILTER (WHERE tries_used > 0) FROM recent
        """;

    /// <summary>The code with these digits, not used up yet; or 401 <c>code.invalid</c>, 429 <c>limit.exceeded</c>.</summary>
    /// <param name="addressKey">Whose code.</param>
    /// <param name="challenge">Which one; null for the newest.</param>
    /// <param name="digits">What was typed; spaces are ignored.</param>
    /// <param name="ct">Ends the wait, not the count.</param>
    public async Task<Result<Guid>> TryAsync(string addressKey, Guid? challenge, string digits, CancellationToken ct)
    {
        var now = clock.Now();
        await using var command = database.Source.CreateCommand(Count);
        command.Parameters.Add(new() { Value = addressKey });
        command.Parameters.Add(new() { Value = now - Window });
        command.Parameters.Add(new() { Value = challenge ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = OneTimeCode.Tries });
        command.Parameters.Add(new() { Value = TriesPerAddress });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        Guid? counted = reader.IsDBNull(0) ? null : reader.GetGuid(0);
        if (counted is null && reader.GetInt32(1) >= TriesPerAddress)
        {
            metrics.Refused("code-tries");
            return Limit.Exceeded(reader.GetFieldValue<DateTimeOffset>(2) + Window - now);
        }

        // Compared even when there is none, so that both take the same time.
        var right = Matches(ring.CodeDigits(counted ?? Guid.Empty), digits);
        return counted is { } code && right ? code : AccountProblems.CodeInvalid;
    }

    internal static bool Matches(string expected, string typed) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(typed.Replace(" ", "", StringComparison.Ordinal)));
}
