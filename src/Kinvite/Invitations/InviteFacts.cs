using Kinvite.Delivery;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>What the family knows about the addresses of one call; a fixed number of statements however many they are.</summary>
internal sealed class InviteFacts
{
    /// <summary>Days after a "no" in which an address is left in peace.</summary>
    public const int DaysAfterDecline = 7;

    /// <summary>Open and unexpired invitations by address.</summary>
    public required Dictionary<string, OpenInvite> Open { get; init; }

    /// <summary>Members by proven address.</summary>
    public required Dictionary<string, Member> Members { get; init; }

    /// <summary>Addresses that blocked the family, or said no lately; the two look alike.</summary>
    public required HashSet<string> Unwilling { get; init; }

    /// <summary>Open and unexpired invitations of the family.</summary>
    public int Pending { get; set; }

    /// <summary>Reads under the family's lock; open invitations past their end are set to expired, so that their address is free again.</summary>
    public static async Task<InviteFacts> LoadAsync(KinviteDbContext db, Guid familyId, IReadOnlyCollection<string> keys, DateTimeOffset now, CancellationToken ct)
    {
        var open = keys.Count == 0 ? [] : await db.Invitations.Include(i => i.Children)
            .Where(i => i.FamilyId == familyId && keys.Contains(i.AddressKey!) && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced))
            .Select(i => new
            {
                Invitation = i,
                Message = db.Outbox.Where(o => o.SubjectId == i.Id && o.Type == MessageTypes.Invitation && o.Generation == i.Generation).OrderByDescending(o => o.Id).FirstOrDefault(),
                InviterName = db.Members.Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).Select(m => m.Name).FirstOrDefault(),
            }).ToListAsync(ct);
        foreach (var past in open.Where(o => o.Invitation.StatusAt(now) == InvitationStatus.Expired))
        {
            (past.Invitation.Status, past.Invitation.EndedAt) = (InvitationStatus.Expired, past.Invitation.ExpiresAt);
        }

        var members = keys.Count == 0 ? [] : await (
            from address in db.Addresses
            where address.ProvenAt != null && keys.Contains(address.Key)
            join member in db.Members.AsNoTracking().Include(m => m.Children) on (Guid?)address.AccountId equals member.AccountId
            where member.FamilyId == familyId
            select new { address.Key, Member = member }).ToListAsync(ct);

        var lately = now.AddDays(-DaysAfterDecline);
        var unwilling = keys.Count == 0 ? [] : await db.InvitationBlocks.Where(b => keys.Contains(b.AddressKey) && (b.FamilyId == familyId || b.FamilyId == null)).Select(b => b.AddressKey)
            .Union(db.Invitations.Where(i => i.FamilyId == familyId && keys.Contains(i.AddressKey!) && i.Status == InvitationStatus.Declined && i.EndedAt > lately).Select(i => i.AddressKey!))
            .ToListAsync(ct);

        return new()
        {
            Open = open.Where(o => o.Invitation.IsOpen).ToDictionary(o => o.Invitation.AddressKey!, o => new OpenInvite(o.Invitation, o.Message, o.InviterName), StringComparer.Ordinal),
            Members = members.DistinctBy(m => m.Key).ToDictionary(m => m.Key, m => m.Member, StringComparer.Ordinal),
            Unwilling = [.. unwilling],
            Pending = await PendingAsync(db, familyId, now, ct),
        };
    }

    /// <summary>How many invitations of a family wait; those past their end do not count.</summary>
    public static Task<int> PendingAsync(KinviteDbContext db, Guid familyId, DateTimeOffset now, CancellationToken ct) => db.Invitations.CountAsync(
        i => i.FamilyId == familyId && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now, ct);
}

/// <summary>An open invitation with its newest message.</summary>
internal sealed record OpenInvite(Invitation Invitation, OutboxMessage? Message, string? InviterName);
