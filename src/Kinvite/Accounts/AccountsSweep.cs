using Kinvite.Persistence;

namespace Kinvite.Accounts;

/// <summary>
/// Removes what nobody needs any more, once a day and in bites that hold up nobody: codes of yesterday, sessions that ended 30 days ago, counts of
/// passwords that nobody tried for a day, and accounts that nobody ever proved, uses or can get into.
/// </summary>
internal sealed partial class AccountsSweep(Database database, TimeProvider clock, ILogger<AccountsSweep> logger) : BackgroundService
{
    /// <summary>Longer than any limit looks back.</summary>
    public static readonly TimeSpan CodesKept = TimeSpan.FromDays(1);

    /// <summary>So long a person sees where they were signed in.</summary>
    public static readonly TimeSpan SessionsKept = TimeSpan.FromDays(30);

    /// <summary>So long somebody who signed up has time to prove the address.</summary>
    public static readonly TimeSpan UnprovenKept = TimeSpan.FromDays(30);

    private const int Bite = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    // Ids are in order of time: everything before the first one of an instant is older.
    private const string Codes = """
        DELETE FROM codes WHERE id = ANY (ARRAY(SELECT id FROM codes WHERE id < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    private const string Sessions = """
        DELETE FROM sessions WHERE id = ANY (ARRAY(
            SELECT id FROM sessions WHERE ended_at <= $1 OR ends_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    private const string Tries = """
        DELETE FROM password_tries WHERE address_key = ANY (ARRAY(
            SELECT address_key FROM password_tries WHERE last_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    // Nobody proved an address, and whoever signed up has no way in left or has not been here since: somebody else's address is not kept for them.
    private const string Unproven = """
        DELETE FROM accounts WHERE id = ANY (ARRAY(
            SELECT id FROM accounts a WHERE id < $1 AND NOT is_guest
            AND NOT EXISTS (SELECT 1 FROM account_addresses x WHERE x.account_id = a.id AND (x.proven_at IS NOT NULL OR x.invitation_id IS NOT NULL OR x.removed_at IS NOT NULL))
            AND NOT EXISTS (SELECT 1 FROM account_passkeys p WHERE p.user_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM account_logins l WHERE l.user_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM access_requests r WHERE r.account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.accepted_account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.account_id = a.id AND s.ended_at IS NULL AND s.ends_at > $3)
            AND id <> (SELECT id FROM accounts ORDER BY id LIMIT 1)
            ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>Removes all whose time is over now.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var now = clock.Now();
        return await RemoveAsync(Codes, FirstId(now - CodesKept), null, ct)
            + await RemoveAsync(Sessions, now - SessionsKept, null, ct)
            + await RemoveAsync(Tries, now - PasswordTries.Memory, null, ct)
            + await RemoveAsync(Unproven, FirstId(now - UnprovenKept), now, ct);
    }

    /// <summary>The least id that was made at an instant (RFC 9562 §5.7: the first 48 bits are its milliseconds).</summary>
    internal static Guid FirstId(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        return new(id, bigEndian: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name); // the database may be away for a moment; the next round catches up
            }
        }
    }

    private async Task<int> RemoveAsync(string statement, object before, object? now, CancellationToken ct)
    {
        for (var total = 0; ;)
        {
            await using var command = database.Source.CreateCommand(statement);
            command.Parameters.Add(new() { Value = before });
            command.Parameters.Add(new() { Value = Bite });
            if (now is not null)
            {
                command.Parameters.Add(new() { Value = now });
            }

            var removed = await command.ExecuteNonQueryAsync(ct);
            total += removed;
            if (removed < Bite)
            {
                return total;
            }
        }
    }

    [LoggerMessage(2201, LogLevel.Warning, "What is over of codes, sessions and sign-ups could not be removed ({Fault})")]
    private partial void LogFailed(string fault);
}
