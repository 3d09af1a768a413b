using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>A family's invitations page: who can be invited as what, who has not answered yet, and what has ended.</summary>
internal sealed class ShowInvitations(KinviteDbContext db, FamilyDoor door, ListInviteLinks links, MailSetup mail, TextReadiness texts, TimeProvider clock)
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
        var choices = await InviteChoices.LoadAsync(db, me, mail, texts, ct);
        var waits = await ListAsync(open, waitingFrom.Value, ct);
        var ended = await ListAsync(over, earlierFrom.Value, ct);
        var hasLinks = me.Kind.Links.Allowed && me.LacksForLinks is null;
        // One that works is the newest.
        var link = hasLinks ? (await links.HandleAsync(familyId, limit: 1, cursor: null, ct)).Value.Items.FirstOrDefault(l => l.Status == InviteLinkStatus.Active) : null;
        return new InvitationsView
        {
            HasOpenLinks = hasLinks,
            OpenLink = link is null ? null : OpenLinkSummary.Of(link, me.Kind),
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            Choices = choices,
            WaitingCount = waits.Next is null && waiting is null ? waits.Items.Count : await open.CountAsync(ct),
            Waiting = [.. waits.Items.Select(r => Describe(r, me, choices, now))],
            WaitingNext = waits.Next,
            Earlier = [.. ended.Items.Select(r => Describe(r, me, choices, now))],
            EarlierNext = ended.Next,
        };
    }

    private async Task<Page<InviteRow>> ListAsync(IQueryable<Invitation> some, PageRequest page, CancellationToken ct) =>
        page.Cut(
            await InviteRow.Of(db, some.Where(i => i.Id.CompareTo(page.Before) < 0).OrderByDescending(i => i.Id).Take(page.Take)).ToListAsync(ct),
            r => r.Invitation.Id);

    private static InvitationCard Describe(InviteRow row, Insider me, InviteChoices choices, DateTimeOffset now)
    {
        var invitation = row.Invitation;
        var delivery = InviteDelivery.Of(row.Message);
        return new InvitationCard
        {
            Id = invitation.Id,
            Channel = invitation.Channel,
            Status = invitation.StatusAt(now),
            Name = invitation.Name ?? (invitation.Status == InvitationStatus.Accepted ? row.AcceptedName : null),
            Address = invitation.Address,
            RoleName = me.Kind.FindRole(invitation.Role)?.Name.ToString() ?? invitation.Role,
            Permission = me.Kind.Invitations.Permission == PermissionMode.Choose ? invitation.Permission : null,
            Children = [.. invitation.Children.Select(c => choices.Children.FirstOrDefault(x => x.Id == c.ChildId)?.Name).OfType<string>()],
            Profile = invitation.MemberId is { } profile ? choices.Profiles.FirstOrDefault(p => p.Id == profile)?.Name : null,
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
