using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>A shared tablet of a family; never its token.</summary>
/// <param name="Id">For removing it.</param>
/// <param name="Name">Which it is.</param>
/// <param name="AddedBy">Who added it, with the name of that time.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastSeenAt">When it was last used, to the hour.</param>
public sealed record DeviceResponse(Guid Id, string Name, MemberReference AddedBy, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <summary>The family's shared tablets, newest first.</summary>
internal sealed class ListDevices(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<Page<DeviceResponse>>> HandleAsync(Guid familyId, int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem))
        {
            return problem;
        }

        if (RightsRule.MayShareDevices(entered.Value.Actor) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        var rows = await db.Devices.AsNoTracking().Where(d => d.FamilyId == familyId && d.Id.CompareTo(page.Value.Before) < 0)
            .OrderByDescending(d => d.Id).Take(page.Value.Take)
            .Select(d => new { Device = d, Here = db.Members.Any(m => m.FamilyId == familyId && m.Id == d.AddedBy) }).ToListAsync(ct);
        return page.Value.Cut(
            [.. rows.Select(r => new DeviceResponse(r.Device.Id, r.Device.Name, new(r.Here ? r.Device.AddedBy : null, r.Device.AddedByName), r.Device.CreatedAt, r.Device.LastSeenAt))],
            d => d.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/devices", GetAsync)
        .WithName(nameof(ListDevices)).Produces<Page<DeviceResponse>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("The family's shared tablets")]
    private static async Task<IResult> GetAsync(Guid familyId, int? limit, string? cursor, ListDevices list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, limit, cursor, ct)).ToOk();
}
