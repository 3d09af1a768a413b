using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Rights;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>An invitation that waits for the caller.</summary>
/// <param name="Id">For accepting or declining by id.</param>
/// <param name="FamilyId">The family.</param>
/// <param name="FamilyName">Its name.</param>
/// <param name="InviterName">Who invites.</param>
/// <param name="Email">Which of the caller's addresses it went to.</param>
/// <param name="Phone">Which of the caller's numbers it went to.</param>
/// <param name="Role">As what: the role's key.</param>
/// <param name="RoleName">The role in the caller's language.</param>
/// <param name="Permission">What it gives.</param>
/// <param name="Children">The names of the children it opens; empty = the whole family.</param>
/// <param name="Message">The personal message.</param>
/// <param name="AccessUntil">When what it gives ends.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it can be accepted.</param>
public sealed record MyInvite(
    Guid Id, Guid FamilyId, string FamilyName, string InviterName, string? Email, string? Phone, string Role, string RoleName, Permission Permission,
    IReadOnlyList<string> Children, string? Message, DateTimeOffset? AccessUntil, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>
/// What waits for the caller's proven addresses, newest first; an address that is only claimed finds nothing, and what nobody answers for any more
/// is not listed, as accepting would refuse it. One statement.
/// </summary>
internal sealed class MyInvites(KinviteDbContext db, FamilyKinds kinds, CurrentAccount account, TimeProvider clock)
{
    // Compiled once: it is long, and finding it in the cache again would cost as much as running it.
    private static readonly Func<KinviteDbContext, Guid, Guid, DateTimeOffset, int, IAsyncEnumerable<Row>> Waiting =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid accountId, Guid before, DateTimeOffset now, int most) => (
            from address in db.Addresses
            where address.AccountId == accountId && address.RemovedAt == null
            join i in db.Invitations.AsNoTracking().Include(i => i.Children) on address.Key equals i.AddressKey
            // Signing up with the link that was mailed to it is enough for the invitation of that link.
            where (address.ProvenAt != null || address.InvitationId == i.Id) && (i.Status == InvitationStatus.Pending || i.Status == InvitationStatus.Bounced) && i.ExpiresAt > now
                && (i.WholeFamily || i.MemberId != null || db.InvitationChildren.Any(c => c.FamilyId == i.FamilyId && c.InvitationId == i.Id)) && i.Id.CompareTo(before) < 0
            join family in db.Families on i.FamilyId equals family.Id
            from inviter in db.Members.AsNoTracking().Include(m => m.Children).Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).DefaultIfEmpty()
            where i.MemberId == null || db.Members.Any(m => m.FamilyId == i.FamilyId && m.Id == i.MemberId && m.AccountId == null)
            orderby i.Id descending
            select new Row
            {
                Invitation = i,
                FamilyName = family.Name,
                FamilyKind = family.Kind,
                Inviter = inviter,
                Children = db.InvitationChildren.Where(c => c.FamilyId == i.FamilyId && c.InvitationId == i.Id)
                    .Join(db.Members, c => new { c.FamilyId, Id = c.ChildId }, m => new { m.FamilyId, m.Id }, (c, m) => m.Name).ToList(),
            }).Take(most));

    public async Task<Page<MyInvite>> LoadAsync(PageRequest page, CancellationToken ct)
    {
        var now = clock.Now();
        var rows = await Waiting(db, account.Id, page.Before, now, page.Take).ToListAsync(ct);
        // Cut first, so that what is left out makes a page shorter and not the last one.
        var cut = page.Cut(rows, r => r.Invitation.Id);
        return new(
            [.. from r in cut.Items
                let i = r.Invitation
                let kind = kinds.TryFind(r.FamilyKind)
                where kind is not null && i.IsBackedBy(r.Inviter, kind, now)
                select new MyInvite(
                    i.Id, i.FamilyId, r.FamilyName, r.Inviter?.Name ?? i.InviterName,
                    i.Channel == InvitationChannel.Email ? i.Address : null, i.Channel == InvitationChannel.Phone ? i.Address : null,
                    i.Role, kind.FindRole(i.Role)?.Name.ToString() ?? i.Role, i.Permission, r.Children, i.Message, i.AccessUntil, i.CreatedAt, i.ExpiresAt)],
            cut.Next);
    }

    private sealed class Row
    {
        public required Invitation Invitation { get; init; }
        public required string FamilyName { get; init; }
        public required string FamilyKind { get; init; }
        public Member? Inviter { get; init; }
        public required List<string> Children { get; init; }
    }
}
