using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>An address and its password.</summary>
/// <param name="Email">The address that was registered, proven or not.</param>
/// <param name="Password">As typed.</param>
public sealed record LoginRequest(string? Email, string? Password);

/// <summary>
/// Signs in with a password. Whether or not anybody has the address, the answer, the count and the work are the same: two comparisons, one for
/// the account that has proven it and one for the newest that only claims it.
/// </summary>
internal sealed class Login(
    KinviteDbContext db, AccountTransaction transaction, PasswordAttempts attempts, PasswordHashes hashes, RateLimits limits, TimeProvider clock)
{
    /// <param name="request">As typed.</param>
    /// <param name="kind">A browser's cookie, or a program's tokens.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SignIn>> HandleAsync(LoginRequest request, SessionKind kind, Caller caller, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var parsed = SignInAddress.ParseMailbox(request.Email ?? "");
        if (parsed.Refused(out _))
        {
            errors.Add("email", "This is not an e-mail address.");
        }

        if (string.IsNullOrEmpty(request.Password))
        {
            errors.Add("password", "The password is needed.");
        }

        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        var address = parsed.Value;
        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, address.Key, ct)
            ?? await attempts.CountAsync(address.Key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var now = clock.Now();
        var rows = await (
            from a in db.Addresses.AsNoTracking()
            where a.Key == address.Key && a.RemovedAt == null
            join account in db.Accounts on a.AccountId equals account.Id
            where account.DeletedAt == null && (account.LockoutEnd == null || account.LockoutEnd <= now)
            orderby a.ProvenAt != null descending, a.Id descending
            select new Claimant(a.Id, account.Id, a.ProvenAt != null, account.PasswordHash)).Take(2).ToListAsync(ct);
        var (owner, newest) = (rows.Find(r => r.Proven), rows.Find(r => !r.Proven));
        var password = PasswordRule.Normal(request.Password) ?? "";
        // Both, whatever the first says: nobody measures which there is.
        var (isOwner, isNewest) = (hashes.Match(owner?.Hash, password), hashes.Match(newest?.Hash, password));
        return (isOwner ? owner : isNewest ? newest : null) is { } matched
            ? await StartAsync(matched, address.Key, kind, caller, ct)
            : AccountProblems.LoginFailed;
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/login", PostAsync)
        .WithName(nameof(Login)).Produces<TokenResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);

    private async Task<Result<SignIn>> StartAsync(Claimant matched, string addressKey, SessionKind kind, Caller caller, CancellationToken ct)
    {
        var started = await transaction.RunAsync<SignIn>(matched.AccountId, async account =>
        {
            // Compared before the lock: the password, or whose the address is, may have changed meanwhile.
            if (account.PasswordHash != matched.Hash || !await db.Addresses.AnyAsync(a => a.Id == matched.AddressId && a.RemovedAt == null, ct))
            {
                return AccountProblems.LoginFailed;
            }

            await ForgiveAsync(matched, addressKey, ct);
            var (session, tokens) = Session.Start(account.Id, kind, caller.Device, clock.Now());
            db.Add(session);
            await db.SaveChangesAsync(ct);
            return new SignIn(session, tokens, Created: false);
        }, ct);
        return started.Refused(out _) ? AccountProblems.LoginFailed : started;
    }

    // The owner's right password ends the count. One who only claims the address takes back their own try and no other: else a password
    // of one's own at somebody else's address would allow guessing that one's for ever.
    private Task<int> ForgiveAsync(Claimant matched, string addressKey, CancellationToken ct) => matched.Proven
        ? db.PasswordTries.Where(t => t.AddressKey == addressKey).ExecuteDeleteAsync(ct)
        : db.PasswordTries.Where(t => t.AddressKey == addressKey && t.Failures > 0)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.Failures, x => x.Failures - 1).SetProperty(x => x.LockedUntil, (DateTimeOffset?)null), ct);

    [EndpointSummary("Sign in with a password")]
    [EndpointDescription("After 5 wrong passwords for an address the next are refused for a minute, then for longer and longer; codes and passkeys keep working.")]
    private static async Task<IResult> PostAsync(LoginRequest request, HttpContext http, Login useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, SessionKind.Api, Caller.Of(http), ct))
            .ToHttp(signIn => TypedResults.Ok(TokenResponse.Of(signIn.AccountId, signIn.Tokens)));
}

/// <summary>Somebody who says that an address is theirs, with what proves it here.</summary>
/// <param name="AddressId">The row of the address.</param>
/// <param name="AccountId">Whose.</param>
/// <param name="Proven">A code came back.</param>
/// <param name="Hash">Of the password; null when there is none.</param>
internal sealed record Claimant(Guid AddressId, Guid AccountId, bool Proven, string? Hash);
