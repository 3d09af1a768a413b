using Kinvite.Activity;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// A person has touched the invitation's page. Opening it says nothing, because scanners and previews do; so this is a POST that the page's script sends
/// at the first touch, and it counts once.
/// </summary>
internal sealed class SeenInvite(KinviteDbContext db, FamilyTransaction transaction, KeyRing keys, TimeProvider clock)
{
    public async Task<Result<OkResponse>> HandleAsync(string token, CancellationToken ct)
    {
        if (keys.Read(token) is not { } link || link.Kind == LinkKind.Open)
        {
            return InvitationProblems.Unknown;
        }

        // Nothing new to say: no lock for it.
        if (!await Unseen(link).AnyAsync(ct))
        {
            return OkResponse.Yes;
        }

        var result = await transaction.RunForInvitationAsync(link.Id, family => SeeAsync(family, link, ct), ct);
        return result.Problem == Problem.NotFound ? OkResponse.Yes : result;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/invites/{token}/seen", PostAsync)
        .RequireIpLimit(CallerLimits.Preview)
        .WithName(nameof(SeenInvite)).Produces(204).ProducesProblem(404).ProducesProblem(429);

    private async Task<Result<OkResponse>> SeeAsync(Family family, LinkToken link, CancellationToken ct)
    {
        if (await Unseen(link).Include(i => i.Children).SingleOrDefaultAsync(ct) is { } invitation)
        {
            var now = clock.Now();
            invitation.SeenAt = now;
            db.Add(ActivityEntry.Of(
                ActivityTypes.InviteSeen, family.Id, null, now, (invitation.Id, invitation.Name), invitation.Concerns));
            await db.SaveChangesAsync(ct);
        }

        return OkResponse.Yes;
    }

    // By this link: an older one was perhaps opened by somebody who has nothing to do with it any more.
    private IQueryable<Invitation> Unseen(LinkToken link)
    {
        var now = clock.Now();
        return db.Invitations.Where(i => i.Id == link.Id && i.Generation == link.Generation && i.SeenAt == null && i.ExpiresAt > now
            && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced)
            && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now)));
    }

    [EndpointSummary("Somebody looks at the invitation")]
    [EndpointDescription("Sent by script at the first touch, key or scroll. The first time counts; opening the link does not.")]
    private static async Task<IResult> PostAsync(string token, SeenInvite seen, CancellationToken ct) =>
        (await seen.HandleAsync(token, ct)).ToHttp(_ => TypedResults.NoContent());
}
