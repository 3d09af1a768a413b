using Kinvite.Persistence;
using Kinvite.Telemetry;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Delivery.Reports;

/// <summary>How a report was taken.</summary>
internal enum ReportOutcome
{
    /// <summary>Kept, known already, or about nothing of ours: the sender need not repeat it.</summary>
    Taken,

    /// <summary>The mail is on its way at this moment and its row does not say so yet: to be repeated.</summary>
    TooEarly,
}

/// <summary>Brings an outbox row forward by what is reported of its mail, together with what its feature makes of it.</summary>
internal sealed partial class DeliveryReports(KinviteDbContext db, IEnumerable<IMessageType> types, OutboxSignal signal, KinviteMetrics metrics, TimeProvider clock, ILogger<DeliveryReports> logger)
{
    private const int Tries = 3;

    public async Task<ReportOutcome> ApplyAsync(DeliveryReport report, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(report, ct);
            }
            catch (Exception e) when (attempt < Tries && e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected })
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<ReportOutcome> OnceAsync(DeliveryReport report, CancellationToken ct)
    {
        if (await FindAsync(report, ct) is not { } found || types.SingleOrDefault(t => t.Type == found.Type) is not { } type)
        {
            return ReportOutcome.Taken;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await type.LockAsync(found, db, ct);
        var row = (await db.Outbox.FromSql($"SELECT * FROM outbox WHERE id = {found.Id} FOR UPDATE").AsNoTracking().ToListAsync(ct)).SingleOrDefault();
        if (row is null)
        {
            return ReportOutcome.Taken;
        }

        var now = clock.Now();
        if (row.State == DeliveryState.Queued)
        {
            // The provider may be faster than our own mark. A row that nobody holds was never taken by anyone: such a report is not about it.
            return row.LockedUntil > now ? ReportOutcome.TooEarly : ReportOutcome.Taken;
        }

        var after = DeliveryReport.After(row.State, report.Kind);
        if (after is { } next)
        {
            await MarkAsync(row, next, report, now, ct);
        }
        else if (report.Kind != ReportKind.Complained || row.State != DeliveryState.Delivered)
        {
            return ReportOutcome.Taken;
        }

        await type.ReportedAsync(row, report.Kind, db, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        if (after is { } reported)
        {
            metrics.Mail(row.Type, reported);
        }

        LogReported(row.Id, row.Type, row.State);
        signal.Wake(); // what the feature may have queued
        return ReportOutcome.Taken;
    }

    // Uncertain ones may wait for another try, or be under way: both end here, because the lease goes with it.
    private async Task MarkAsync(OutboxMessage row, DeliveryState next, DeliveryReport report, DateTimeOffset now, CancellationToken ct)
    {
        var detail = Verdict.Clean(report.Detail) ?? row.Detail;
        (row.State, row.StateAt, row.DoneAt, row.Detail) = (next, now, row.DoneAt ?? now, detail);
        var state = (short)next;
        await db.Database.ExecuteSqlAsync(
            $"UPDATE outbox SET state = {state}, state_at = {now}, done_at = {row.DoneAt}, detail = {detail}, lease_id = NULL, locked_until = NULL WHERE id = {row.Id}", ct);
    }

    private Task<OutboxMessage?> FindAsync(DeliveryReport report, CancellationToken ct) => report switch
    {
        { MessageId: { } id } => db.Outbox.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, ct),
        { ProviderId: { Length: > 0 and <= OutboxMessage.ProviderIdLength } provider } when provider.All(c => c is > ' ' and <= '~') => db.Outbox.AsNoTracking().FirstOrDefaultAsync(o => o.ProviderId == provider, ct),
        _ => Task.FromResult<OutboxMessage?>(null),
    };

    [LoggerMessage(3130, LogLevel.Information, "Message {MessageId} of type {Type} is reported {State}")]
    private partial void LogReported(Guid messageId, string type, DeliveryState state);
}
