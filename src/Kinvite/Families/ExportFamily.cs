using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>All that is kept about a family, for its owner. Never a link, a code or anything one could be made of.</summary>
/// <param name="ExportedAt">When it was read.</param>
/// <param name="Family">The family.</param>
/// <param name="Members">Everybody in it.</param>
/// <param name="Invites">Every invitation, ended ones as well.</param>
/// <param name="AccessRequests">Everybody who asked to get in.</param>
/// <param name="Activity">Everything that happened, newest first.</param>
public sealed record FamilyExport(
    DateTimeOffset ExportedAt, FamilyResponse Family, IReadOnlyList<MemberResponse> Members, IReadOnlyList<InviteResponse> Invites,
    IReadOnlyList<ExportedRequest> AccessRequests, IReadOnlyList<ActivityItem> Activity);

/// <summary>Somebody who asked to get in.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Name">What they call themselves.</param>
/// <param name="ChildId">The child it is about.</param>
/// <param name="InviteId">The invitation it came by.</param>
/// <param name="Message">What they say.</param>
/// <param name="CreatedAt">When they asked.</param>
/// <param name="ResolvedAt">When it was answered.</param>
public sealed record ExportedRequest(
    Guid Id, AccessRequestStatus Status, string Name, Guid? ChildId, Guid? InviteId, string? Message, DateTimeOffset CreatedAt, DateTimeOffset? ResolvedAt);

/// <summary>The whole family as JSON: five statements however large it is.</summary>
internal sealed class ExportFamily(KinviteDbContext db, FamilyDoor door, CurrentAccount account, TimeProvider clock)
{
    public async Task<Result<FamilyExport>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        // Whoever may delete all of it may take all of it along.
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.FamilyDelete)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var now = clock.Now();
        var members = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == familyId).OrderBy(m => m.Id).ToListAsync(ct);
        var names = members.ToDictionary(m => m.Id, m => m.Name);
        var invites = await InviteRow.Of(db, db.Invitations.AsNoTracking().Include(i => i.Children).Where(i => i.FamilyId == familyId))
            .OrderBy(r => r.Invitation.Id).ToListAsync(ct);
        var requests = await (
            from r in db.AccessRequests
            where r.FamilyId == familyId
            join asker in db.Accounts on r.AccountId equals asker.Id
            orderby r.Id
            select new ExportedRequest(r.Id, r.Status, r.Name ?? asker.DisplayName, r.ChildId, r.InvitationId, r.Message, r.CreatedAt, r.ResolvedAt)).ToListAsync(ct);
        var activity = await db.Activity.AsNoTracking().Where(a => a.FamilyId == familyId).OrderByDescending(a => a.Id).ToListAsync(ct);
        return new FamilyExport(
            now,
            FamilyResponse.Of(me.Family, me.Member.Role, me.Member.Permission, account.DefaultFamilyId),
            [.. members.Select(m => MemberResponse.Of(m, me, m.InvitedBy is { } inviter ? names.GetValueOrDefault(inviter) : null))],
            [.. invites.Select(i => InviteResponse.Of(i, now))],
            requests,
            [.. activity.Select(ActivityItem.Of)]);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/export", GetAsync)
        .WithName(nameof(ExportFamily)).Produces<FamilyExport>().ProducesProblem(403).ProducesProblem(404);

    [EndpointSummary("All that is kept about a family")]
    [EndpointDescription("For its owner, as a file.")]
    private static async Task<IResult> GetAsync(Guid familyId, HttpResponse response, ExportFamily export, CancellationToken ct)
    {
        var exported = await export.HandleAsync(familyId, ct);
        if (!exported.Refused(out _))
        {
            response.Headers.ContentDisposition = $"attachment; filename=\"kinvite-family-{familyId:N}.json\"";
        }

        return exported.ToOk();
    }
}
