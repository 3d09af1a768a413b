using Kinvite.AccessRequests;
using Kinvite.Activity;
using Kinvite.Delivery;
using Kinvite.Families;
using Kinvite.Http;
using Kinvite.Kinds;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;

namespace Kinvite.Invitations;

/// <summary>Asks the person who invited, where the link itself does not let one in.</summary>
/// <param name="Message">What the asker says, at most 500 characters.</param>
public sealed record AskInviterRequest(string? Message = null);

/// <summary>
/// The way out of a link that is over or meant for another address: a request tied to the invitation, which somebody in the family answers.
/// Whoever asks again while it waits gets the same answer and makes nobody a second mail.
/// </summary>
internal sealed class AskInviter(
    KinviteDbContext db, FamilyTransaction transaction, FamilyKinds kinds, KeyRing keys, CurrentAccount account, Idempotency idempotency, JoinByLink byLink,
    OutboxSignal outbox, TimeProvider clock)
{
    public Task<Result<OkResponse>> HandleAsync(string token, AskInviterRequest request, CancellationToken ct) =>
        idempotency.OnceAsync(_ => Task.FromResult<Result<OkResponse>>(OkResponse.Yes), () => FirstAsync(token, request, ct), ct);

    private async Task<Result<OkResponse>> FirstAsync(string token, AskInviterRequest request, CancellationToken ct)
    {
        if (keys.Read(token) is not { } link)
        {
            return InvitationProblems.Unknown;
        }

        if (!account.IsSignedIn)
        {
            return Problem.AuthRequired with { Detail = "Sign in first, so that the family knows who asks." };
        }

        if (account.IsGuest)
        {
            return Problem.RightsMissing with { Detail = "Add an address to your account first, so that the family knows who asks." };
        }

        var errors = new FieldErrors();
        var message = errors.Take("message", PersonalMessage.Parse(request.Message));
        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        var said = string.IsNullOrEmpty(message) ? null : message;
        var result = link.Kind == LinkKind.Open
            ? await byLink.AskAsync(link, account.Id, account.DisplayName, said, made => idempotency.KeepAsync(202, [made], outcomes: null, ct), ct)
            : await transaction.RunForInvitationAsync(link.Id, account.Id, family => AskAsync(family, link, said, ct), ct);
        if (result.Refused(out var problem))
        {
            return problem == Problem.NotFound ? InvitationProblems.Unknown : problem;
        }

        outbox.Wake();
        return result;
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/invites/{token}/ask", PostAsync).Idempotent()
        .RequireIpLimit(CallerLimits.Preview)
        .WithName(nameof(AskInviter)).Produces<OkResponse>(202)
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);

    private async Task<Result<OkResponse>> AskAsync(Family family, LinkToken link, string? message, CancellationToken ct)
    {
        var now = clock.Now();
        var found = await LinkedInvitation.LoadAsync(db, link.Id, link, account.Id, now, ct);
        if (found is not { EpochAlive: true } || kinds.TryFind(family.Kind) is not { } kind)
        {
            return InvitationProblems.Unknown;
        }

        // Who is in the family and would see another child by it may ask like anybody else.
        if (found.Me is { } me && !me.HasEnded(now) && (found.Invitation.AsGiven(kind) is not { } given || me.WouldGainNothing(given, now)))
        {
            return AccessRequestProblems.MemberAlready;
        }

        var asked = found.Ask(account.DisplayName, message, now);
        if (asked.Refused(out var problem))
        {
            return problem;
        }

        if (asked.Value == found.MyRequest)
        {
            return OkResponse.Yes;
        }

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

        if (await idempotency.KeepAsync(202, [asked.Value.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return OkResponse.Yes;
    }

    [EndpointSummary("Ask the person who invited you")]
    [EndpointDescription("For a link that is over, or that was meant for another address: somebody in the family sees who asks and decides.")]
    private static async Task<IResult> PostAsync(string token, AskInviterRequest? request, AskInviter ask, CancellationToken ct) =>
        (await ask.HandleAsync(token, request ?? new(), ct)).ToHttp(ok => TypedResults.Accepted((string?)null, ok));
}
