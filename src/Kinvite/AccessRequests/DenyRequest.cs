using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Does not let somebody in.</summary>
/// <param name="Block">True: the family sees no more requests of this account; it is told nothing of that.</param>
public sealed record DenyRequestRequest(bool Block = false);

/// <summary>A manager does not let somebody in; they may ask again after a time of rest, and when they are blocked nobody hears of it.</summary>
internal sealed class DenyRequest(KinviteDbContext db, FamilyTransaction transaction, RequestDesk desk, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(Guid familyId, Guid requestId, DenyRequestRequest answer, CancellationToken ct)
    {
        var result = await transaction.RunAsync(familyId, family => DenyAsync(family, requestId, answer.Block, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/access-requests/{id:guid}/deny", PostAsync)
        .WithName(nameof(DenyRequest)).Produces<OkResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<OkResponse>> DenyAsync(Family family, Guid requestId, bool block, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, requestId, ct);
        if (taken.Refused(out var problem) || (block && (problem = RequestBlock.Lacks(taken.Value.Me.Actor)) is not null))
        {
            return problem;
        }

        var (me, request) = taken.Value;
        var now = clock.Now();
        if (request.Resolve(AccessRequestStatus.Denied, me.Member.Id, now) is { } resolved)
        {
            return resolved;
        }

        db.Add(ActivityEntry.Of(ActivityTypes.RequestDenied, family.Id, me.Member, now, (request.Id, request.Name), await ChildrenAsync(request, ct)));
        db.Add(OutboxMessage.Of(MessageTypes.Denied, request.Id, now, recipientId: request.AccountId));
        if (block)
        {
            await BlockAsync(request, me.Member.Id, now, ct);
        }

        await db.SaveChangesAsync(ct);
        return OkResponse.Yes;
    }

    private async Task<IEnumerable<Guid>> ChildrenAsync(AccessRequest request, CancellationToken ct) => request.ChildId is { } child
        ? [child]
        : await db.InvitationChildren.Where(c => c.FamilyId == request.FamilyId && c.InvitationId == request.InvitationId).Select(c => c.ChildId).ToListAsync(ct);

    // One no for all that they have asked here.
    private async Task BlockAsync(AccessRequest denied, Guid memberId, DateTimeOffset now, CancellationToken ct)
    {
        if (!await db.RequestBlocks.AnyAsync(b => b.FamilyId == denied.FamilyId && b.AccountId == denied.AccountId, ct))
        {
            db.Add(new RequestBlock { FamilyId = denied.FamilyId!.Value, AccountId = denied.AccountId, CreatedAt = now });
        }

        foreach (var other in await db.AccessRequests
            .Where(r => r.FamilyId == denied.FamilyId && r.AccountId == denied.AccountId && r.Id != denied.Id && r.Status == AccessRequestStatus.Pending).ToListAsync(ct))
        {
            other.Resolve(AccessRequestStatus.Denied, memberId, now);
        }
    }

    [EndpointSummary("Do not let somebody in")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, DenyRequestRequest? request, DenyRequest deny, CancellationToken ct) =>
        (await deny.HandleAsync(familyId, id, request ?? new(), ct)).ToOk();
}
