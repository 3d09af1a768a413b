using Kinvite.Http;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Who waits for an answer, with what one needs to know before letting somebody in; two statements however many they are.</summary>
internal sealed class ShowRequests(KinviteDbContext db, FamilyDoor door)
{
    /// <summary>As many as a page shows: the oldest, and the next ones once these are answered.</summary>
    public const int Shown = 20;

    public async Task<Result<RequestsView>> HandleAsync(Guid familyId, CancellationToken ct)
    {
        var entered = await door.EnterAsync(familyId, ct);
        if (entered.Refused(out var problem) || (problem = entered.Value.Lacks(Capabilities.RequestsManage)) is not null)
        {
            return problem;
        }

        var me = entered.Value;
        var rows = await (
            from r in db.AccessRequests.AsNoTracking().Where(Visible.AccessRequests(me.Actor, db.Invitations))
            where r.FamilyId == familyId && r.Status == AccessRequestStatus.Pending
            join account in db.Accounts on r.AccountId equals account.Id
            orderby r.Id
            select new
            {
                Request = r,
                account.DisplayName,
                Own = db.Addresses.Where(a => a.AccountId == account.Id && a.ProvenAt != null).OrderByDescending(a => a.Primary).Select(a => a.Value).FirstOrDefault(),
                Invitation = db.Invitations.Where(i => i.FamilyId == familyId && i.Id == r.InvitationId).Select(i => new { i.Address, i.AddressKey, i.Role }).FirstOrDefault(),
                IsInvited = db.Addresses.Any(a => a.AccountId == account.Id && a.ProvenAt != null
                    && db.Invitations.Any(i => i.FamilyId == familyId && i.Id == r.InvitationId && i.AddressKey == a.Key)),
            }).Take(Shown).ToListAsync(ct);
        return new RequestsView
        {
            FamilyId = familyId,
            FamilyName = me.Family.Name,
            Roles = [.. me.RolesToGive.Select(r => new RequestRole(r.Key, r.Name.ToString()))],
            Waiting = [.. rows.Select(r => new RequestCard
            {
                Id = r.Request.Id,
                Name = r.Request.Name ?? r.DisplayName,
                Address = r.Own,
                Message = r.Request.Message,
                At = r.Request.CreatedAt,
                InvitedAddress = r.IsInvited ? null : r.Invitation?.Address,
                Role = r.Invitation?.Role ?? r.Request.Role,
            })],
        };
    }
}
