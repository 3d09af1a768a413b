using System.Text.Json;
using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Links;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Joins a family.</summary>
/// <param name="Name">How the family will call the new member; the account's name when left out.</param>
/// <param name="AccountId">When given, it must be the caller's: a guard for programs that hold several sessions.</param>
public sealed record AcceptInviteRequest(string? Name = null, Guid? AccountId = null);

/// <summary>What came of it.</summary>
/// <param name="Ok">Always true; a refusal is a problem.</param>
/// <param name="Outcome"><c>joined</c>, <c>alreadyMember</c> or <c>waitingForApproval</c>.</param>
/// <param name="FamilyId">The family.</param>
/// <param name="MemberId">The caller's member id, unless they wait.</param>
/// <param name="RequestId">The request that somebody in the family has to approve.</param>
public sealed record AcceptInviteResponse(bool Ok, string Outcome, Guid FamilyId, Guid? MemberId = null, Guid? RequestId = null);

/// <summary>Turns a pending invitation into a membership, exactly once however many requests race for it (design.md §3 rules 3 and 4).</summary>
internal sealed class AcceptInvite(
    KinviteDbContext db, FamilyTransaction transaction, FamilyKinds kinds, KeyRing keys, CurrentAccount account, Idempotency idempotency, OutboxSignal outbox, TimeProvider clock)
{
    public const string Joined = "joined";
    public const string AlreadyMember = "alreadyMember";
    public const string WaitingForApproval = "waitingForApproval";

    /// <summary>By the link that was mailed or handed over.</summary>
    public async Task<Result<AcceptInviteResponse>> HandleAsync(string token, AcceptInviteRequest request, CancellationToken ct) =>
        keys.Read(token) is not { } link || link.Kind == LinkKind.Open
            ? InvitationProblems.Unknown
            : await HandleAsync(link.Id, link, request, ct);

    /// <summary>By id, for the account that has proven the invited address; to any other it does not exist.</summary>
    public Task<Result<AcceptInviteResponse>> HandleAsync(Guid invitationId, AcceptInviteRequest request, CancellationToken ct) =>
        HandleAsync(invitationId, link: null, request, ct);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/invites/{token}/accept", ByTokenAsync).Idempotent().WithName(nameof(AcceptInvite)).Produces<AcceptInviteResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
        api.MapPost("/invites/by-id/{id:guid}/accept", ByIdAsync).Idempotent().RequireAccount().WithName("AcceptInviteById").Produces<AcceptInviteResponse>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409).ProducesProblem(410);
    }

    private Task<Result<AcceptInviteResponse>> HandleAsync(Guid invitationId, LinkToken? link, AcceptInviteRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(kept => Task.FromResult(Again(kept)), () => FirstAsync(invitationId, link, request, ct), ct);

    private async Task<Result<AcceptInviteResponse>> FirstAsync(Guid invitationId, LinkToken? link, AcceptInviteRequest request, CancellationToken ct)
    {
        if (!account.IsSignedIn)
        {
            return Problem.AuthRequired with { Detail = "Sign in first; the invitation stays as it is." };
        }

        if (request.AccountId is { } given && given != account.Id)
        {
            return Problem.Invalid("accountId", "This is not the account that is signed in.");
        }

        string? name = null;
        if (request.Name is not null)
        {
            var errors = new FieldErrors();
            name = errors.Take("name", PersonName.Parse(request.Name));
            if (errors.Problem is { } problem)
            {
                return problem;
            }
        }

        var result = await transaction.RunForInvitationAsync(invitationId, account.Id, family => AcceptAsync(family, invitationId, link, name, ct), ct);
        if (result.Refused(out var refusal))
        {
            return refusal == Problem.NotFound && link is not null ? InvitationProblems.Unknown : refusal;
        }

        outbox.Wake();
        return result;
    }

    private async Task<Result<AcceptInviteResponse>> AcceptAsync(Family family, Guid invitationId, LinkToken? link, string? name, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, invitationId, link, account.Id, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(family.Kind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        var decision = AcceptDecision.Decide(found.Situation(link, kind, now));
        return decision.Outcome switch
        {
            AcceptOutcome.Refused => decision.Problem!,
            AcceptOutcome.Repeat => await SaveAsync(Repeat(family, found), ct),
            AcceptOutcome.WaitsForApproval => await WaitAsync(family, found, kind, name, now, ct),
            AcceptOutcome.Joins or AcceptOutcome.AlreadyMember => await JoinAsync(family, found, kind, name, now, ct),
        };
    }

    private async Task<Result<AcceptInviteResponse>> JoinAsync(
        Family family, LinkedInvitation found, FamilyKind kind, string? name, DateTimeOffset now, CancellationToken ct)
    {
        var invitation = found.Invitation;
        if (found.Me is null && found.Profile is null && kind.Limits.Members is { } most && await db.Members.CountAsync(m => m.FamilyId == family.Id, ct) >= most)
        {
            return MemberProblems.FamilyFull;
        }

        var given = await db.OpenedToAsync(found.Me, family.Id, invitation.AsGiven(kind)!, kind, now, ct);
        var (member, gained) = found.Profile is { } profile
            ? (profile.TakeOver(account.Id, name, given, invitation.AccessUntil, now), true)
            : Member.Admit(found.Me, family.Id, account.Id, name ?? NameOf(found), given, invitation.AccessUntil, invitation.InviterId, now);
        var used = await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE invitations SET status = 2, ended_at = {now}, accepted_by = {member.Id}, accepted_account_id = {account.Id},
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

        return await SaveAsync(new(true, gained ? Joined : AlreadyMember, family.Id, member.Id), ct);
    }

    private async Task<Result<AcceptInviteResponse>> WaitAsync(
        Family family, LinkedInvitation found, FamilyKind kind, string? name, DateTimeOffset now, CancellationToken ct)
    {
        var asked = found.Ask(name ?? NameOf(found), message: null, now);
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

        return await SaveAsync(new(true, WaitingForApproval, family.Id, RequestId: asked.Value.Id), ct);
    }

    private async Task<Result<AcceptInviteResponse>> SaveAsync(AcceptInviteResponse answer, CancellationToken ct)
    {
        if (await idempotency.KeepAsync(200, [answer.FamilyId, answer.MemberId ?? answer.RequestId!.Value], JsonSerializer.Serialize(answer.Outcome), ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return answer;
    }

    private static Result<AcceptInviteResponse> Again(IdempotencyKey kept) => JsonSerializer.Deserialize<string>(kept.Outcomes!) is var outcome && outcome == WaitingForApproval
        ? new AcceptInviteResponse(true, outcome, kept.Made[0], RequestId: kept.Made[1])
        : new AcceptInviteResponse(true, outcome!, kept.Made[0], kept.Made[1]);

    private static AcceptInviteResponse Repeat(Family family, LinkedInvitation found) => new(
        true, found.Invitation.AcceptedGained != false ? Joined : AlreadyMember, family.Id, found.Me!.Id);

    private string NameOf(LinkedInvitation found) => account.DisplayName.Length > 0 ? account.DisplayName : found.Invitation.Name ?? found.FamilyName;

    [EndpointSummary("Join")]
    [EndpointDescription("The signed-in person joins the family, or waits until somebody in it agrees. An invitation works once; the same person again gets the same answer.")]
    private static async Task<IResult> ByTokenAsync(string token, AcceptInviteRequest? request, AcceptInvite accept, CancellationToken ct) =>
        (await accept.HandleAsync(token, request ?? new(), ct)).ToOk();

    [EndpointSummary("Join by the invitation's id")]
    private static async Task<IResult> ByIdAsync(Guid id, AcceptInviteRequest? request, AcceptInvite accept, CancellationToken ct) =>
        (await accept.HandleAsync(id, request ?? new(), ct)).ToOk();
}
