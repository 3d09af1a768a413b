using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Who waits for an answer, with what one needs to know before letting somebody in; the same number of statements however many they are.</summary>
internal sealed class ShowRequests(KinviteDbContext db, FamilyDoor door)
{
    /// <summary>As many as a page shows: the oldest, and the next ones once these are answered.</summary>
    public const int Shown = 6;

    private const int BlockedShown = 50;

    public async Task<Result<RequestsView>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.RequestsManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var rows = await WaitingAsync(me, ct);
        var children = await ChildrenAsync(me, ct);
        var canBlock = RequestBlock.Lacks(me.Actor) is null;
        var gives = me.Kind.Invitations;
        return new RequestsView
        {
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            Roles = [.. me.RolesToGive.Select(r => new RequestRole(r.Key, r.Name.ToString(), r.Description.ToString()))],
            Permissions = gives.Permission != PermissionMode.Choose ? []
                : [.. new[] { Permission.View, Permission.Edit, Permission.Admin }.Where(p => p <= me.Actor.Permission)],
            Children = gives.Children == ChildrenMode.No ? [] : children,
            ChildrenRequired = gives.Children == ChildrenMode.Required || (gives.Children == ChildrenMode.Optional && !me.Actor.WholeFamily),
            CanBlock = canBlock,
            Waiting = [.. rows.Take(Shown).Select(r => Describe(r, me, children))],
            MoreWait = rows.Count > Shown,
            Blocked = canBlock ? await BlockedAsync(familyId, ct) : [],
        };
    }

    private Task<List<Row>> WaitingAsync(Insider me, CancellationToken ct)
    {
        var seen = db.Members.Where(Visible.Members(me.Actor));
        return (
            from r in db.AccessRequests.AsNoTracking().Where(Visible.AccessRequests(me.Actor, db.Invitations))
            where r.FamilyId == me.Family.Id && r.Status == AccessRequestStatus.Pending
            join account in db.Accounts on r.AccountId equals account.Id
            where account.DeletedAt == null
            orderby r.Id
            select new Row
            {
                Request = r,
                DisplayName = account.DisplayName,
                Called = seen.Where(m => m.FamilyId == me.Family.Id && m.AccountId == account.Id).Select(m => m.Name).FirstOrDefault(),
                Own = db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null).OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefault(),
                Link = db.InviteLinks.Where(l => l.FamilyId == me.Family.Id && l.Id == r.LinkId).FirstOrDefault(),
                Invitation = db.Invitations.Where(i => i.FamilyId == me.Family.Id && i.Id == r.InvitationId).FirstOrDefault(),
                Children = db.InvitationChildren.Where(c => c.FamilyId == me.Family.Id && c.InvitationId == r.InvitationId).Select(c => c.ChildId).ToList(),
                IsInvited = db.Addresses.Any(a => a.AccountId == account.Id && a.ProvenAt != null
                    && db.Invitations.Any(i => i.FamilyId == me.Family.Id && i.Id == r.InvitationId && i.AddressKey == a.Key)),
            }).Take(Shown + 1).ToListAsync(ct);
    }

    // Those that the reader sees; a member of chosen children gives access to those whom they manage.
    private async Task<List<RequestChild>> ChildrenAsync(Insider me, CancellationToken ct)
    {
        var roles = me.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        var found = await db.Members.AsNoTracking().Where(m => m.FamilyId == me.Family.Id && m.AccountId == null && roles.Contains(m.Role))
            .Where(Visible.Members(me.Actor)).OrderBy(m => m.Id).Select(m => new RequestChild(m.Id, m.Name)).ToListAsync(ct);
        return [.. found.Where(c => me.May(Capabilities.RequestsManage, c.Id).Allowed)];
    }

    private Task<List<BlockedAsker>> BlockedAsync(Guid familyId, CancellationToken ct) => (
        from block in db.RequestBlocks
        where block.FamilyId == familyId
        join account in db.Accounts on block.AccountId equals account.Id
        orderby block.CreatedAt descending
        select new BlockedAsker(
            account.Id,
            account.DisplayName,
            db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null).OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefault(),
            block.CreatedAt)).Take(BlockedShown).ToListAsync(ct);

    private static RequestCard Describe(Row row, Insider me, List<RequestChild> children)
    {
        var (request, invitation) = (row.Request, row.Invitation);
        return new RequestCard
        {
            Id = request.Id,
            Name = row.Called ?? request.Name ?? row.DisplayName,
            Address = row.Own,
            Message = request.Message,
            At = request.CreatedAt,
            InvitedAddress = row.IsInvited ? null : invitation?.Address,
            Child = children.Find(c => c.Id == request.ChildId)?.Name,
            Wish = request.Role is { } wish ? me.Kind.FindRole(wish) is { Invitable: true } role ? role.Name.ToString() : null : null,
            EndsAsInvited = invitation?.AccessUntil,
            Offered = new ApproveForm
            {
                Role = invitation?.Role ?? row.Link?.Role ?? me.Kind.DefaultRole,
                Permission = me.Kind.Invitations.Permission == PermissionMode.Choose ? invitation?.Permission ?? row.Link?.Permission ?? Permission.View : null,
                Children = invitation is not null ? row.Children : request.ChildId is { } child ? [child] : [],
            },
        };
    }

    private sealed class Row
    {
        public required AccessRequest Request { get; init; }
        public required string DisplayName { get; init; }

        /// <summary>How the family calls one who is in it already, where the reader sees them.</summary>
        public string? Called { get; init; }
        public string? Own { get; init; }
        public Invitation? Invitation { get; init; }
        public InviteLink? Link { get; init; }
        public required List<Guid> Children { get; init; }
        public required bool IsInvited { get; init; }
    }
}
