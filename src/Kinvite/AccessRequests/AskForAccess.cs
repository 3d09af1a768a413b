using System.Text.RegularExpressions;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Members;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.AccessRequests;

/// <summary>Asks to get in without an invitation.</summary>
/// <param name="FamilyId">The family; or leave it out and name a child.</param>
/// <param name="ChildId">The child one would like to see.</param>
/// <param name="Message">What the asker says, at most 500 characters.</param>
/// <param name="Role">What they would like to be there, a key of at most 40 characters; whoever answers decides.</param>
public sealed record AskForAccessRequest(Guid? FamilyId = null, Guid? ChildId = null, string? Message = null, string? Role = null);

/// <summary>It is kept until somebody answers, or its asker withdraws it.</summary>
/// <param name="Id">The request's id.</param>
public sealed record AskForAccessResponse(Guid Id);

/// <summary>
/// Asks to get in. The answer and the work are the same whether or not there is such a family or child, its kind takes requests, or it has blocked
/// the asker (design.md §3 rule 17): what nobody is to see is kept for its asker alone.
/// </summary>
internal sealed partial class AskForAccess(
    KinviteDbContext db, FamilyTransaction transaction, FamilyKinds kinds, RateLimits limits, CurrentAccount account, Idempotency idempotency, OutboxSignal outbox, TimeProvider clock)
{
    public Task<Result<AskForAccessResponse>> HandleAsync(AskForAccessRequest request, CancellationToken ct) => idempotency.OnceAsync(
        kept => Task.FromResult<Result<AskForAccessResponse>>(new AskForAccessResponse(kept.Made[0])), () => FirstAsync(request, ct), ct);

    private async Task<Result<AskForAccessResponse>> FirstAsync(AskForAccessRequest request, CancellationToken ct)
    {
        if (Check(request) is { } invalid)
        {
            return invalid;
        }

        if (account.IsGuest)
        {
            return Problem.RightsMissing with { Detail = "Add an address to your account first, so that the family knows who asks." };
        }

        if (await limits.TakeAsync(CallerLimits.AccessRequest, account.Id.ToString(), ct) is { } tooOften)
        {
            return tooOften;
        }

        var result = request.ChildId is { } child
            ? await transaction.RunForAskedChildAsync(child, account.Id, family => AskAsync(family, child, request, ct), ct)
            : await transaction.RunForAskedFamilyAsync(request.FamilyId!.Value, account.Id, family => AskAsync(family, request.FamilyId!.Value, request, ct), ct);
        if (!result.Refused(out _))
        {
            outbox.Wake();
        }

        return result;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/access-requests", PostAsync).Idempotent().RequireAccount()
        .WithName(nameof(AskForAccess)).Produces<AskForAccessResponse>(202)
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<AskForAccessResponse>> AskAsync(Family? family, Guid target, AskForAccessRequest request, CancellationToken ct)
    {
        var now = clock.Now();
        var kind = family is null ? null : kinds.TryFind(family.Kind);
        var (facts, answerers) = (await FactsAsync(family?.Id, target, ct), await db.WhoAnswersAsync(family, kind, request.ChildId, now, ct));
        if (facts is null)
        {
            return Problem.AuthRequired; // deleted a moment ago
        }

        if (facts.Me is { } me && me.Sees(request.ChildId, now))
        {
            return AccessRequestProblems.MemberAlready;
        }

        if (facts.Last is { Status: AccessRequestStatus.Pending })
        {
            return AccessRequestProblems.Pending;
        }

        var isTaken = kind is { Requests.Allowed: true } && !facts.IsBlocked && (request.ChildId is null || IsChild(kind, facts.TargetRole));
        var asked = AccessRequest.Ask(
            facts.IsBlocked ? null : facts.Last,
            new Asking(
                target, isTaken ? family!.Id : null, InvitationId: null, account.Id, account.DisplayName, PersonalMessage.OrNull(request.Message), request.ChildId, request.Role),
            now);
        if (asked.Refused(out var problem))
        {
            return problem;
        }

        db.Add(asked.Value);
        if (isTaken)
        {
            db.Add(ActivityEntry.Of(
                ActivityTypes.RequestCreated, family!.Id, null, now, (asked.Value.Id, asked.Value.Name), request.ChildId is { } child ? [child] : []));
        }

        // For nobody as well: the worker finds that out, not whoever measures how long this takes.
        foreach (var answerer in isTaken && answerers.Count > 0 ? answerers.Select(a => (Guid?)a) : [null])
        {
            db.Add(OutboxMessage.Of(MessageTypes.Request, asked.Value.Id, now, recipientId: answerer));
        }

        if (await idempotency.KeepAsync(202, [asked.Value.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return new AskForAccessResponse(asked.Value.Id);
    }

    private Task<Facts?> FactsAsync(Guid? familyId, Guid target, CancellationToken ct) => (
        from own in db.Accounts
        where own.Id == account.Id
        from me in db.Members.Include(m => m.Children).Where(m => m.FamilyId == familyId && m.AccountId == own.Id).DefaultIfEmpty()
        select new Facts
        {
            Me = me,
            Last = db.AccessRequests.Where(r => r.AccountId == own.Id && r.TargetId == target).OrderByDescending(r => r.Id).FirstOrDefault(),
            IsBlocked = db.RequestBlocks.Any(b => b.FamilyId == familyId && b.AccountId == own.Id),
            TargetRole = db.Members.Where(m => m.FamilyId == familyId && m.Id == target && m.AccountId == null).Select(m => m.Role).FirstOrDefault(),
        }).SingleOrDefaultAsync(ct);

    // A kind that shares everything with everybody has no children to ask for one by one.
    private static bool IsChild(FamilyKind kind, string? role) =>
        kind.Invitations.Children != ChildrenMode.No && role is not null && kind.FindRole(role) is { Child: true };

    // Nothing that only a family's kind could know: its answer would tell that there is one.
    private static Problem? Check(AskForAccessRequest request)
    {
        var errors = new FieldErrors();
        if (request.FamilyId is null == request.ChildId is null)
        {
            errors.Add("familyId", "Give the id of a family, or childId with that of a child.");
        }

        if (request.Message is not null)
        {
            errors.Take("message", PersonalMessage.Parse(request.Message));
        }

        if (request.Role is not null && !RoleKey().IsMatch(request.Role))
        {
            errors.Add("role", "Give the key of a role, such as relative, or leave it out.");
        }

        return errors.Problem;
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex RoleKey();

    [EndpointSummary("Ask to get in")]
    [EndpointDescription("The answer is the same whether or not there is such a family or child, and whether or not it takes requests: nobody learns from it who is where.")]
    private static async Task<IResult> PostAsync(AskForAccessRequest request, AskForAccess ask, CancellationToken ct) =>
        (await ask.HandleAsync(request, ct)).ToHttp(asked => TypedResults.Accepted((string?)null, asked));

    private sealed class Facts
    {
        public Member? Me { get; init; }

        /// <summary>The account's last request for the same family or child.</summary>
        public AccessRequest? Last { get; init; }
        public required bool IsBlocked { get; init; }

        /// <summary>Of the profile that is asked for; null when there is none.</summary>
        public string? TargetRole { get; init; }
    }
}
