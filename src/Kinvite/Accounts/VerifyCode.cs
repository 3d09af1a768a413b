using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>A one-time code, typed by whoever got it.</summary>
/// <param name="Code">Six digits.</param>
/// <param name="Email">The address it went to.</param>
/// <param name="Phone">The number it went to, instead.</param>
/// <param name="Challenge">From <c>POST /api/auth/codes</c>; left out, the newest code of the address counts.</param>
/// <param name="DisplayName">For a new account; the part before the @ when left out.</param>
public sealed record VerifyCodeRequest(string? Code, string? Email = null, string? Phone = null, Guid? Challenge = null, string? DisplayName = null)
{
    internal static VerifyCodeRequest Of(string code, PendingSignIn pending)
    {
        var (email, phone) = SignInAddress.Read(pending.Email);
        return new(code, email, phone, pending.Challenge, pending.DisplayName);
    }
}

/// <summary>A session that has just begun.</summary>
internal sealed record SignIn(Session Session, SessionTokens Tokens, bool Created)
{
    public Guid AccountId => Session.AccountId!.Value;
}

/// <summary>
/// Signs in by a code: proves the address, and makes the account when there is none; an unproven account that claims the address becomes
/// the property of whoever reads its mail (<see cref="AddressClaims"/>). One code starts one session, and one address gets one account, however many requests race.
/// </summary>
internal sealed class VerifyCode(
    KinviteDbContext db, AddressTransaction transaction, CodeTries tries, RateLimits limits, SignUpRule signUp, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="request">As typed.</param>
    /// <param name="kind">A browser's cookie, or a program's tokens.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="link">The invitation whose link the browser brought along; it lets a new account in where sign-up is by invitation.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SignIn>> HandleAsync(VerifyCodeRequest request, SessionKind kind, Caller caller, LinkToken? link, CancellationToken ct)
    {
        var parsed = SignInAddress.Parse(request.Email, request.Phone);
        if (parsed.Refused(out var problem))
        {
            return problem;
        }

        var errors = new FieldErrors();
        var address = parsed.Value;
        var name = request.DisplayName is null ? null : errors.Take("displayName", PersonName.Parse(request.DisplayName));
        if (string.IsNullOrWhiteSpace(request.Code))
        {
            errors.Add("code", "The six digits are needed.");
        }

        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, address.Key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var tried = await tries.TryAsync(address.Key, request.Challenge, request.Code!, ct);
        if (tried.Refused(out var wrong))
        {
            return wrong;
        }

        var signedIn = await transaction.RunAsync(address.Key, claims => SignInAsync(tried.Value, claims, address, name, kind, caller, link, ct), ct);
        outbox.Wake();
        return signedIn;
    }

    private async Task<Result<SignIn>> SignInAsync(
        Guid code, AddressClaims claims, ContactAddress address, string? name, SessionKind kind, Caller caller, LinkToken? link, CancellationToken ct)
    {
        var now = clock.Now();
        // A right try is no wrong one: it is taken back from the count.
        var used = await db.Codes.FromSql($"UPDATE codes SET used_at = {now}, tries_used = tries_used - 1 WHERE id = {code} AND used_at IS NULL RETURNING *")
            .AsNoTracking().ToListAsync(ct);
        if (used.Count == 0)
        {
            return AccountProblems.CodeInvalid;
        }

        var (outcome, claim) = claims.Decide(used[0].AccountId);
        if (claim is null && await signUp.RefuseAsync(address.Key, link, now, ct) is { } refusal)
        {
            return refusal;
        }

        var account = claim?.Account.Id ?? Create(address, name, caller.Locale ?? used[0].Locale, now);
        var hadPassword = claim?.Account.PasswordHash is not null;
        if (outcome != ProofOutcome.IsOwner)
        {
            await claims.SettleAsync(db, outcome, account, now, ct);
        }

        if (outcome == ProofOutcome.TakesOver && hadPassword)
        {
            // Whoever chose it may be the same person, who wonders why it works no more.
            SecurityMessage.Tell(db, account, [claim!.Address], SecurityEvent.PasswordRemoved, now);
        }

        if (outcome == ProofOutcome.TakesOver && name is not null)
        {
            claim!.Account.DisplayName = name; // the one before may have been anybody's idea
        }

        var (session, tokens) = Session.Start(account, kind, caller.Device, now);
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return new SignIn(session, tokens, outcome == ProofOutcome.IsNew);
    }

    private Guid Create(ContactAddress address, string? name, string locale, DateTimeOffset now)
    {
        var account = Account.Make(name ?? Account.NameFrom(address.Value, locale), locale, now);
        db.Add(account);
        db.Add(AccountAddress.Of(account.Id, address, now, proven: true));
        return account.Id;
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/codes/verify", PostAsync)
        .WithName(nameof(VerifyCode)).Produces<TokenResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429);

    [EndpointSummary("Sign in with a one-time code")]
    [EndpointDescription("Proves the address, and makes the account when there is none. Whoever is signed in already plays no part.")]
    private static async Task<IResult> PostAsync(VerifyCodeRequest request, HttpContext http, VerifyCode useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, SessionKind.Api, Caller.Of(http), link: null, ct))
            .ToHttp(signIn => TypedResults.Ok(TokenResponse.Of(signIn.AccountId, signIn.Tokens, signIn.Created)));
}
