using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;

namespace Kinvite.AccessRequests;

/// <summary>A manager does not let somebody in; they may ask again after a time of rest.</summary>
internal sealed class DenyRequest(KinviteDbContext db, FamilyTransaction transaction, RequestDesk desk, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(Guid familyId, Guid requestId, CancellationToken ct)
    {
        var result = await transaction.RunAsync(familyId, family => DenyAsync(family, requestId, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/access-requests/{id:guid}/deny", PostAsync)
        .WithName(nameof(DenyRequest)).Produces<OkResponse>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<OkResponse>> DenyAsync(Family family, Guid requestId, CancellationToken ct)
    {
        var taken = await desk.TakeAsync(family, requestId, ct);
        if (taken.Refused(out var problem))
        {
            return problem;
        }

        var (me, request) = taken.Value;
        var now = clock.Now();
        if (request.Resolve(AccessRequestStatus.Denied, me.Member.Id, now) is { } resolved)
        {
            return resolved;
        }

        db.Add(ActivityEntry.Of(
            ActivityTypes.RequestDenied, family.Id, me.Member, now, (request.Id, request.Name), request.ChildId is { } child ? [child] : []));
        db.Add(OutboxMessage.Of(MessageTypes.Denied, request.Id, now, recipientId: request.AccountId));
        await db.SaveChangesAsync(ct);
        return OkResponse.Yes;
    }

    [EndpointSummary("Do not let somebody in")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, DenyRequest deny, CancellationToken ct) =>
        (await deny.HandleAsync(familyId, id, ct)).ToOk();
}
