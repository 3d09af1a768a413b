using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>
/// What accepting means by an open link: the same rule as for an invitation, and one more use for each who gets in by it. The family is locked while
/// uses are read and counted, so that they are exact however many come at once.
/// </summary>
internal sealed class JoinByLink(KinviteDbContext db, FamilyTransaction transaction, FamilyKinds kinds, Newcomers newcomers, TimeProvider clock)
{
    public async Task<Result<AcceptInviteResponse>> AcceptAsync(LinkToken link, Newcomer who, CancellationToken ct)
    {
        var result = await transaction.RunForLinkAsync(link.Id, who.Guest is null ? who.AccountId : null, family => AcceptAsync(family, link, who, ct), ct);
        return result.Problem == Problem.NotFound ? InvitationProblems.Unknown : result;
    }

    private async Task<Result<AcceptInviteResponse>> AcceptAsync(Family family, LinkToken link, Newcomer who, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInviteLink.LoadAsync(db, link, who.AccountId, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(family.Kind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        if (who.Guest is { } guest)
        {
            db.AddRange(guest.Account, guest.Session);
            found.Account = guest.Account;
        }

        var decision = AcceptDecision.Decide(found.Situation(kind, now));
        return decision.Outcome switch
        {
            AcceptOutcome.Refused => decision.Problem!,
            AcceptOutcome.WaitsForApproval => await WaitAsync(family, found, kind, who, now, ct),
            AcceptOutcome.Repeat or AcceptOutcome.Joins or AcceptOutcome.AlreadyMember => await JoinAsync(family, found, kind, who, now, ct),
        };
    }

    private async Task<Result<AcceptInviteResponse>> JoinAsync(
        Family family, LinkedInviteLink found, FamilyKind kind, Newcomer who, DateTimeOffset now, CancellationToken ct)
    {
        if (found.Me is null && kind.Limits.Members is { } most && found.Members >= most)
        {
            return MemberProblems.FamilyFull;
        }

        var given = await db.OpenedToAsync(found.Me, family.Id, found.Link.AsGiven(kind)!, kind, now, ct);
        var (member, gained) = Member.Admit(
            found.Me, family.Id, who.AccountId, NameOf(found, who), given, accessUntil: null, found.Link.CreatedBy, now, isGuest: found.Account!.IsGuest);
        if (gained)
        {
            found.Link.Use(now);
        }

        if (found.Me is null)
        {
            db.Add(member);
            found.Account.DefaultFamilyId ??= family.Id;
            db.Add(ActivityEntry.Of(ActivityTypes.MemberJoined, family.Id, member, now, (member.Id, member.Name)));
        }

        // Who asked before and sees the whole family now has nothing to wait for.
        if (member.WholeFamily && found.MyRequest is { Status: AccessRequestStatus.Pending, FamilyId: not null } own)
        {
            own.Close(now);
        }

        if (gained && found.Creator is { AccountId: { } creator })
        {
            db.Add(OutboxMessage.Of(MessageTypes.Joined, member.Id, now, recipientId: creator));
        }

        return await newcomers.SaveAsync(new(true, gained ? AcceptInvite.Joined : AcceptInvite.AlreadyMember, family.Id, member.Id), who, ct);
    }

    private async Task<Result<AcceptInviteResponse>> WaitAsync(
        Family family, LinkedInviteLink found, FamilyKind kind, Newcomer who, DateTimeOffset now, CancellationToken ct)
    {
        var asked = await AskAsync(family, found, kind, NameOf(found, who), message: null, now, ct);
        return asked.Refused(out var problem)
            ? problem
            : await newcomers.SaveAsync(new(true, AcceptInvite.WaitingForApproval, family.Id, RequestId: asked.Value.Id), who, ct);
    }

    /// <summary>The way out of a link that does not let one in: a request tied to it, which somebody in the family answers.</summary>
    public async Task<Result<OkResponse>> AskAsync(LinkToken link, Guid accountId, string name, string? message, Func<Guid, Task<Problem?>> keep, CancellationToken ct)
    {
        var result = await transaction.RunForLinkAsync<OkResponse>(link.Id, accountId, async family =>
        {
            var now = clock.Now();
            var found = await LinkedInviteLink.LoadAsync(db, link, accountId, now, ct);
            if (found is not { EpochAlive: true } || kinds.TryFind(family.Kind) is not { } kind)
            {
                return InvitationProblems.Unknown;
            }

            if (found.Me is { } me && !me.HasEnded(now))
            {
                return AccessRequestProblems.MemberAlready;
            }

            var asked = await AskAsync(family, found, kind, name, message, now, ct);
            if (asked.Refused(out var problem) || (problem = await keep(asked.Value.Id)) is not null)
            {
                return problem;
            }

            await db.SaveChangesAsync(ct);
            return OkResponse.Yes;
        }, ct);
        return result.Problem == Problem.NotFound ? InvitationProblems.Unknown : result;
    }

    private async Task<Result<AccessRequest>> AskAsync(
        Family family, LinkedInviteLink found, FamilyKind kind, string name, string? message, DateTimeOffset now, CancellationToken ct)
    {
        var asked = found.Ask(name, message, now);
        if (asked.Refused(out _) || asked.Value == found.MyRequest)
        {
            return asked;
        }

        db.Add(asked.Value);
        if (asked.Value.FamilyId is not null)
        {
            db.Add(ActivityEntry.Of(ActivityTypes.RequestCreated, family.Id, null, now, (asked.Value.Id, asked.Value.Name)));
        }

        if (await db.WhoAnswersAsync(family, kind, found.Creator, invitation: null, now, ct) is { } manager)
        {
            db.Add(OutboxMessage.Of(MessageTypes.Request, asked.Value.Id, now, recipientId: manager));
        }

        return asked;
    }

    private static string NameOf(LinkedInviteLink found, Newcomer who) =>
        who.Name ?? (who.DisplayName.Length > 0 ? who.DisplayName : found.FamilyName);
}
