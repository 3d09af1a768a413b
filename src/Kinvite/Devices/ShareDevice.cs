using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>A tablet that all children of the family use.</summary>
/// <param name="Name">1 to 80 characters: which it is, such as <c>Kitchen</c>.</param>
public sealed record ShareDeviceRequest(string? Name);

/// <summary>A shared tablet, at the one moment when its token exists in the clear.</summary>
/// <param name="Id">For removing it.</param>
/// <param name="Name">Which it is.</param>
/// <param name="DeviceToken">For <c>Authorization: Bearer</c> at <c>/api/device</c>; shown once, kept only as SHA-256. Null when the same call is sent again with its Idempotency-Key: remove it and add it anew.</param>
public sealed record SharedDeviceResponse(Guid Id, string Name, string? DeviceToken);

/// <summary>Makes a device the family's tablet.</summary>
internal sealed class ShareDevice(KinviteDbContext db, FamilyTransaction transaction, FamilyDoor door, Idempotency idempotency, TimeProvider clock)
{
    public Task<Result<SharedDeviceResponse>> HandleAsync(Guid familyId, ShareDeviceRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(
            kept => AgainAsync(familyId, kept.Made[0], ct), () => transaction.RunAsync(familyId, family => ShareAsync(family, request, ct), ct), ct);

    public static void Map(IEndpointRouteBuilder family) => family.MapPost("/devices", PostAsync).Idempotent()
        .WithName(nameof(ShareDevice)).Produces<SharedDeviceResponse>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<SharedDeviceResponse>> AgainAsync(Guid familyId, Guid id, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        if (RightsRule.MayShareDevices(entered.Value.Actor) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        var device = await db.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.FamilyId == familyId && d.Id == id, ct);
        return device is null ? Problem.NotFound : new SharedDeviceResponse(device.Id, device.Name, DeviceToken: null);
    }

    private async Task<Result<SharedDeviceResponse>> ShareAsync(Family family, ShareDeviceRequest request, CancellationToken ct)
    {
        var entered = await door.EnterAsync(family, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        if (RightsRule.MayShareDevices(me.Actor) is { Allowed: false } no)
        {
            return Problem.RightsMissing with { Detail = no.Because };
        }

        var errors = new FieldErrors();
        var name = errors.Take("name", PersonName.Parse(request.Name));
        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        if (await db.Devices.CountAsync(d => d.FamilyId == family.Id, ct) >= Device.Most)
        {
            return DeviceProblems.TooMany;
        }

        var (device, token) = Device.Share(name!, me.Member, clock.Now());
        db.Add(device);
        if (await idempotency.KeepAsync(201, [device.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return new SharedDeviceResponse(device.Id, device.Name, token);
    }

    [EndpointSummary("Add a shared tablet")]
    [EndpointDescription("For who looks after the children of this family or manages its settings. With the token the tablet shows the children's faces and lets them in; at most 20 a family.")]
    private static async Task<IResult> PostAsync(Guid familyId, ShareDeviceRequest request, ShareDevice share, CancellationToken ct) =>
        (await share.HandleAsync(familyId, request, ct)).ToHttp(device => TypedResults.Created($"/api/families/{familyId}/devices/{device.Id}", device));
}
