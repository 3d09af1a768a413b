using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>A child may try its digits again: the wrong ones so far are forgotten.</summary>
internal sealed class UnlockPin(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => UnlockAsync(family, memberId, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/members/{id:guid}/pin/unlock", PostAsync)
        .WithName(nameof(UnlockPin)).Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> UnlockAsync(Family family, Guid memberId, CancellationToken ct)
    {
        var found = await db.PinHolderAsync(door, family, memberId, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var (me, child) = found.Value;
        if (child.PinTries > PinRule.Free)
        {
            db.Add(ActivityEntry.Of(ActivityTypes.PinChanged, family.Id, me.Member, clock.Now(), (child.Id, child.Name), [child.Id], new() { ["what"] = "unlocked" }));
            await db.SaveChangesAsync(ct);
        }

        // Not what was read: a try may have been counted since, and is forgotten, too.
        await db.Members.Where(m => m.FamilyId == family.Id && m.Id == memberId)
            .ExecuteUpdateAsync(s => s.SetProperty(m => m.PinTries, (short)0).SetProperty(m => m.PinLockedUntil, (DateTimeOffset?)null), ct);
        return child.Id;
    }

    [EndpointSummary("Let a child try its digits again")]
    [EndpointDescription("After five wrong ones a child waits, longer each time; after ten only this opens it again.")]
    private static async Task<IResult> PostAsync(Guid familyId, Guid id, UnlockPin unlock, CancellationToken ct) =>
        (await unlock.HandleAsync(familyId, id, ct)).ToHttp(_ => TypedResults.NoContent());
}
