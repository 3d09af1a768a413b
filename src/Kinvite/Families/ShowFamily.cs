using Kinvite.AccessRequests;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>The circle as one of its members sees it: four statements however many people are in it.</summary>
internal sealed class ShowFamily(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    public async Task<Result<FamilyView>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        List<AddableRole> addable = me.LacksForAdding is not null ? []
            : [.. me.Kind.Roles.Where(r => !r.NeedsAccount && (!r.Child || me.Actor.IsGuardian || me.Member.Id == me.Family.OwnerId))
                .Select(r => new AddableRole(r.Key, r.Name.ToString(), r.Child))];
        // Everybody, because whether one may leave depends on guardians whom one may not see.
        var everybody = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == familyId).ToListAsync(ct);
        var people = everybody.AsQueryable().Where(Visible.Members(me.Actor)).AsEnumerable()
            .Select(m => Describe(m, me)).OrderBy(p => p.IsChild).ThenBy(p => p.Id).ToList();
        return new FamilyView
        {
            Id = familyId,
            Name = me.Family.Name,
            KindName = me.Kind.Name.ToString(),
            People = people,
            SeesAll = me.Actor.WholeFamily,
            CanInvite = me.May(Capabilities.InvitesManage).Allowed,
            CanAnswer = me.May(Capabilities.RequestsManage).Allowed,
            CanBeAsked = me.Kind.Requests.Allowed && me.Actor.WholeFamily && me.May(Capabilities.RequestsManage).Allowed,
            // Where nobody is a child there is nobody for a tablet.
            CanShareDevices = me.Kind.Roles.Any(r => r.Child) && RightsRule.MayShareDevices(me.Actor).Allowed,
            CanSeeActivity = me.May(Capabilities.ActivityView).Allowed,
            Addable = addable,
            // Where every invitation is for children they are babies, who type nothing yet.
            TakesPin = addable.Exists(r => r.IsChild) && me.Kind.Invitations.Children != ChildrenMode.Required,
            Invited = me.May(Capabilities.InvitesManage).Allowed ? await InvitedAsync(me, ct) : 0,
            Requests = me.May(Capabilities.RequestsManage).Allowed ? await RequestsAsync(me, ct) : 0,
            Stay = me.Member.Id == me.Family.OwnerId ? StayReason.LastOwner
                : Guardians.Remain(everybody, me.Member.Id, me.Kind) ? StayReason.None : StayReason.LastGuardian,
        };
    }

    private Task<int> InvitedAsync(Insider me, CancellationToken ct)
    {
        var now = clock.Now();
        return db.Invitations.Where(i => i.FamilyId == me.Family.Id && i.ExpiresAt > now
                && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced))
            .CountAsync(Visible.Invitations(me.Actor), ct);
    }

    private Task<int> RequestsAsync(Insider me, CancellationToken ct) =>
        db.AccessRequests.Where(r => r.FamilyId == me.Family.Id && r.Status == AccessRequestStatus.Pending)
            .CountAsync(Visible.AccessRequests(me.Actor, db.Invitations), ct);

    private static PersonCard Describe(Member member, Insider me)
    {
        var role = me.Kind.FindRole(member.Role);
        // Where every invitation is for children, the profiles are what others look after: babies, who get no account.
        var isForChildren = me.Kind.Invitations.Children == ChildrenMode.Required;
        var canInvite = member.AccountId is null && me.May(Capabilities.InvitesManage).Allowed && me.RolesToGive.Count > 0;
        return new PersonCard
        {
            Id = member.Id,
            Name = member.Name,
            RoleName = role?.Name.ToString() ?? member.Role,
            IsChild = role is { Child: true },
            IsYou = member.Id == me.Member.Id,
            HasAccount = member.AccountId is not null,
            Avatar = member.Avatar,
            Points = me.Kind.HasPoints ? member.Points : null,
            AccessUntil = member.EndSeenBy(me.Actor),
            CanHandOver = canInvite && !isForChildren && RightsRule.MayHandOver(me.Actor, member.Id).Allowed,
            CanInviteFor = canInvite && isForChildren && me.May(Capabilities.InvitesManage, member.Id).Allowed,
            CanRemove = member.Id != me.Family.OwnerId && member.Id != me.Member.Id && RightsRule.MayLimit(me.Actor, member.AsTarget(me.Kind)).Allowed,
        };
    }
}
