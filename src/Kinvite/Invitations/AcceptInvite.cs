using Kinvite.AccessRequests;
using Kinvite.Accounts;
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

/// <summary>Joins a family.</summary>
/// <param name="Name">How the family will call the new member; the account's name when left out. Needed from whoever joins without signing in.</param>
/// <param name="AccountId">When given, it must be the caller's: a guard for programs that hold several sessions.</param>
public sealed record AcceptInviteRequest(string? Name = null, Guid? AccountId = null);

/// <summary>What came of it.</summary>
/// <param name="Ok">Always true; a refusal is a problem.</param>
/// <param name="Outcome"><c>joined</c>, <c>alreadyMember</c> or <c>waitingForApproval</c>.</param>
/// <param name="FamilyId">The family.</param>
/// <param name="MemberId">The caller's member id, unless they wait.</param>
/// <param name="RequestId">The request that somebody in the family has to approve.</param>
/// <param name="AccessToken">For a guest who came in with a name only: for <c>Authorization: Bearer</c>. Null for whoever was signed in.</param>
/// <param name="RefreshToken">For a guest: gives new tokens at <c>/api/auth/refresh</c>, once; good for 30 days.</param>
/// <param name="ExpiresIn">For a guest: seconds that the access token is good.</param>
/// <param name="AccountId">For a guest: the account that was made.</param>
public sealed record AcceptInviteResponse(
    bool Ok, string Outcome, Guid FamilyId, Guid? MemberId = null, Guid? RequestId = null,
    string? AccessToken = null, string? RefreshToken = null, int? ExpiresIn = null, Guid? AccountId = null)
{
    /// <summary>A guest's session; a browser gets it as its cookie.</summary>
    internal SessionTokens? Session { get; init; }

    internal AcceptInviteResponse With(Guid accountId, SessionTokens tokens) => this with
    {
        AccountId = accountId,
        Session = tokens,
        AccessToken = tokens.Refresh is null ? null : tokens.Access,
        RefreshToken = tokens.Refresh,
        ExpiresIn = tokens.Refresh is null ? null : (int)tokens.AccessFor.TotalSeconds,
    };
}

