using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>The digits that a child types on a shared tablet.</summary>
/// <param name="Pin">Exactly four digits, none that others would guess.</param>
public sealed record SetPinRequest(string? Pin);

/// <summary>Gives a child its digits, or others. Whoever came in with the old ones is out.</summary>
internal sealed class SetPin(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, PinHashes hashes, TimeProvider clock)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid memberId, SetPinRequest request, CancellationToken ct)
    {
        // Slow on purpose, and therefore before the family is locked.
        var hash = PinRule.IsPin(request.Pin) ? hashes.Of(memberId, request.Pin!) : null;
        return transaction.RunAsync(familyId, family => SetAsync(family, memberId, request.Pin, hash, ct), ct);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapPut("/members/{id:guid}/pin", PutAsync)
        .WithName(nameof(SetPin)).Produces(204).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<Guid>> SetAsync(Family family, Guid memberId, string? pin, string? hash, CancellationToken ct)
    {
        var found = await db.PinHolderAsync(door, family, memberId, ct);
        if (found.Refused(out var problem))
        {
            return problem;
        }

        var (me, child) = found.Value;
        var now = clock.Now();
        if (PinRule.Refuses(pin, child.BirthYear, now) is { } wrong)
        {
            return Problem.Invalid("pin", wrong);
        }

        (child.PinHash, child.PinTries, child.PinLockedUntil) = (hash, 0, null);
        db.Add(ActivityEntry.Of(ActivityTypes.PinChanged, family.Id, me.Member, now, (child.Id, child.Name), [child.Id], new() { ["what"] = "set" }));
        await db.SaveChangesAsync(ct);
        await db.EndTabletSessionsAsync(family.Id, child.Id, now, ct);
        return child.Id;
    }

    [EndpointSummary("Give a child its digits for shared tablets")]
    [EndpointDescription("For who looks after the child or manages it. Digits that others would guess are refused: 0000, 1212, 1234, 4321, 2580, a year in which a child is born.")]
    private static async Task<IResult> PutAsync(Guid familyId, Guid id, SetPinRequest request, SetPin set, CancellationToken ct) =>
        (await set.HandleAsync(familyId, id, request, ct)).ToHttp(_ => TypedResults.NoContent());
}
