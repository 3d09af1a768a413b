using System.Text.Json;
using Kinvite.AccessRequests;
using Kinvite.Accounts;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Invitations;

/// <summary>Where somebody accepts: what sort of session a guest gets, and what their request says about them.</summary>
internal sealed record Visit(SessionKind Kind, Caller Caller)
{
    /// <summary>A program.</summary>
    public static Visit OfProgram(HttpContext http) => new(SessionKind.Api, Caller.Of(http));

    /// <summary>A browser with the pages.</summary>
    public static Visit OfBrowser(HttpContext http) => new(SessionKind.Web, Caller.Of(http));
}

/// <summary>Whoever comes in.</summary>
/// <param name="AccountId">The account that is signed in, or the guest's.</param>
/// <param name="DisplayName">As the account calls itself.</param>
/// <param name="Name">As they said just now; null = nothing.</param>
/// <param name="Guest">Made for this, saved together with what comes of it; null for an account that is there.</param>
internal sealed record Newcomer(Guid AccountId, string DisplayName, string? Name, NewGuest? Guest);

/// <summary>A guest's account and first session, before they are saved.</summary>
internal sealed record NewGuest(Account Account, Session Session, SessionTokens Tokens);

/// <summary>Who comes in by a link: the account that is signed in, or a guest where a name is enough; and what they are answered when they say it again.</summary>
internal sealed class Newcomers(
    KinviteDbContext db, CurrentAccount account, Idempotency idempotency, RateLimits limits, SignUpRule signUp, AccountTransaction accounts,
    TimeProvider clock)
{
    /// <summary>
    /// Before anything is locked. Without a session: 401 where one has to sign in, and a guest else, of whom a link makes 20 a day (counted here,
    /// whatever comes of it).
    /// </summary>
    /// <param name="link">Null by id, where somebody is signed in.</param>
    /// <param name="request">What they say.</param>
    /// <param name="visit">Null by id.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<Newcomer>> ReceiveAsync(LinkToken? link, AcceptInviteRequest request, Visit? visit, CancellationToken ct)
    {
        if (!account.IsSignedIn && (link is null || visit is null))
        {
            return Problem.AuthRequired;
        }

        if (!account.IsSignedIn && await NeedsSignInAsync(link!, ct) is { } problem)
        {
            return problem;
        }

        if (request.AccountId is { } given && given != account.AccountId)
        {
            return Problem.Invalid("accountId", "This is not the account that is signed in.");
        }

        var errors = new FieldErrors();
        var name = request.Name is null && account.IsSignedIn ? null : errors.Take("name", PersonName.Parse(request.Name));
        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        return account.IsSignedIn
            ? new Newcomer(account.Id, account.DisplayName, name, Guest: null)
            : await limits.TakeAsync(CallerLimits.GuestByLink, link!.Id.ToString(), ct) is { } tooMany ? tooMany : MakeGuest(name!, visit!);
    }

    /// <summary>In the transaction, at its end: remembers the answer for a repeat, and saves.</summary>
    public async Task<Result<AcceptInviteResponse>> SaveAsync(AcceptInviteResponse answer, Newcomer who, CancellationToken ct)
    {
        Guid[] made = [answer.FamilyId, answer.MemberId ?? answer.RequestId!.Value];
        if (await idempotency.KeepAsync(200, who.Guest is null ? made : [.. made, who.AccountId], JsonSerializer.Serialize(answer.Outcome), ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        return who.Guest is null ? answer : answer.With(who.AccountId, who.Guest.Tokens);
    }

    /// <summary>
    /// The first answer again. A guest gets a new session while it is that guest and nothing has ended what it came by; these count as guests do. An account with a way of signing in is entered by that.
    /// </summary>
    public async Task<Result<AcceptInviteResponse>> AgainAsync(IdempotencyKey kept, LinkToken? link, Visit? visit, CancellationToken ct)
    {
        var outcome = JsonSerializer.Deserialize<string>(kept.Outcomes!)!;
        var answer = outcome == AcceptInvite.WaitingForApproval
            ? new AcceptInviteResponse(true, outcome, kept.Made[0], RequestId: kept.Made[1])
            : new AcceptInviteResponse(true, outcome, kept.Made[0], kept.Made[1]);
        if (kept.Made is not [var family, var place, var guest] || link is null || visit is null)
        {
            return answer;
        }

        if (await limits.TakeAsync(CallerLimits.GuestByLink, link.Id.ToString(), ct) is { } tooMany)
        {
            return tooMany;
        }

        return await accounts.RunAsync<AcceptInviteResponse>(guest, async account =>
        {
            var now = clock.Now();
            if (!account.IsGuest || !await StandsAsync(link, family, place, guest, now, ct))
            {
                return Problem.AuthRequired;
            }

            var (session, tokens) = Session.Start(guest, visit.Kind, visit.Caller.Device, now);
            db.Add(session);
            await db.SaveChangesAsync(ct);
            return answer.With(guest, tokens);
        }, ct);
    }

    // Neither was the link replaced, withdrawn or its key ended, nor the guest removed or refused, nor did it sign out.
    private Task<bool> StandsAsync(LinkToken link, Guid family, Guid place, Guid guest, DateTimeOffset now, CancellationToken ct) => db.Accounts.AnyAsync(a =>
        a.Id == guest
        && (db.Invitations.Any(i => i.Id == link.Id && i.Generation == link.Generation)
            || db.InviteLinks.Any(l => l.Id == link.Id && l.Status != InviteLinkStatus.Revoked && l.Status != InviteLinkStatus.Replaced))
        && db.KeyEpochs.Any(e => e.Number == link.Epoch && (e.EndsAt == null || e.EndsAt > now))
        && (db.Members.Any(m => m.FamilyId == family && m.AccountId == guest)
            || db.AccessRequests.Any(r => r.Id == place && r.AccountId == guest && r.Status == AccessRequestStatus.Pending))
        && !db.Sessions.Any(s => s.AccountId == guest && s.EndedAt != null), ct);

    // Without a lock: whether it asks for an account never changes in a link.
    private async Task<Problem?> NeedsSignInAsync(LinkToken link, CancellationToken ct)
    {
        var requireLogin = link.Kind == LinkKind.Open
            ? await db.InviteLinks.Where(l => l.Id == link.Id).Select(l => (bool?)l.RequireLogin).SingleOrDefaultAsync(ct)
            : await db.Invitations.Where(i => i.Id == link.Id).Select(i => (bool?)i.RequireLogin).SingleOrDefaultAsync(ct);
        return requireLogin switch
        {
            null => InvitationProblems.Unknown,
            true => Problem.AuthRequired with { Detail = "Sign in first; the invitation stays as it is." },
            false => signUp.Closed,
        };
    }

    private Newcomer MakeGuest(string name, Visit visit)
    {
        var now = clock.Now();
        var guest = Account.Make(name, visit.Caller.Locale ?? Locales.Default, now);
        guest.IsGuest = true;
        var (session, tokens) = Session.Start(guest.Id, visit.Kind, visit.Caller.Device, now);
        return new(guest.Id, name, name, new NewGuest(guest, session, tokens));
    }
}
