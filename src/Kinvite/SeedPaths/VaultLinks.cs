using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Rights;

namespace Kinvite.SeedPaths;

/// <summary><c>/api/family/invite-links</c>: there are no open links here yet, and none is pretended.</summary>
internal static class VaultLinks
{
    public static void Map(IEndpointRouteBuilder family)
    {
        family.MapPost("/invite-links", RefuseAsync).WithName("CreateVaultLink").ProducesProblem(401).ProducesProblem(403).ProducesProblem(409)
            .WithSummary("Make an open link").WithDescription("Always refused: this server has no open links.");
        family.MapGet("/invite-links/current", RefuseAsync).WithName("CurrentVaultLink").ProducesProblem(401).ProducesProblem(403).ProducesProblem(409)
            .WithSummary("The open link in use").WithDescription("Always refused: this server has no open links.");
    }

    private static async Task<IResult> RefuseAsync(CallersFamily callers, CancellationToken ct)
    {
        var found = await callers.FindAsync(ct);
        return (found.Problem ?? found.Value.Lacks(Capabilities.InvitesManage) ?? InvitationProblems.ChannelUnavailable).ToHttp();
    }
}
