using Kinvite.Delivery;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>
/// The day before somebody's time in a family ends, they are told, and so are those who may extend it: once for each end. A member is claimed by
/// the statement that marks them, which commits with the messages, so that two servers never tell the same thing twice.
/// </summary>
internal sealed partial class WarnOfEndings(
    IServiceScopeFactory scopes, FamilyKinds kinds, MailSetup mail, OutboxSignal outbox, TimeProvider clock, ILogger<WarnOfEndings> logger) : BackgroundService
{
    private const int Bite = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Members whose end was told.</summary>
    public async Task<int> RoundAsync(CancellationToken ct)
    {
        if (!mail.IsOn)
        {
            return 0;
        }

        for (var total = 0; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var told = await TellAsync(scope.ServiceProvider.GetRequiredService<KinviteDbContext>(), ct);
            total += told;
            if (told < Bite)
            {
                return total;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name); // the database may be away for a moment; the next round catches up
            }
        }
    }

    private async Task<int> TellAsync(KinviteDbContext db, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ending = await db.Database.SqlQuery<Claimed>($"""
            UPDATE members SET warned_of = access_until WHERE (family_id, id) IN (
                SELECT family_id, id FROM members
                WHERE access_until > {now} AND access_until <= {now + Member.WarnedBefore} AND warned_of IS DISTINCT FROM access_until AND account_id IS NOT NULL
                ORDER BY access_until LIMIT {Bite} FOR UPDATE SKIP LOCKED)
            RETURNING family_id AS "FamilyId", id AS "Id"
            """).ToListAsync(ct);
        if (ending.Count == 0)
        {
            return 0;
        }

        var families = ending.Select(e => e.FamilyId).Distinct().ToList();
        var members = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => families.Contains(m.FamilyId)).ToListAsync(ct);
        var kindOf = await db.Families.Where(f => families.Contains(f.Id)).ToDictionaryAsync(f => f.Id, f => f.Kind, ct);
        foreach (var family in ending.GroupBy(e => e.FamilyId))
        {
            if (kindOf.TryGetValue(family.Key, out var key) && kinds.TryFind(key) is { } kind)
            {
                var people = members.Where(m => m.FamilyId == family.Key).ToList();
                db.AddRange(family.SelectMany(e => WhoIsTold(people, e.Id, kind, now).Select(to => OutboxMessage.Of(MessageTypes.Ending, e.Id, now, recipientId: to))));
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        outbox.Wake();
        return ending.Count;
    }

    private static IEnumerable<Guid> WhoIsTold(List<Member> people, Guid ending, FamilyKind kind, DateTimeOffset now) =>
        people.Find(m => m.Id == ending) is not { AccountId: { } own } target
            ? []
            : people.Where(m => m.Id != ending && m.AccountId is not null && m.AsActor(kind, now) is { } actor && target.MayBeExtendedBy(actor, kind))
                .Select(m => m.AccountId!.Value).Prepend(own);

    [LoggerMessage(3160, LogLevel.Warning, "Those whose time in a family ends could not be told ({Fault})")]
    private partial void LogFailed(string fault);

    private sealed record Claimed(Guid FamilyId, Guid Id);
}
