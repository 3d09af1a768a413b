using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// An open link with everything that decides about it, read in one statement: its key epoch, who answers for it, and what the signed-in account has
/// to do with it.
/// </summary>
internal sealed class LinkedInviteLink
{
    public required InviteLink Link { get; init; }
    public required string FamilyName { get; init; }
    public required string FamilyKind { get; init; }

    /// <summary>How many are in the family.</summary>
    public required int Members { get; init; }

    /// <summary>The link's key still counts.</summary>
    public required bool EpochAlive { get; init; }

    /// <summary>Who answers for it; null once gone.</summary>
    public Member? Creator { get; init; }

    /// <summary>The signed-in account, or the guest that is being made; its membership here; the addresses that it has proven.</summary>
    public Account? Account { get; set; }
    public Member? Me { get; init; }
    public required List<string> ProvenKeys { get; init; }

    /// <summary>The account's own last request to this family, seen by it or not.</summary>
    public AccessRequest? MyRequest { get; init; }

    /// <summary>The family does not want to see the account's requests.</summary>
    public required bool IsBlocked { get; init; }

    /// <summary>As they call themselves, where the family says nothing else.</summary>
    public string CreatorName => Creator?.Name ?? Link.CreatedByName;

    /// <summary>Asks for the account to be let in; whom the family has blocked is answered alike, and nobody gets to see it.</summary>
    public Result<AccessRequest> Ask(string? name, string? message, DateTimeOffset now) => AccessRequest.Ask(
        IsBlocked && MyRequest is { Status: AccessRequestStatus.Denied } ? null : MyRequest,
        new Asking(Link.FamilyId, IsBlocked ? null : Link.FamilyId, InvitationId: null, Account!.Id, name, message, LinkId: IsBlocked ? null : Link.Id),
        now);

    /// <summary>What decides, in the words of the rule. Who is not signed in where a name is enough comes as a guest.</summary>
    public AcceptSituation Situation(FamilyKind kind, DateTimeOffset now)
    {
        var status = Link.StatusAt(now);
        return new(
            status switch
            {
                InviteLinkStatus.Active or InviteLinkStatus.Used or InviteLinkStatus.Replaced => InvitationStatus.Pending,
                InviteLinkStatus.Revoked => InvitationStatus.Revoked,
                InviteLinkStatus.Expired => InvitationStatus.Expired,
            },
            Replaced: status == InviteLinkStatus.Replaced,
            // Whom the family does not want to hear of comes in by no link either, and is not told.
            Link.RequireApproval || IsBlocked ? Binding.Confirm : Binding.Bearer,
            HasAddress: false, ById: false, HasProvenAddress: false, HoldsDeliveredLink: false,
            Link.IsBackedBy(Creator, kind, now),
            TakenProfile.None,
            Me is not null,
            Me is { } me && Link.AsGiven(kind) is { } given && !me.WouldGainNothing(given, now),
            AcceptedBySameAccount: false)
        {
            IsOpenLink = true,
            IsUsedUp = status == InviteLinkStatus.Used,
            LackedDomains = Link.Admits(ProvenKeys) ? [] : Link.AllowedDomains,
            RequireLogin = Link.RequireLogin,
            IsGuest = Account?.IsGuest ?? !Link.RequireLogin,
        };
    }

    // Compiled once: it is long, and finding it in the cache again would cost as much as running it.
    private static readonly Func<KinviteDbContext, Guid, int, Guid?, DateTimeOffset, CancellationToken, Task<LinkedInviteLink?>> Find =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid id, int epoch, Guid? accountId, DateTimeOffset now, CancellationToken ct) => (
            from l in db.InviteLinks
            where l.Id == id
            join f in db.Families on l.FamilyId equals f.Id
            from creator in db.Members.Include(m => m.Children).Where(m => m.FamilyId == l.FamilyId && m.Id == l.CreatedBy).DefaultIfEmpty()
            from me in db.Members.Include(m => m.Children).Where(m => m.FamilyId == l.FamilyId && m.AccountId == accountId && m.AccountId != null).DefaultIfEmpty()
            from account in db.Accounts.Where(a => a.Id == accountId).DefaultIfEmpty()
            select new LinkedInviteLink
            {
                Link = l,
                FamilyName = f.Name,
                FamilyKind = f.Kind,
                Members = db.Members.Count(m => m.FamilyId == l.FamilyId),
                EpochAlive = db.KeyEpochs.Any(e => e.Number == epoch && (e.EndsAt == null || e.EndsAt > now)),
                Creator = creator,
                Account = account,
                Me = me,
                ProvenKeys = db.Addresses.Where(a => a.AccountId == accountId && a.ProvenAt != null && a.RemovedAt == null).Select(a => a.Key).ToList(),
                MyRequest = db.AccessRequests.Where(r => r.AccountId == accountId && r.TargetId == l.FamilyId).OrderByDescending(r => r.Id).FirstOrDefault(),
                IsBlocked = db.RequestBlocks.Any(b => b.AccountId == accountId && b.FamilyId == l.FamilyId),
            }).SingleOrDefault());

    /// <summary>Loads it, tracked.</summary>
    public static Task<LinkedInviteLink?> LoadAsync(KinviteDbContext db, LinkToken link, Guid? accountId, DateTimeOffset now, CancellationToken ct) =>
        Find(db, link.Id, link.Epoch, accountId, now, ct);
}
