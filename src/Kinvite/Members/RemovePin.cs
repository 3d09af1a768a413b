using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>From now on the face is enough.</summary>
internal sealed class RemovePin(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RemoveAsync(family, memberId, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/members/{id:guid}/pin", DeleteAsync)
        .WithName(nameof(RemovePin)).Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> RemoveAsync(Family family, Guid memberId, CancellationToken ct)
    {
        var found = await db.PinHolderAsync(door, family, memberId, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var (me, child) = found.Value;
        if (child.PinHash is not null)
        {
            (child.PinHash, child.PinTries, child.PinLockedUntil) = (null, 0, null);
            db.Add(ActivityEntry.Of(ActivityTypes.PinChanged, family.Id, me.Member, clock.Now(), (child.Id, child.Name), [child.Id], new() { ["what"] = "removed" }));
            await db.SaveChangesAsync(ct);
        }

        return child.Id;
    }

    [EndpointSummary("Let a child in without digits")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RemovePin remove, CancellationToken ct) =>
        (await remove.HandleAsync(familyId, id, ct)).ToHttp(_ => TypedResults.NoContent());
}
