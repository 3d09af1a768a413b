using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Members;

/// <summary>Marks the texts of a member's and a child's page (<c>MemberTexts.resx</c>).</summary>
internal sealed class MemberTexts;

/// <summary>A person's or a child's page: two statements, and a third where there are points to look back on.</summary>
internal sealed class ShowMember(KinviteDbContext db, FamilyDoor door, TimeProvider clock)
{
    private const int PointsShown = 20;

    /// <param name="familyId">The family.</param>
    /// <param name="memberId">The person.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="points">Where in the history of their points to go on.</param>
    public async Task<Result<MemberView>> HandleAsync(Guid familyId, Guid memberId, CancellationToken ct, string? points = null)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var seen = await SeenAsync(entered.Value, ct);
        return seen.Find(m => m.Id == memberId) is { } member ? await WithHistoryAsync(member, Describe(member, seen, entered.Value), entered.Value, points, ct) : Problem.NotFound;
    }

    /// <summary>The same for a child, with who can see it.</summary>
    public async Task<Result<ChildView>> ChildAsync(Guid familyId, Guid childId, CancellationToken ct, string? points = null)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var seen = await SeenAsync(me, ct);
        if (seen.Find(m => m.Id == childId && m.IsChildIn(me.Kind)) is not { } child)
        {
            return Problem.NotFound;
        }

        return new ChildView
        {
            Child = await WithHistoryAsync(child, Describe(child, seen, me), me, points, ct),
            CanInvite = me.May(Capabilities.InvitesManage, childId).Allowed,
            Levels = Levels(childId, me),
            Addable = !me.May(Capabilities.MembersManage, childId).Allowed ? []
                : [.. seen.Where(m => m is { AccountId: not null, WholeFamily: false } && m.Id != me.Member.Id && m.Children.TrueForAll(c => c.ChildId != childId)).Select(m => new NamedPerson(m.Id, m.Name))],
            Watchers = [.. from m in seen
                           let sight = Sight.Of(m, child)
                           where sight is not null
                           orderby m.WholeFamily descending, m.Id
                           select Watch(m, sight, child.Id, seen, me)],
        };
    }

    private Task<List<Member>> SeenAsync(Insider me, CancellationToken ct) => db.Members.AsNoTracking().Include(m => m.Children)
        .Where(m => m.FamilyId == me.Family.Id).Where(Visible.Members(me.Actor)).OrderBy(m => m.Id).ToListAsync(ct);

    private static Watcher Watch(Member member, Sight sight, Guid childId, List<Member> seen, Insider me)
    {
        var mayLimit = CanLimit(member, me) && me.May(Capabilities.MembersManage, childId).Allowed;
        return new(
            member.Id,
            member.Name,
            member.Avatar,
            me.Kind.FindRole(member.Role)?.Name.ToString() ?? member.Role,
            member.Id == me.Member.Id,
            member.WholeFamily,
            me.Kind.FindRole(member.Role) is { Guardian: true },
            sight.Permission,
            sight.Since,
            seen.Find(m => m.Id == sight.By)?.Name,
            sight.Until,
            mayLimit && member.WholeFamily,
            mayLimit && !member.WholeFamily);
    }

    private async Task<MemberView> WithHistoryAsync(Member member, MemberView view, Insider me, string? cursor, CancellationToken ct)
    {
        if (me.LacksForHistoryOf(member) is null && PageRequest.From(PointsShown, cursor) is var page && !page.Refused(out _))
        {
            var rows = await db.PointEntries.AsNoTracking()
                .Where(p => p.FamilyId == member.FamilyId && p.MemberId == member.Id && p.Id.CompareTo(page.Value.Before) < 0)
                .OrderByDescending(p => p.Id).Take(page.Value.Take).ToListAsync(ct);
            var shown = page.Value.Cut(rows, p => p.Id);
            view.History = new([.. shown.Items.Select(p => new PointsLine(p.At, p.Delta, p.Total, p.Reason, p.ByName))], shown.Next, !string.IsNullOrEmpty(cursor));
        }

        return view;
    }

    // What one may allow for a child oneself, at most managing it.
    private static IReadOnlyList<Permission> Levels(Guid childId, Insider me)
    {
        var most = me.Actor.WholeFamily ? me.Actor.Permission : me.Actor.Children.GetValueOrDefault(childId);
        return me.May(Capabilities.MembersManage, childId).Allowed ? [.. new[] { Permission.View, Permission.Edit, Permission.Admin }.Where(p => p <= most)] : [];
    }

    private static bool CanLimit(Member member, Insider me) =>
        member.AccountId is not null && member.Id != me.Member.Id && member.Id != me.Family.OwnerId && RightsRule.MayLimit(me.Actor, member.AsTarget(me.Kind)).Allowed;

    private MemberView Describe(Member member, List<Member> seen, Insider me)
    {
        var role = me.Kind.FindRole(member.Role);
        var mode = me.Kind.Invitations.Permission;
        var canLimit = CanLimit(member, me);
        // What somebody is concerns all that they see; who manages some children changes those on their pages.
        var canChange = canLimit && me.Actor.WholeFamily;
        var end = member.EndSeenBy(me.Actor);
        return new MemberView
        {
            FamilyId = me.Family.Id,
            FamilyName = me.Family.Name,
            Id = member.Id,
            Name = member.Name,
            Avatar = member.Avatar,
            BirthYear = member.BirthYear,
            Role = member.Role,
            RoleName = role?.Name.ToString() ?? member.Role,
            RoleMeans = role?.Description.ToString() ?? "",
            IsYou = member.Id == me.Member.Id,
            IsOwner = member.Id == me.Family.OwnerId,
            HasAccount = member.AccountId is not null,
            IsChild = member.IsChildIn(me.Kind),
            Since = member.JoinedAt,
            InvitedBy = seen.Find(m => m.Id == member.InvitedBy)?.Name,
            AccessUntil = end,
            HasEnded = end <= clock.Now(),
            SeesAll = member.WholeFamily,
            Permission = member.PermissionSeenBy(me.Actor),
            PermissionIsOwn = member.AccountId is not null && member.Id != me.Family.OwnerId && (mode == PermissionMode.Choose || member.PermissionSeenBy(me.Actor) != role?.Permission),
            Sees = [.. from c in member.Children
                       let child = seen.Find(m => m.Id == c.ChildId)
                       where child is not null
                       select new SeenChild(c.ChildId, child.Name, c.Permission, c.Since, seen.Find(m => m.Id == c.GivenBy)?.Name, member.EndFor(c))],
            CanRename = me.LacksForProfileOf(member) is null,
            CanChange = canChange,
            CanLimit = canLimit,
            CanRemove = member.Id != me.Member.Id && member.Id != me.Family.OwnerId && RightsRule.MayLimit(me.Actor, member.AsTarget(me.Kind)).Allowed,
            Roles = canChange ? Roles(role, me) : [],
            Permissions = !canChange || mode == PermissionMode.Role ? []
                : [.. new[] { Permission.View, Permission.Edit, Permission.Admin }.Where(p => mode == PermissionMode.Choose ? p <= me.Member.Permission : p < Permission.Admin)],
            RoleMayDecide = mode != PermissionMode.Choose,
            Children = !canChange || me.Kind.Invitations.Children == ChildrenMode.No ? []
                : [.. seen.Where(m => m.IsChildIn(me.Kind)).Select(m => new SeenChild(m.Id, m.Name, member.Children.Find(c => c.ChildId == m.Id)?.Permission ?? Permission.View))],
            ChildrenRequired = me.Kind.Invitations.Children == ChildrenMode.Required || !me.Actor.WholeFamily,
            Points = me.Kind.HasPoints ? member.Points : null,
            CanAdjustPoints = me.LacksForPointsOf(member) is null,
            Pin = member.IsChildIn(me.Kind) && RightsRule.MayLookAfter(me.Actor, member.Id).Allowed
                ? new(
                    member.PinHash is not null, member.PinTries < PinRule.Most && member.PinLockedUntil > clock.Now() ? member.PinLockedUntil : null,
                    member.PinTries >= PinRule.Most)
                : null,
        };
    }

    private static List<RoleChoice> Roles(KindRole? present, Insider me)
    {
        var roles = me.RolesToGive.ToList();
        if (present is not null && !roles.Contains(present))
        {
            roles.Insert(0, present);
        }

        return [.. roles.Select(r => new RoleChoice(r.Key, r.Name.ToString(), r.Description.ToString()))];
    }
}
