using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>A new password, with the code that was mailed.</summary>
/// <param name="Email">The address that the code went to.</param>
/// <param name="Code">Six digits.</param>
/// <param name="Password">8 to 128 characters.</param>
public sealed record ResetPasswordRequest(string? Email, string? Code, string? Password);

/// <summary>
/// Sets a password for whoever reads the mail, and ends every other session: somebody who knew the old one may hold one. The code proves the address
/// as it does when it signs in.
/// </summary>
internal sealed class ResetPassword(
    KinviteDbContext db, AddressTransaction transaction, CodeTries tries, PasswordHashes hashes, RateLimits limits, CurrentAccount current, OutboxSignal outbox,
    TimeProvider clock)
{
    /// <param name="request">As typed.</param>
    /// <param name="challenge">Which code; null for the newest of the address.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whose it was.</returns>
    public async Task<Result<Guid>> HandleAsync(ResetPasswordRequest request, Guid? challenge, Caller caller, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var parsed = SignInAddress.ParseMailbox(request.Email ?? "");
        if (parsed.Refused(out _))
        {
            errors.Add("email", "This is not an e-mail address.");
        }

        if (string.IsNullOrWhiteSpace(request.Code))
        {
            errors.Add("code", "The six digits are needed.");
        }

        // Before the code, so that a password which is refused costs none.
        var password = errors.Take("password", PasswordRule.Parse(request.Password, parsed.Problem is null ? parsed.Value : null));

        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        var key = parsed.Value.Key;
        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var tried = await tries.TryAsync(key, challenge, request.Code!, ct);
        if (tried.Refused(out var problem))
        {
            return problem;
        }

        var hash = hashes.Of(password!);
        var reset = await transaction.RunAsync(key, claims => SetAsync(tried.Value, claims, hash, ct), ct);
        outbox.Wake();
        return reset;
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/password/reset", PostAsync)
        .WithName(nameof(ResetPassword)).Produces(204).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);

    private async Task<Result<Guid>> SetAsync(Guid code, AddressClaims claims, string hash, CancellationToken ct)
    {
        var now = clock.Now();
        // A right try is no wrong one: it is taken back from the count.
        var used = await db.Codes.FromSql($"UPDATE codes SET used_at = {now}, tries_used = tries_used - 1 WHERE id = {code} AND used_at IS NULL RETURNING *")
            .AsNoTracking().ToListAsync(ct);
        if (used.Count == 0 || claims.Decide(used[0].AccountId) is not { Claim: { Account: var account } claim } decided)
        {
            return AccountProblems.CodeInvalid; // nobody's address: its code makes an account where codes sign in, not here
        }

        if (decided.Outcome != ProofOutcome.IsOwner)
        {
            await claims.SettleAsync(db, decided.Outcome, account.Id, now, ct);
        }

        account.PasswordHash = hash;
        var addresses = await db.Addresses.Where(a => a.AccountId == account.Id && a.RemovedAt == null).ToListAsync(ct);
        SecurityMessage.Tell(db, account.Id, addresses, SecurityEvent.PasswordSet, now);
        await db.Sessions.Where(s => s.AccountId == account.Id && s.EndedAt == null && s.Id != current.SessionId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), ct);
        await db.PasswordTries.Where(t => t.AddressKey == claim.Address.Key).ExecuteDeleteAsync(ct);
        await db.SaveChangesAsync(ct);
        return account.Id;
    }

    [EndpointSummary("Set a new password")]
    [EndpointDescription("Takes the code of POST /api/auth/password/forgot. Every other session of the account ends.")]
    private static async Task<IResult> PostAsync(ResetPasswordRequest request, HttpContext http, ResetPassword useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, challenge: null, Caller.Of(http), ct)).ToHttp(_ => TypedResults.NoContent());
}
