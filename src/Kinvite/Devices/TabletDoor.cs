using Kinvite.Accounts;
using Kinvite.Families;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>A family's tablet that has shown its token.</summary>
internal sealed record Tablet(Device Device, Family Family, FamilyKind Kind);

/// <summary>Finds the tablet that calls, on every request anew: once removed it is nobody's.</summary>
internal sealed class TabletDoor(KinviteDbContext db, FamilyKinds kinds, TimeProvider clock)
{
    private const string BearerPrefix = "Bearer ";

    /// <summary>By the token as bearer; null when it is none, or of a tablet that was removed.</summary>
    public Task<Tablet?> FindAsync(HttpRequest request, CancellationToken ct)
    {
        var header = request.Headers.Authorization.ToString();
        return FindAsync(header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? header[BearerPrefix.Length..].Trim() : null, ct);
    }

    /// <summary>By the token: one statement, and once an hour another.</summary>
    public async Task<Tablet?> FindAsync(string? token, CancellationToken ct)
    {
        if (SessionToken.Parse(token) is not { } given)
        {
            return null;
        }

        var found = await (
            from device in db.Devices.AsNoTracking()
            where device.Id == given.SessionId
            join family in db.Families.AsNoTracking() on device.FamilyId equals family.Id
            select new { Device = device, Family = family }).SingleOrDefaultAsync(ct);
        if (found is null || !found.Device.IsSecret(given.Secret) || kinds.TryFind(found.Family.Kind) is not { } kind)
        {
            return null;
        }

        var now = clock.Now();
        if (now - found.Device.LastSeenAt >= Device.SeenInterval)
        {
            await db.Devices.Where(d => d.Id == found.Device.Id && d.LastSeenAt == found.Device.LastSeenAt)
                .ExecuteUpdateAsync(s => s.SetProperty(d => d.LastSeenAt, now), ct);
        }

        return new Tablet(found.Device, found.Family, kind);
    }
}
