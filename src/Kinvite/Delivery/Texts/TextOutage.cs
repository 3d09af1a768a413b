using System.Globalization;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Delivery.Texts;

/// <summary>
/// Texts cannot be sent at all for now, because the provider said so: an unregistered sender, an account that is closed. Until the operator says that
/// it is mended, Phone is unavailable: each try would cost the sender's reputation.
/// </summary>
internal sealed class TextOutage
{
    /// <summary>There is one row at most.</summary>
    public const short OnlyId = 1;

    public short Id { get; init; } = OnlyId;

    /// <summary>The provider's code: <c>30034</c>.</summary>
    public required string Code { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Begins it and queues a mail to each operator; one that has begun already stays as it is.</summary>
    /// <param name="db">Where.</param>
    /// <param name="operatorKeys">Address keys of those who run the server.</param>
    /// <param name="code">The provider's.</param>
    /// <param name="now">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task BeginAsync(KinviteDbContext db, IReadOnlyCollection<string> operatorKeys, int code, DateTimeOffset now, CancellationToken ct)
    {
        var text = code.ToString(CultureInfo.InvariantCulture);
        if (await db.Database.ExecuteSqlAsync($"INSERT INTO text_outages (id, code, since) VALUES ({OnlyId}, {text}, {now}) ON CONFLICT (id) DO NOTHING", ct) == 0)
        {
            return;
        }

        var keys = operatorKeys.ToArray();
        var accounts = await db.Database.SqlQuery<Guid>($"SELECT DISTINCT account_id AS \"Value\" FROM account_addresses WHERE key = ANY({keys}) AND proven_at IS NOT NULL").ToListAsync(ct);
        db.AddRange(accounts.Select(a => OutboxMessage.Of(MessageTypes.TextsOff, a, now, recipientId: a)));
        await db.SaveChangesAsync(ct);
    }
}
