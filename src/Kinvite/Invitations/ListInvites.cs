using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>A family's invitations, for those who may manage them; two statements however many they are.</summary>
internal sealed class ListInvites(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<Page<InviteResponse>>> HandleAsync(Guid familyId, string? status, int? limit, string? cursor, CancellationToken ct)
    {
        if (PageRequest.From(limit, cursor) is var page && page.Refused(out var problem))
        {
            return problem;
        }

        if (ListStatus.Parse(status, InvitationStatus.Pending) is var wanted && wanted.Refused(out problem))
        {
            return problem;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var now = clock.Now();
        var query = db.Invitations.AsNoTracking().Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && i.Id.CompareTo(page.Value.Before) < 0)
            .Where(Visible.Invitations(entered.Value.Actor));
        query = wanted.Value is not { } only ? query : only switch
        {
            InvitationStatus.Pending => query.Where(i => (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now),
            InvitationStatus.Bounced => query.Where(i => i.Status == InvitationStatus.Bounced && i.ExpiresAt > now),
            InvitationStatus.Expired => query.Where(i =>
                i.Status == InvitationStatus.Expired || ((i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt <= now)),
            InvitationStatus.Accepted or InvitationStatus.Declined or InvitationStatus.Revoked => query.Where(i => i.Status == only),
        };
        var rows = await InviteRow.Of(db, query.OrderByDescending(i => i.Id).Take(page.Value.Take)).ToListAsync(ct);
        return page.Value.Cut([.. rows.Select(r => InviteResponse.Of(r, now))], i => i.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invites", GetAsync)
        .WithName(nameof(ListInvites)).Produces<Page<InviteResponse>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("A family's invitations")]
    [EndpointDescription("status=pending (default) lists what can still be accepted; status=all is the history.")]
    private static async Task<IResult> GetAsync(Guid familyId, string? status, int? limit, string? cursor, ListInvites list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, status, limit, cursor, ct)).ToOk();
}
