using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>A tablet is the family's no more: its token is worth nothing, and whoever is in on it is out, on every server at the next request.</summary>
internal sealed class RemoveDevice(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door)
{
    public Task<Result<Guid>> HandleAsync(Guid familyId, Guid deviceId, CancellationToken ct) =>
        transaction.RunAsync(familyId, family => RemoveAsync(family, deviceId, ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapDelete("/devices/{id:guid}", DeleteAsync)
        .WithName(nameof(RemoveDevice)).Produces(204).ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<Guid>> RemoveAsync(Family family, Guid deviceId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        if (RightsRule.MayShareDevices(entered.Value.Actor) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        if (await db.Devices.SingleOrDefaultAsync(d => d.FamilyId == family.Id && d.Id == deviceId, ct) is not { } device)
        {
            return Problem.NotFound;
        }

        // Its sessions go with the row.
        db.Remove(device);
        await db.SaveChangesAsync(ct);
        return deviceId;
    }

    [EndpointSummary("Remove a shared tablet")]
    [EndpointDescription("Whoever is in on it is out at once.")]
    private static async Task<IResult> DeleteAsync(Guid familyId, Guid id, RemoveDevice remove, CancellationToken ct) =>
        (await remove.HandleAsync(familyId, id, ct)).ToHttp(_ => TypedResults.NoContent());
}
