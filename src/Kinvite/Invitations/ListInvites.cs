using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>A family's invitations, for those who may manage them; two statements however many they are.</summary>
internal sealed class ListInvites(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    // The list that every page and app opens with, for whoever manages the whole family: compiled once, because putting such a query together
    // and finding it in the cache again costs as much as running it. The same rows as InviteRow.Of makes.
    private static readonly Func<KinviteDbContext, Guid, Guid, DateTimeOffset, int, IAsyncEnumerable<InviteRow>> Waiting =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid familyId, Guid before, DateTimeOffset now, int most) =>
            from i in db.Invitations.AsNoTracking().Include(i => i.Children)
                .Where(i => i.FamilyId == familyId && i.Id.CompareTo(before) < 0
                    && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now)
                .OrderByDescending(i => i.Id).Take(most)
            from message in db.Outbox.Where(o => o.Id == db.Outbox
                .Where(m => m.SubjectId == i.Id && m.Type == MessageTypes.Invitation && m.Generation == i.Generation)
                .OrderByDescending(m => m.Id).Select(m => (Guid?)m.Id).FirstOrDefault()).DefaultIfEmpty()
            select new InviteRow
            {
                Invitation = i,
                Message = message,
                InviterName = db.Members.Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).Select(m => m.Name).FirstOrDefault(),
                AcceptedName = null, // nobody has accepted what waits
            });

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
        var rows = wanted.Value == InvitationStatus.Pending && entered.Value.Actor.WholeFamily
            ? await Waiting(db, familyId, page.Value.Before, now, page.Value.Take).ToListAsync(ct)
            : await InviteRow.Of(db, Asked(familyId, wanted.Value, entered.Value.Actor, page.Value, now)).ToListAsync(ct);
        return page.Value.Cut([.. rows.Select(r => InviteResponse.Of(r, now))], i => i.Id);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/invites", GetAsync)
        .WithName(nameof(ListInvites)).Produces<Page<InviteResponse>>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    private IQueryable<Invitation> Asked(Guid familyId, InvitationStatus? status, Actor actor, PageRequest page, DateTimeOffset now)
    {
        var query = db.Invitations.AsNoTracking().Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && i.Id.CompareTo(page.Before) < 0)
            .Where(Visible.Invitations(actor));
        query = status is not { } only ? query : only switch
        {
            InvitationStatus.Pending => query.Where(i => (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now),
            InvitationStatus.Bounced => query.Where(i => i.Status == InvitationStatus.Bounced && i.ExpiresAt > now),
            InvitationStatus.Expired => query.Where(i =>
                i.Status == InvitationStatus.Expired || ((i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt <= now)),
            InvitationStatus.Accepted or InvitationStatus.Declined or InvitationStatus.Revoked => query.Where(i => i.Status == only),
        };
        return query.OrderByDescending(i => i.Id).Take(page.Take);
    }

    [EndpointSummary("A family's invitations")]
    [EndpointDescription("status=pending (default) lists what can still be accepted; status=all is the history.")]
    private static async Task<IResult> GetAsync(Guid familyId, string? status, int? limit, string? cursor, ListInvites list, CancellationToken ct) =>
        (await list.HandleAsync(familyId, status, limit, cursor, ct)).ToOk();
}
