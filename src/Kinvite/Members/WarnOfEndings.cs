using Kinvite.Delivery;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>
/// The day before somebody's time in a family ends, or what they see of one child, they are told, and so are those who may extend it: once for each
/// end. It is claimed by the statement that marks it, which commits with the messages, so that two servers never tell the same thing twice.
/// </summary>
internal sealed partial class WarnOfEndings(
    IServiceScopeFactory scopes, FamilyKinds kinds, MailSetup mail, OutboxSignal outbox, TimeProvider clock, ILogger<WarnOfEndings> logger) : BackgroundService
{
    private const int Bite = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Ends that were told.</summary>
    public async Task<int> RoundAsync(CancellationToken ct)
    {
        if (!mail.IsOn)
        {
            return 0;
        }

        for (var total = 0; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<KinviteDbContext>();
            var (members, children) = (await TellAsync(db, ClaimMembersAsync, ct), await TellAsync(db, ClaimChildrenAsync, ct));
            total += members + children;
            if (members < Bite && children < Bite)
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

    private static Task<List<Claimed>> ClaimMembersAsync(KinviteDbContext db, DateTimeOffset now, CancellationToken ct) => db.Database.SqlQuery<Claimed>($"""
        UPDATE members SET warned_of = access_until WHERE (family_id, id) IN (
            SELECT family_id, id FROM members
            WHERE access_until > {now} AND access_until <= {now + Member.WarnedBefore} AND warned_of IS DISTINCT FROM access_until AND account_id IS NOT NULL
            ORDER BY access_until LIMIT {Bite} FOR UPDATE SKIP LOCKED)
        RETURNING family_id AS "FamilyId", id AS "Id", NULL::uuid AS "ChildId"
        """).ToListAsync(ct);

    // What does not outlast the membership ends with it.
    private static Task<List<Claimed>> ClaimChildrenAsync(KinviteDbContext db, DateTimeOffset now, CancellationToken ct) => db.Database.SqlQuery<Claimed>($"""
        UPDATE member_children SET warned_of = until WHERE (family_id, member_id, child_id) IN (
            SELECT c.family_id, c.member_id, c.child_id FROM member_children c JOIN members m ON m.family_id = c.family_id AND m.id = c.member_id
            WHERE c.until > {now} AND c.until <= {now + Member.WarnedBefore} AND c.warned_of IS DISTINCT FROM c.until AND m.account_id IS NOT NULL
              AND (m.access_until IS NULL OR m.access_until > c.until)
            ORDER BY c.until LIMIT {Bite} FOR UPDATE OF c SKIP LOCKED)
        RETURNING family_id AS "FamilyId", member_id AS "Id", child_id AS "ChildId"
        """).ToListAsync(ct);

    private async Task<int> TellAsync(KinviteDbContext db, Func<KinviteDbContext, DateTimeOffset, CancellationToken, Task<List<Claimed>>> claim, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ending = await claim(db, now, ct);
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
                // Of several children that end together each reader hears once.
                db.AddRange(family
                    .SelectMany(e => WhoIsTold(people, e, kind, now).Select(to => (e.Id, Type: e.ChildId is null ? MessageTypes.Ending : MessageTypes.ChildEnding, To: to)))
                    .Distinct().Select(t => OutboxMessage.Of(t.Type, t.Id, now, recipientId: t.To)));
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        outbox.Wake();
        return ending.Count;
    }

    private static IEnumerable<Guid> WhoIsTold(List<Member> people, Claimed ending, FamilyKind kind, DateTimeOffset now) =>
        people.Find(m => m.Id == ending.Id) is not { AccountId: { } own } target
            ? []
            : people.Where(m => m.Id != ending.Id && m.AccountId is not null && m.AsActor(kind, now) is { } actor && target.MayBeExtendedBy(actor, kind, ending.ChildId))
                .Select(m => m.AccountId!.Value).Prepend(own);

    [LoggerMessage(3160, LogLevel.Warning, "Those whose time in a family ends could not be told ({Fault})")]
    private partial void LogFailed(string fault);

    private sealed record Claimed(Guid FamilyId, Guid Id, Guid? ChildId);
}
