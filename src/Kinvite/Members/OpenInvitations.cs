using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>What a change among the members does to invitations that wait and to open links, in the same transaction (design.md §3 rule 2).</summary>
internal static class OpenInvitations
{
    /// <summary>Those whose inviter could not make them any more end: all of them when the inviter goes (<paramref name="standing"/> null).</summary>
    public static async Task EndAboveAsync(
        this KinviteDbContext db, Guid familyId, Guid inviterId, Actor? standing, FamilyKind kind, DateTimeOffset now, CancellationToken ct)
    {
        var invites = standing is not null && RightsRule.Decide(standing, Capabilities.InvitesManage).Allowed;
        foreach (var open in await db.Invitations.Include(i => i.Children).Where(Invitation.OpenBy(familyId, inviterId)).ToListAsync(ct))
        {
            if (!invites || !RightsRule.MayGrant(standing, open.AsGrant(kind)).Allowed)
            {
                open.Revoke(now);
            }
        }

        foreach (var link in await db.InviteLinks.Where(InviteLink.ActiveBy(familyId, inviterId)).ToListAsync(ct))
        {
            if (!link.IsBackedBy(standing, kind))
            {
                link.End(InviteLinkStatus.Revoked, now);
            }
        }
    }

    /// <summary>
    /// Those that would open nothing but a profile that goes, or let somebody take it over, end; of what is kept only that something happened stays:
    /// who never had an account is in nobody's history by name.
    /// </summary>
    public static async Task EndForProfileAsync(this KinviteDbContext db, Guid familyId, Guid profileId, DateTimeOffset now, CancellationToken ct)
    {
        var about = await db.Invitations.Include(i => i.Children).Where(i => i.FamilyId == familyId)
            .Where(i => i.MemberId == profileId || ((i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced)
                && !i.WholeFamily && i.Children.Any(c => c.ChildId == profileId) && i.Children.All(c => c.ChildId == profileId)))
            .ToListAsync(ct);
        foreach (var invitation in about)
        {
            if (invitation.IsOpen)
            {
                invitation.Revoke(now);
            }

            // Its person is the one who goes.
            if (invitation.MemberId == profileId)
            {
                invitation.Erase(now);
            }
        }
    }

    /// <summary>After everything else is saved: what happened to a profile stays, without its name.</summary>
    public static async Task ForgetProfileAsync(this KinviteDbContext db, Guid familyId, Guid profileId, CancellationToken ct)
    {
        var own = await db.Invitations.Where(i => i.FamilyId == familyId && i.MemberId == profileId).Select(i => i.Id).ToListAsync(ct);
        await db.Activity.Where(a => a.FamilyId == familyId && (a.SubjectId == profileId || own.Contains(a.SubjectId!.Value)))
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.SubjectName, (string?)null), ct);
        await db.Activity.Where(a => a.FamilyId == familyId && a.ActorId == profileId).ExecuteUpdateAsync(a => a.SetProperty(x => x.ActorName, (string?)null), ct);
    }
}