/// <summary>Turns a pending invitation into a membership, exactly once however many requests race for it (design.md §3 rules 3 and 4).</summary>
internal sealed class AcceptInvite(
    KinviteDbContext db, FamilyTransaction transaction, FamilyKinds kinds, KeyRing keys, Newcomers newcomers, JoinByLink byLink, Idempotency idempotency,
    OutboxSignal outbox, TimeProvider clock)
{
    public const string Joined = "joined";
    public const string AlreadyMember = "alreadyMember";
    public const string WaitingForApproval = "waitingForApproval";

    /// <summary>By the link that was mailed or handed over, or by an open one.</summary>
    public async Task<Result<AcceptInviteResponse>> HandleAsync(string token, AcceptInviteRequest request, Visit visit, CancellationToken ct) =>
        keys.Read(token) is not { } link ? InvitationProblems.Unknown : await HandleAsync(link.Id, link, request, visit, ct);

    /// <summary>By id, for the account that has proven the invited address; to any other it does not exist.</summary>
    public Task<Result<AcceptInviteResponse>> HandleAsync(Guid invitationId, AcceptInviteRequest request, CancellationToken ct) =>
        HandleAsync(invitationId, link: null, request, visit: null, ct);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/invites/{token}/accept", ByTokenAsync).Idempotent().WithName(nameof(AcceptInvite)).Produces<AcceptInviteResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(429);
        api.MapPost("/invites/by-id/{id:guid}/accept", ByIdAsync).Idempotent().RequireAccount().WithName("AcceptInviteById").Produces<AcceptInviteResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
    }

    private Task<Result<AcceptInviteResponse>> HandleAsync(Guid id, LinkToken? link, AcceptInviteRequest request, Visit? visit, CancellationToken ct) =>
        idempotency.OnceAsync(kept => newcomers.AgainAsync(kept, link, visit, ct), () => FirstAsync(id, link, request, visit, ct), ct);

    private async Task<Result<AcceptInviteResponse>> FirstAsync(Guid id, LinkToken? link, AcceptInviteRequest request, Visit? visit, CancellationToken ct)
    {
        var received = await newcomers.ReceiveAsync(link, request, visit, ct);
        if (received.Refused(out var problem))
        {
            return problem;
        }

        var who = received.Value;
        var result = link is { Kind: LinkKind.Open }
            ? await byLink.AcceptAsync(link, who, ct)
            : who.Guest is null
                ? await transaction.RunForInvitationAsync(id, who.AccountId, family => AcceptAsync(family, id, link, who, ct), ct)
                : await transaction.RunForInvitationAsync(id, family => AcceptAsync(family, id, link, who, ct), ct);
        if (result.Refused(out var refusal))
        {
            return refusal == Problem.NotFound && link is not null ? InvitationProblems.Unknown : refusal;
        }

        outbox.Wake();
        return result;
    }

    private async Task<Result<AcceptInviteResponse>> AcceptAsync(Family family, Guid invitationId, LinkToken? link, Newcomer who, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, invitationId, link, who.AccountId, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(family.Kind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        if (who.Guest is { } guest)
        {
            db.AddRange(guest.Account, guest.Session);
            found.Account = guest.Account;
        }

        var decision = AcceptDecision.Decide(found.Situation(link, kind, now));
        return decision.Outcome switch
        {
            AcceptOutcome.Refused => decision.Problem!,
            AcceptOutcome.Repeat => await newcomers.SaveAsync(Repeat(family, found), who, ct),
            AcceptOutcome.WaitsForApproval => await WaitAsync(family, found, kind, who, now, ct),
            AcceptOutcome.Joins or AcceptOutcome.AlreadyMember => await JoinAsync(family, found, kind, who, now, ct),
        };
    }

    private async Task<Result<AcceptInviteResponse>> JoinAsync(
        Family family, LinkedInvitation found, FamilyKind kind, Newcomer who, DateTimeOffset now, CancellationToken ct)
    {
        var invitation = found.Invitation;
        if (found.Me is null && found.Profile is null && kind.Limits.Members is { } most && await db.Members.CountAsync(m => m.FamilyId == family.Id, ct) >= most)
        {
            return MemberProblems.FamilyFull;
        }

        var given = await db.OpenedToAsync(found.Me, family.Id, invitation.AsGiven(kind)!, kind, now, ct);
        var (member, gained) = found.Profile is { } profile
            ? (profile.TakeOver(who.AccountId, who.Name, given, invitation.AccessUntil, now, found.Account!.IsGuest), true)
            : Member.Admit(found.Me, family.Id, who.AccountId, NameOf(found, who), given, invitation.AccessUntil, invitation.InviterId, now, found.Account!.IsGuest);
        var used = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE invitations SET status = 2, ended_at = {now}, accepted_by = {member.Id}, accepted_account_id = {who.AccountId},
                accepted_gained = {gained}, seen_at = coalesce(seen_at, {now})
            WHERE id = {invitation.Id} AND status IN (1, 6) AND generation = {invitation.Generation} AND expires_at > {now}
            """,
            ct);
        if (used != 1)
        {
            return InvitationProblems.AlreadyAccepted;
        }

        if (found.Me is null)
        {
            if (found.Profile is null)
            {
                db.Add(member);
            }

            found.Account!.DefaultFamilyId ??= family.Id;
            db.Add(ActivityEntry.Of(ActivityTypes.MemberJoined, family.Id, member, now, (member.Id, member.Name), member.Children.Select(c => c.ChildId)));
        }

        if (found.Profile is not null)
        {
            await db.EndChildhoodAsync(member, kind, now, ct);
        }

        // Whoever else came by this invitation is overtaken; and who asked for what they see now has nothing to wait for.
        foreach (var request in found.Requests.Where(r => r.InvitationId == invitation.Id || member.Sees(r.ChildId, now)))
        {
            request.Close(now);
        }

        db.Add(ActivityEntry.Of(
            ActivityTypes.InviteAccepted, family.Id, member, now, (invitation.Id, member.Name), found.Invitation.Concerns));
        if (gained && kind.HasChildren)
        {
            db.Add(OutboxMessage.Of(MessageTypes.Watchers, invitation.Id, now));
        }

        if (gained && found.Inviter is { AccountId: { } inviter })
        {
            db.Add(OutboxMessage.Of(MessageTypes.Joined, member.Id, now, recipientId: inviter));
        }

        return await newcomers.SaveAsync(new(true, gained ? Joined : AlreadyMember, family.Id, member.Id), who, ct);
    }

    private async Task<Result<AcceptInviteResponse>> WaitAsync(
        Family family, LinkedInvitation found, FamilyKind kind, Newcomer who, DateTimeOffset now, CancellationToken ct)
    {
        var asked = found.Ask(NameOf(found, who), message: null, now);
        if (asked.Refused(out var problem))
        {
            return problem;
        }

        if (asked.Value != found.MyRequest)
        {
            found.Invitation.SeenAt ??= now;
            db.Add(asked.Value);
            if (asked.Value.FamilyId is not null)
            {
                db.Add(ActivityEntry.Of(
                    ActivityTypes.RequestCreated, family.Id, null, now, (asked.Value.Id, asked.Value.Name), found.Invitation.Concerns));
            }

            if (await db.WhoAnswersAsync(family, kind, found.Inviter, found.Invitation, now, ct) is { } manager)
            {
                db.Add(OutboxMessage.Of(MessageTypes.Request, asked.Value.Id, now, recipientId: manager));
            }
        }

        return await newcomers.SaveAsync(new(true, WaitingForApproval, family.Id, RequestId: asked.Value.Id), who, ct);
    }

    private static AcceptInviteResponse Repeat(Family family, LinkedInvitation found) => new(
        true, found.Invitation.AcceptedGained != false ? Joined : AlreadyMember, family.Id, found.Me!.Id);

    private static string NameOf(LinkedInvitation found, Newcomer who) =>
        who.Name ?? (who.DisplayName.Length > 0 ? who.DisplayName : found.Invitation.Name ?? found.FamilyName);

    [EndpointSummary("Join")]
    [EndpointDescription("The signed-in person joins the family, or waits until somebody in it agrees. An invitation works once, an open link as often as it says; the same person again gets the same answer. Where neither asks for an account a name is enough: the answer then has a guest's tokens.")]
    private static async Task<IResult> ByTokenAsync(string token, AcceptInviteRequest? request, HttpContext http, AcceptInvite accept, CancellationToken ct) =>
        (await accept.HandleAsync(token, request ?? new(), Visit.OfProgram(http), ct)).ToOk();

    [EndpointSummary("Join by the invitation's id")]
    private static async Task<IResult> ByIdAsync(Guid id, AcceptInviteRequest? request, AcceptInvite accept, CancellationToken ct) =>
        (await accept.HandleAsync(id, request ?? new(), ct)).ToOk();
}
