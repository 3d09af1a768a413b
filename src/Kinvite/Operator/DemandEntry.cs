using Kinvite.Delivery;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Operator;

/// <summary>Somebody wanted what is switched off. Counts once per person, feature and day (UTC).</summary>
internal sealed class DemandEntry
{
    /// <summary>Inviting by phone where no text can be sent.</summary>
    public const string SmsInvite = "sms_invite";

    // Any number of our own: two servers that find texts on at once tell everybody once.
    private const long Telling = 0x6B696E76_74656C6C;

    public required Guid AccountId { get; init; }

    /// <summary>What was wanted: <c>sms_invite</c>.</summary>
    public required string Feature { get; init; }
    public required DateOnly Day { get; init; }

    /// <summary>The family in which it was wanted first that day.</summary>
    public required Guid FamilyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// It works: queues a message to each who wanted to invite by phone and has not been told since. The message itself stays in the outbox as
    /// what says that they were, for as long as what they wanted is kept.
    /// </summary>
    /// <returns>How many.</returns>
    public static async Task<int> TellAsync(KinviteDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Telling})", ct);
        var accounts = await db.Database.SqlQuery<Guid>($"""
            SELECT w.account_id AS "Value" FROM (SELECT account_id, max(at) AS at FROM demand WHERE feature = {SmsInvite} GROUP BY account_id) AS w
            WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = w.account_id AND o.type = {MessageTypes.TextsOn} AND o.created_at >= w.at)
            """).ToListAsync(ct);
        db.AddRange(accounts.Select(a => OutboxMessage.Of(MessageTypes.TextsOn, a, now, recipientId: a)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return accounts.Count;
    }
}
