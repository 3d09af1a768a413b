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
/// An invitation with everything that decides about it, read in one statement: the link's key epoch, who answers for it, and what the signed-in
/// account has to do with it.
/// </summary>
internal sealed class LinkedInvitation
{
    public required Invitation Invitation { get; init; }
    public required string FamilyName { get; init; }
    public required string FamilyKind { get; init; }

    /// <summary>The link's key still counts; true without a link.</summary>
    public required bool EpochAlive { get; init; }

    /// <summary>Who answers for it; null once gone.</summary>
    public Member? Inviter { get; init; }

    /// <summary>The profile that it lets somebody take over; null when there is none any more.</summary>
    public Member? Profile { get; init; }

    /// <summary>The signed-in account, its membership here, and whether it has proven (or only claimed) the invited address.</summary>
    public Account? Account { get; set; }
    public Member? Me { get; init; }
    public required bool HasProvenAddress { get; init; }
    public required bool HasClaimedAddress { get; init; }

    /// <summary>Requests that wait for this invitation, whoever asks, and all that the account has waiting in the family.</summary>
    public required List<AccessRequest> Requests { get; init; }

    /// <summary>The account's own last request to this family, or about these children; seen by it or not.</summary>
    public AccessRequest? MyRequest { get; init; }

    /// <summary>The family does not want to see the account's requests.</summary>
    public required bool IsBlocked { get; init; }

    /// <summary>Asks for the account to be let in; whom the family has blocked is answered alike, and nobody gets to see it.</summary>
    public Result<AccessRequest> Ask(string? name, string? message, DateTimeOffset now) => AccessRequest.Ask(
        IsBlocked && MyRequest is { Status: AccessRequestStatus.Denied } ? null : MyRequest,
        new Asking(Invitation.AskedFor, IsBlocked ? null : Invitation.FamilyId, IsBlocked ? null : Invitation.Id, Account!.Id, name, message),
        now);

    public bool Replaced(LinkToken link) => link.Generation < Invitation.Generation;

    /// <summary>What decides, in the words of the rule.</summary>
    public AcceptSituation Situation(LinkToken? link, FamilyKind kind, DateTimeOffset now) => new(
        Invitation.StatusAt(now),
        link is not null && Replaced(link),
        Invitation.EffectiveBinding,
        Invitation.AddressKey is not null,
        ById: link is null,
        HasProvenAddress,
        HoldsDeliveredLink: HasClaimedAddress && link is { Kind: LinkKind.Mailed or LinkKind.Texted },
        Invitation.IsBackedBy(Inviter, kind, now),
        Invitation.MemberId is null ? TakenProfile.None : Profile is null ? TakenProfile.Gone : Profile.AccountId is null ? TakenProfile.Free : TakenProfile.HasAccount,
        Me is not null,
        Me is { } me && Invitation.AsGiven(kind) is { } given && !me.WouldGainNothing(given, now),
        // Removed and back by another invitation is another member: this one stays used.
        Invitation.AcceptedAccountId is { } by && by == Account?.Id && (Me is null || Me.Id == Invitation.AcceptedBy))
    {
        RequireLogin = Invitation.RequireLogin,
        IsGuest = Account?.IsGuest ?? !Invitation.RequireLogin,
    };

    // Compiled once: it is long, and finding it in the cache again would cost as much as running it.
    private static readonly Func<KinviteDbContext, Guid, int?, Guid?, DateTimeOffset, CancellationToken, Task<LinkedInvitation?>> Find =
        EF.CompileAsyncQuery((KinviteDbContext db, Guid id, int? epoch, Guid? accountId, DateTimeOffset now, CancellationToken ct) => (
            from i in db.Invitations.Include(i => i.Children)
            where i.Id == id
            join f in db.Families on i.FamilyId equals f.Id
            from inviter in db.Members.Include(m => m.Children).Where(m => m.FamilyId == i.FamilyId && m.Id == i.InviterId).DefaultIfEmpty()
            from profile in db.Members.Include(m => m.Children).Where(m => m.FamilyId == i.FamilyId && m.Id == i.MemberId).DefaultIfEmpty()
            from me in db.Members.Include(m => m.Children).Where(m => m.FamilyId == i.FamilyId && m.AccountId == accountId && m.AccountId != null).DefaultIfEmpty()
            from account in db.Accounts.Where(a => a.Id == accountId).DefaultIfEmpty()
            select new LinkedInvitation
            {
                Invitation = i,
                FamilyName = f.Name,
                FamilyKind = f.Kind,
                EpochAlive = epoch == null || db.KeyEpochs.Any(e => e.Number == epoch && (e.EndsAt == null || e.EndsAt > now)),
                Inviter = inviter,
                Profile = profile,
                Account = account,
                Me = me,
                // Signing up with the link that was mailed to it is enough for the invitation of that link.
                HasProvenAddress = db.Addresses.Any(a => a.AccountId == accountId && a.Key == i.AddressKey && a.RemovedAt == null && (a.ProvenAt != null || a.InvitationId == i.Id)),
                HasClaimedAddress = db.Addresses.Any(a => a.AccountId == accountId && a.Key == i.AddressKey && a.RemovedAt == null && a.ProvenAt == null),
                Requests = db.AccessRequests.Where(r => r.FamilyId == i.FamilyId && r.Status == AccessRequestStatus.Pending && (r.InvitationId == i.Id || r.AccountId == accountId)).ToList(),
                MyRequest = db.AccessRequests.Where(r => r.AccountId == accountId && r.TargetId == (i.WholeFamily ? i.FamilyId : i.Id)).OrderByDescending(r => r.Id).FirstOrDefault(),
                IsBlocked = db.RequestBlocks.Any(b => b.AccountId == accountId && b.FamilyId == i.FamilyId),
            }).SingleOrDefault());

    /// <summary>Loads it, tracked; with <paramref name="link"/> null by id alone.</summary>
    public static Task<LinkedInvitation?> LoadAsync(KinviteDbContext db, Guid id, LinkToken? link, Guid? accountId, DateTimeOffset now, CancellationToken ct) =>
        Find(db, id, link?.Epoch, accountId, now, ct);
}
