using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Devices;

/// <summary>What a shared tablet shows.</summary>
/// <param name="FamilyName">Whose it is.</param>
/// <param name="Faces">The children without an account, oldest in the family first.</param>
public sealed record FacesResponse(string FamilyName, IReadOnlyList<Face> Faces);

/// <summary>A child that may come in.</summary>
/// <param name="MemberId">For signing in.</param>
/// <param name="Name">How the family calls it.</param>
/// <param name="Avatar">A name of the built-in set; null = the letters of the name.</param>
/// <param name="HasPin">Whether it types four digits; else the face is enough.</param>
public sealed record Face(Guid MemberId, string Name, string? Avatar, bool HasPin);

/// <summary>Who may come in on this tablet.</summary>
internal sealed class ListFaces(KinviteDbContext db, TimeProvider clock)
{
    public async Task<FacesResponse> HandleAsync(Tablet tablet, CancellationToken ct)
    {
        var now = clock.Now();
        var roles = tablet.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        return new(tablet.Family.Name, await db.Members.AsNoTracking()
            .Where(m => m.FamilyId == tablet.Family.Id && m.AccountId == null && roles.Contains(m.Role) && (m.AccessUntil == null || m.AccessUntil > now))
            .OrderBy(m => m.Id).Select(m => new Face(m.Id, m.Name, m.Avatar, m.PinHash != null)).ToListAsync(ct));
    }

    public static void Map(IEndpointRouteBuilder device) => device.MapGet("", GetAsync)
        .WithName(nameof(ListFaces)).Produces<FacesResponse>().ProducesProblem(401);

    [EndpointSummary("The faces on this tablet")]
    [EndpointDescription("With the tablet's token as bearer.")]
    private static async Task<IResult> GetAsync(HttpRequest request, TabletDoor door, ListFaces faces, CancellationToken ct) =>
        await door.FindAsync(request, ct) is { } tablet ? TypedResults.Ok(await faces.HandleAsync(tablet, ct)) : Problem.AuthRequired.ToHttp();
}
