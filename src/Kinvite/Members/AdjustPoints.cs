using System.Globalization;
using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Points for somebody, or from them.</summary>
/// <param name="Delta">How many: -10,000 to 10,000, not 0; below 0 they are taken.</param>
/// <param name="Reason">What for, at most 200 characters; the member can read it.</param>
public sealed record AdjustPointsRequest(int? Delta, string? Reason = null);

/// <summary>Gives points or takes some. The family is locked, so that the total is exact however many give at once; it may fall below 0.</summary>
internal sealed class AdjustPoints(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, Idempotency idempotency, TimeProvider clock)
{
    public Task<Result<MemberResponse>> HandleAsync(Guid familyId, Guid memberId, AdjustPointsRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(
            _ => AgainAsync(familyId, memberId, ct), () => transaction.RunAsync(familyId, family => AdjustAsync(family, memberId, request, ct), ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/members/{id:guid}/points", PostAsync).Idempotent()
        .WithName(nameof(AdjustPoints)).Produces<MemberResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<MemberResponse>> AgainAsync(Guid familyId, Guid memberId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var member = await FindAsync(db.Members.AsNoTracking(), familyId, memberId, entered.Value, ct);
        return member is null ? Problem.NotFound : await ShowAsync(member, entered.Value, ct);
    }

    private async Task<Result<MemberResponse>> AdjustAsync(Family family, Guid memberId, AdjustPointsRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        if (await FindAsync(db.Members, family.Id, memberId, me, ct) is not { } target)
        {
            return Problem.NotFound;
        }

        if (me.LacksForPointsOf(target) is { } lacks)
        {
            return lacks;
        }

        if (PointsRule.Check(request.Delta, request.Reason) is var given && given.Refused(out problem))
        {
            return problem;
        }

        var (delta, reason) = given.Value;
        if (PointsRule.Total(target.Points, delta) is var total && total.Refused(out problem))
        {
            return problem;
        }

        var now = clock.Now();
        var last = await db.PointEntries.Where(p => p.FamilyId == family.Id && p.MemberId == target.Id).MaxAsync(p => (DateTimeOffset?)p.At, ct);
        // Ids order the history, and within a millisecond they order nothing: it counts on from the entry before, whichever server's clock that had.
        var at = last is { } before && now < before.AddMilliseconds(1) ? before.AddMilliseconds(1) : now;
        target.Points = total.Value;
        var entry = new PointEntry
        {
            FamilyId = family.Id,
            Id = Guid.CreateVersion7(at),
            MemberId = target.Id,
            At = at,
            Delta = delta,
            Total = total.Value,
            Reason = reason,
            By = me.Member.Id,
            ByName = me.Member.Name,
        };
        db.Add(entry);
        db.Add(ActivityEntry.Of(
            ActivityTypes.PointsAdjusted, family.Id, me.Member, now, (target.Id, target.Name), target.IsChildIn(me.Kind) ? [target.Id] : [],
            new()
            {
                ["delta"] = delta.ToString(CultureInfo.InvariantCulture),
                ["total"] = total.Value.ToString(CultureInfo.InvariantCulture),
            }));
        if (await idempotency.KeepAsync(200, [entry.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return await ShowAsync(target, me, ct);
    }

    private static Task<Member?> FindAsync(IQueryable<Member> members, Guid familyId, Guid memberId, Insider me, CancellationToken ct) =>
        members.Include(m => m.Children).Where(m => m.FamilyId == familyId && m.Id == memberId).Where(Visible.Members(me.Actor)).SingleOrDefaultAsync(ct);

    private async Task<MemberResponse> ShowAsync(Member member, Insider me, CancellationToken ct) => MemberResponse.Of(
        member, me,
        await db.Members.Where(m => m.FamilyId == member.FamilyId && m.Id == member.InvitedBy).Where(Visible.Members(me.Actor)).Select(m => m.Name).SingleOrDefaultAsync(ct));

    [EndpointSummary("Give or take points")]
    [EndpointDescription("For who may do points.adjust; in kinds without points nobody may. The total may fall below 0; its limits are -1,000,000 and 1,000,000.")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, AdjustPointsRequest request, AdjustPoints adjust, CancellationToken ct) =>
        (await adjust.HandleAsync(familyId, id, request, ct)).ToOk();
}
