using Kinvite.Hosting;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kinvite.Invitations;

/// <summary>There is no open link that works.</summary>
/// <param name="Url">Always null.</param>
public sealed record NoInviteLinkResponse(string? Url);

/// <summary>The family's open link as long as it works, shown as often as one likes: its token is derived, not kept.</summary>
internal sealed class CurrentInviteLink(KinviteDbContext db, FamilyDoor door, KeyRing keys, IOptions<KinviteOptions> options, TimeProvider clock)
{
    /// <summary>Its answer is null when there is none that works.</summary>
    public async Task<Result<InviteLinkResponse?>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.LacksForLinks) is not null)
        {
            return problem;
        }

        var (me, now) = (entered.Value, clock.Now());
        var found = await (
            from l in db.InviteLinks.AsNoTracking()
            where l.FamilyId == familyId && l.Status == InviteLinkStatus.Active
            from creator in db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == l.FamilyId && m.Id == l.CreatedBy).DefaultIfEmpty()
            select new { Link = l, Creator = creator }).SingleOrDefaultAsync(ct);
        if (found is null || found.Link.StatusAt(now) != InviteLinkStatus.Active || !found.Link.IsBackedBy(found.Creator, me.Kind, now))
        {
            return (InviteLinkResponse?)null;
        }

        if (me.LacksForShowing(found.Link) is { } beyond)
        {
            return beyond;
        }

        await KeyEpochs.FollowAsync(db, keys, ct);
        return InviteLinkResponse.Of(found.Link, keys, options.Value);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invite-links/current", GetAsync)
        .WithName(nameof(CurrentInviteLink)).Produces<InviteLinkResponse>().ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("The open link that works now")]
    [EndpointDescription("With its address, as often as one asks; url is null, and nothing else there, when no link works.")]
    private static async Task<IResult> GetAsync(Guid familyId, CurrentInviteLink current, CancellationToken ct) =>
        (await current.HandleAsync(familyId, ct)).ToHttp<InviteLinkResponse?>(link => link is null ? TypedResults.Ok(new NoInviteLinkResponse(null)) : TypedResults.Ok(link));
}
