using System.Data;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Devices;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>The whole family as JSON, as it is at one moment: a statement for each sort of thing, however many there are.</summary>
internal sealed class ExportFamily(KinviteDbContext db, FamilyDoor door, CurrentAccount account, TimeProvider clock)
{
    public async Task<Result<FamilyExport>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
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
        var links = await db.InviteLinks.AsNoTracking().Where(l => l.FamilyId == familyId).OrderBy(l => l.Id).ToListAsync(ct);
        var points = await db.PointEntries.AsNoTracking().Where(p => p.FamilyId == familyId).OrderBy(p => p.Id).ToListAsync(ct);
        var requests = await (
            from r in db.AccessRequests.AsNoTracking()
            where r.FamilyId == familyId
            join asker in db.Accounts on r.AccountId equals asker.Id
            orderby r.Id
            select new { Request = r, asker.DisplayName }).ToListAsync(ct);
        var blocked = await (
            from b in db.RequestBlocks
            where b.FamilyId == familyId
            join asker in db.Accounts on b.AccountId equals asker.Id
            orderby b.CreatedAt, asker.Id
            select new ExportedBlock(asker.DisplayName, b.CreatedAt)).ToListAsync(ct);
        var devices = await db.Devices.AsNoTracking().Where(d => d.FamilyId == familyId).OrderBy(d => d.Id).ToListAsync(ct);
        var activity = await db.Activity.AsNoTracking().Where(a => a.FamilyId == familyId).OrderByDescending(a => a.Id).ToListAsync(ct);
        return new FamilyExport(
            now,
            FamilyResponse.Of(me.Family, me.Member.Role, me.Member.Permission, account.DefaultFamilyId),
            [.. members.Select(m => MemberResponse.Of(m, me, m.InvitedBy is { } inviter ? names.GetValueOrDefault(inviter) : null))],
            Children(members, names, me.Kind),
            [.. points.Select(p => new ExportedPoints(p.MemberId, p.At, p.Delta, p.Total, p.Reason, Then(p.By, p.ByName, names)))],
            [.. invites.Select(i => InviteResponse.Of(i, now))],
            [.. links.Select(l => InviteLinkItem.Of(l, names.GetValueOrDefault(l.CreatedBy), now))],
            [.. requests.Select(r => Of(r.Request, r.DisplayName, names))],
            blocked,
            [.. devices.Select(d => new DeviceResponse(d.Id, d.Name, Then(d.AddedBy, d.AddedByName, names), d.CreatedAt, d.LastSeenAt))],
            [.. activity.Select(ActivityItem.Of)]);
    }

    public static void Map(IEndpointRouteBuilder family) => family.MapGet("/export", GetAsync)
        .WithName(nameof(ExportFamily)).Produces<FamilyExport>().ProducesProblem(403).ProducesProblem(404);

    // Whoever was seen as a child and is grown up by now is among them: those who saw the child go on seeing the person.
    private static List<ExportedChild> Children(List<Member> members, Dictionary<Guid, string> names, FamilyKind kind)
    {
        var seen = members.SelectMany(m => m.Children).Select(c => c.ChildId).ToHashSet();
        return [.. members.Where(m => m.IsChildIn(kind) || seen.Contains(m.Id)).Select(child => new ExportedChild(
            child.Id,
            child.Name,
            [.. from m in members
                let sight = Sight.Of(m, child)
                where sight is not null && m.Id != child.Id
                select new ExportedSight(m.Id, m.Name, sight.Permission, sight.Since, Now(sight.By, names), sight.Until)]))];
    }

    private static ExportedAsker Of(AccessRequest request, string name, Dictionary<Guid, string> names) => new(
        request.Id, request.Status, request.Name ?? name, request.Role, request.ChildId, request.InvitationId, request.LinkId, request.Message,
        request.CreatedAt, request.ResolvedAt, Now(request.ResolvedBy, names));

    private static MemberReference? Now(Guid? id, Dictionary<Guid, string> names) =>
        id is { } member && names.TryGetValue(member, out var name) ? new(member, name) : null;

    // Who is gone is named and no longer pointed to.
    private static MemberReference Then(Guid id, string name, Dictionary<Guid, string> names) => new(names.ContainsKey(id) ? id : null, name);

    [EndpointSummary("All that is kept about a family")]
    [EndpointDescription("For its owner, as a file: people, who sees which child, points, invitations, links, requests, blocks, tablets and what happened. Never a secret.")]
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
