using Kinvite.Activity;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>Hands a family over.</summary>
/// <param name="MemberId">Who owns it from now on: somebody with an account whose access has no end, who sees the whole family or, where people are let in for children alone, looks after every one of them.</param>
public sealed record TransferFamilyRequest(Guid? MemberId);

/// <summary>A family has exactly one owner: it moves, and the giver keeps the most that their role may hold (design.md §3 rule 2).</summary>
internal sealed class TransferFamily(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid familyId, TransferFamilyRequest request, CancellationToken ct) =>
        request.MemberId is { } memberId
            ? await transaction.RunAsync(familyId, family => TransferAsync(family, memberId, ct), ct)
            : Problem.Invalid("memberId", "Give the member who is to own the family.");

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/owner", PostAsync)
        .WithName(nameof(TransferFamily)).Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> TransferAsync(Family family, Guid memberId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.FamilyTransfer)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var giver = me.Member;
        if (await db.Members.Include(m => m.Children).SingleOrDefaultAsync(m => m.FamilyId == family.Id && m.Id == memberId, ct) is not { } taker)
        {
            return Problem.NotFound;
        }

        if (taker.Id == giver.Id)
        {
            return taker.Id;
        }

        if (!taker.CanOwn(me.Kind, await db.ChildrenOfAsync(family.Id, me.Kind, ct)))
        {
            return MemberProblems.CannotOwn;
        }

        var now = clock.Now();
        giver.Permission = me.Kind.HighestOf(me.Kind.FindRole(giver.Role)!);
        taker.Own();
        family.OwnerId = taker.Id;
        await db.EndAboveAsync(family.Id, giver.Id, giver.AsActor(me.Kind, now), me.Kind, now, ct);
        db.AddRange(
            ActivityEntry.Of(ActivityTypes.MemberChanged, family.Id, giver, now, (taker.Id, taker.Name), data: new() { ["permission"] = "owner" }),
            ActivityEntry.Of(ActivityTypes.MemberChanged, family.Id, giver, now, (giver.Id, giver.Name), data: new() { ["permission"] = PermissionName.Of(giver.Permission) }));
        await db.SaveChangesAsync(ct);
        return taker.Id;
    }

    [EndpointSummary("Hand the family over")]
    [EndpointDescription("That member is the owner from now on; the giver keeps the most that their role may hold.")]
    private static async Task<IResult> PostAsync(Guid familyId, TransferFamilyRequest request, TransferFamily transfer, CancellationToken ct) =>
        (await transfer.HandleAsync(familyId, request, ct)).ToHttp(_ => TypedResults.NoContent());
}
