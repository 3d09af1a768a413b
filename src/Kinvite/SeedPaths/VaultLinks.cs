using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Rights;

namespace Kinvite.SeedPaths;

/// <summary>Makes the open link of the caller's default family; the one before ends.</summary>
/// <param name="Permission"><c>view</c> or <c>edit</c>; view when left out. More is never given to whoever has a link.</param>
/// <param name="ExpiresInDays">1–90 whole days.</param>
/// <param name="RequireLogin">False: a name is enough, for a guest who can look.</param>
/// <param name="FamilyRole">A role of the family's kind that may be invited; the default one when left out.</param>
public sealed record VaultLinkRequest(Permission? Permission = null, int ExpiresInDays = 7, bool RequireLogin = true, string? FamilyRole = null);

/// <summary>The link that was made.</summary>
/// <param name="Id">For withdrawing it.</param>
/// <param name="Url">The link, with the secret as its last path segment.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record VaultLink(Guid Id, string Url, DateTimeOffset ExpiresAt);

/// <summary>The link that works now.</summary>
/// <param name="Url">The link.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record VaultCurrentLink(string Url, DateTimeOffset ExpiresAt);

/// <summary><c>/api/family/invite-links</c>: one that works at a time, shown as often as one asks.</summary>
internal static class VaultLinks
{
    public static void Map(IEndpointRouteBuilder family)
    {
        family.MapPost("/invite-links", PostAsync).Idempotent().WithName("CreateVaultLink").Produces<VaultLink>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
        family.MapGet("/invite-links/current", GetAsync).WithName("CurrentVaultLink").Produces<VaultCurrentLink>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(409);
    }

    [EndpointSummary("Make the open link of my default family")]
    [EndpointDescription("The one before stops working.")]
    private static async Task<IResult> PostAsync(VaultLinkRequest request, CallersFamily callers, CreateInviteLink create, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        if (found.Refused(out var problem))
        {
            return problem.ToHttp();
        }

        if (request.FamilyRole == "owner")
        {
            return Problem.Invalid("familyRole", "Ownership is handed over, never given with a link.").ToHttp();
        }

        var made = await create.HandleAsync(
            found.Value.Family.Id, new CreateInviteLinkRequest(request.FamilyRole, request.Permission, request.ExpiresInDays, request.RequireLogin), ct);
        return made.Refused(out problem)
            ? problem.Renamed(("role", "familyRole")).ToHttp()
            : TypedResults.Ok(new VaultLink(made.Value.Id, made.Value.Url, made.Value.ExpiresAt));
    }

    [EndpointSummary("My default family's open link")]
    [EndpointDescription("url is null, and nothing else there, when no link works.")]
    private static async Task<IResult> GetAsync(CallersFamily callers, CurrentInviteLink current, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return found.Refused(out var problem)
            ? problem.ToHttp()
            : (await current.HandleAsync(found.Value.Family.Id, ct)).ToHttp<InviteLinkResponse?>(link => link is null
                ? TypedResults.Ok(new NoInviteLinkResponse(null))
                : TypedResults.Ok(new VaultCurrentLink(link.Url, link.ExpiresAt)));
    }
}
