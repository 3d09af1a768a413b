using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>A family's invitations page: who can be invited as what, who has not answered yet, and what has ended.</summary>
internal sealed class ShowInvitations(KinviteDbContext db, FamilyDoor door, MailSetup mail, TimeProvider clock)
{
    /// <summary>As many as a page shows of each list; with more it would be slow to load on a phone.</summary>
    public const int Shown = 12;

    /// <param name="familyId">The family.</param>
    /// <param name="waiting">Where the waiting ones go on.</param>
    /// <param name="earlier">Where the ended ones go on.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<InvitationsView>> HandleAsync(Guid familyId, string? waiting, string? earlier, CancellationToken ct)
    {
        var (waitingFrom, earlierFrom) = (PageRequest.From(Shown, waiting), PageRequest.From(Shown, earlier));
        if ((waitingFrom.Problem ?? earlierFrom.Problem) is not null)
        {
            return Problem.NotFound;
        }

        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.InvitesManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var now = clock.Now();
        var all = db.Invitations.AsNoTracking().Include(i => i.Children).Where(i => i.FamilyId == familyId).Where(Visible.Invitations(me.Actor));
        var open = all.Where(i => (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now);
        var over = all.Where(i => (i.Status != InvitationStatus.Pending && i.Status != InvitationStatus.Bounced) || i.ExpiresAt <= now);
        var children = await ChildrenAsync(me, ct);
        var waits = await ListAsync(open, waitingFrom.Value, ct);
        var ended = await ListAsync(over, earlierFrom.Value, ct);
        var invited = me.Kind.Invitations;
        return new InvitationsView
        {
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            MailIsOn = mail.IsOn,
            LinkIsAllowed = invited.Channels.Contains("link"),
            Roles = [.. me.RolesToGive.Select(r => new RoleChoice(r.Key, r.Name.ToString(), r.Description.ToString()))],
            Permissions = invited.Permission != PermissionMode.Choose ? []
                : [.. new[] { Permission.View, Permission.Edit, Permission.Admin }.Where(p => p <= me.Actor.Permission)],
            Children = invited.Children == ChildrenMode.No ? [] : children,
            ChildrenRequired = invited.Children == ChildrenMode.Required || (invited.Children == ChildrenMode.Optional && !me.Actor.WholeFamily),
            LifetimeDays = invited.LifetimeDays,
            WaitingCount = waits.Next is null && waiting is null ? waits.Items.Count : await open.CountAsync(ct),
            Waiting = [.. waits.Items.Select(r => Describe(r, me, children, now))],
            WaitingNext = waits.Next,
            Earlier = [.. ended.Items.Select(r => Describe(r, me, children, now))],
            EarlierNext = ended.Next,
        };
    }

    private async Task<Page<InviteRow>> ListAsync(IQueryable<Invitation> some, PageRequest page, CancellationToken ct) =>
        page.Cut(
            await InviteRow.Of(db, some.Where(i => i.Id.CompareTo(page.Before) < 0).OrderByDescending(i => i.Id).Take(page.Take)).ToListAsync(ct),
            r => r.Invitation.Id);

    // Those that the reader sees; a member of chosen children gives access to those whom they manage.
    private async Task<List<ChildChoice>> ChildrenAsync(Insider me, CancellationToken ct)
    {
        var roles = me.Kind.Roles.Where(r => r.Child).Select(r => r.Key).ToList();
        if (roles.Count == 0)
        {
            return [];
        }

        var found = await db.Members.AsNoTracking().Where(m => m.FamilyId == me.Family.Id && m.AccountId == null && roles.Contains(m.Role))
            .Where(Visible.Members(me.Actor)).OrderBy(m => m.Id).Select(m => new ChildChoice(m.Id, m.Name)).ToListAsync(ct);
        return [.. found.Where(c => me.Actor.WholeFamily || me.Actor.Children.GetValueOrDefault(c.Id) >= Permission.Admin)];
    }

    private static InvitationCard Describe(InviteRow row, Insider me, List<ChildChoice> children, DateTimeOffset now)
    {
        var invitation = row.Invitation;
        var delivery = InviteDelivery.Of(row.Message);
        return new InvitationCard
        {
            Id = invitation.Id,
            Status = invitation.StatusAt(now),
            Name = invitation.Name ?? (invitation.Status == InvitationStatus.Accepted ? row.AcceptedName : null),
            Address = invitation.Address,
            RoleName = me.Kind.FindRole(invitation.Role)?.Name.ToString() ?? invitation.Role,
            Permission = me.Kind.Invitations.Permission == PermissionMode.Choose ? invitation.Permission : null,
            Children = [.. row.Invitation.Children.Select(c => children.Find(x => x.Id == c.ChildId)?.Name).OfType<string>()],
            InvitedBy = row.InviterName ?? invitation.InviterName,
            IsYours = invitation.InviterId == me.Member.Id,
            AccessUntil = invitation.AccessUntil,
            ExpiresAt = invitation.ExpiresAt,
            EndedAt = invitation.EndedAt,
            SeenAt = invitation.SeenAt,
            Delivery = delivery.State,
            Attempts = delivery.Attempts,
            DeliveryAt = delivery.At,
            DeliveryDetail = delivery.Detail,
        };
    }
}
