using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Families;

/// <summary>Marks the texts of the settings (<c>SettingsTexts.resx</c>).</summary>
internal sealed class SettingsTexts;

/// <summary>A family's settings: two statements.</summary>
internal sealed class ShowSettings(KinviteDbContext db, FamilyDoor door)
{
    public async Task<Result<SettingsView>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem))
        {
            return problem;
        }

        var me = entered.Value;
        var owns = me.May(Capabilities.FamilyTransfer).Allowed;
        // Everybody, because whether one may leave depends on guardians whom one may not see.
        var everybody = await db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == familyId).OrderBy(m => m.Id).ToListAsync(ct);
        var children = everybody.Where(m => m.AccountId is null && me.Kind.FindRole(m.Role) is { Child: true }).Select(m => m.Id).ToList();
        return new SettingsView
        {
            Id = familyId,
            Name = me.Family.Name,
            KindName = me.Kind.Name.ToString(),
            Locale = me.Family.Locale,
            TimeZone = me.Family.TimeZone,
            Zones = TimeZones.Listed(me.Family.TimeZone),
            Inviters = me.Kind.Invitations.Permission == PermissionMode.Choose ? [] : [.. me.Kind.Roles.Where(Invites).Select(r => r.Name.ToString())],
            CanChange = me.May(Capabilities.SettingsManage).Allowed,
            IsOwner = owns,
            NextOwners = owns ? [.. everybody.Where(m => m.Id != me.Member.Id && m.CanOwn(me.Kind, children)).Select(m => new NextOwner(m.Id, m.Name))] : [],
            Stay = me.Member.Id == me.Family.OwnerId ? StayReason.LastOwner
                : Guardians.Remain(everybody, me.Member.Id, me.Kind) ? StayReason.None : StayReason.LastGuardian,
        };
    }

    private static bool Invites(KindRole role) => role.Permission >= Permission.Admin || role.Capabilities.Contains(Capabilities.InvitesManage);
}
