using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Accounts;

/// <summary>The code that went to an address which the account is to have too.</summary>
/// <param name="Code">Six digits.</param>
/// <param name="Email">The address it went to.</param>
/// <param name="Phone">The number it went to, instead.</param>
public sealed record ProveAddressRequest(string? Code, string? Email = null, string? Phone = null)
{
    internal static ProveAddressRequest Of(string? code, string address)
    {
        var (email, phone) = SignInAddress.Read(address);
        return new(code, email, phone);
    }
}

/// <summary>
/// Adds an address to the signed-in account once its code has come back: the one that this account asked for, because one that was sent
/// for signing in says nothing about whose account it is for.
/// </summary>
internal sealed class ProveAddress(
    KinviteDbContext db, AccountTransaction transaction, CodeTries tries, RateLimits limits, RecentSignIn recent, CurrentAccount account, OutboxSignal outbox,
    TimeProvider clock)
{
    private SessionTokens? renewed;

    /// <param name="request">As typed.</param>
    /// <param name="challenge">Which code; null for the newest that this account asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<AddressResponse>> HandleAsync(ProveAddressRequest request, Guid? challenge, Caller caller, CancellationToken ct)
    {
        var parsed = SignInAddress.Parse(request.Email, request.Phone);
        if (parsed.Refused(out var problem))
        {
            return problem;
        }

        if (string.IsNullOrWhiteSpace(request.Code))
        {
            return Problem.Invalid("code", "The six digits are needed.");
        }

        var address = parsed.Value;
        if ((recent.LacksForAdding
            ?? await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, address.Key, ct)) is { } refusal)
        {
            return refusal;
        }

        var own = await db.Codes.Where(c => c.AddressKey == address.Key && c.AccountId == account.Id && (challenge == null || c.Id == challenge))
            .OrderByDescending(c => c.Id).Select(c => c.Id).FirstOrDefaultAsync(ct);
        var tried = await tries.TryAsync(address.Key, own, request.Code, ct);
        if (tried.Refused(out problem))
        {
            return problem;
        }

        try
        {
            var proven = account.IsGuest
                ? await transaction.RunWithFamiliesAsync(account.Id, locked => AddAsync(locked, tried.Value, address, ct), ct)
                : await transaction.RunAsync(account.Id, locked => AddAsync(locked, tried.Value, address, ct), ct);
            outbox.Wake();
            account.Renewed = renewed;
            return proven.Refused(out problem) ? problem : proven.Value ?? (Result<AddressResponse>)AccountProblems.AddressTaken;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return AccountProblems.AddressTaken; // proven by another account a moment ago
        }
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapPost("/addresses/verify", PostAsync)
        .WithName(nameof(ProveAddress)).Produces<AddressResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);

    /// <returns>Null when the address is another account's: its code is used up all the same.</returns>
    private async Task<Result<AddressResponse?>> AddAsync(Account locked, Guid code, ContactAddress address, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        var now = clock.Now();
        // A right try is no wrong one: it is taken back from the count.
        var used = await db.Codes.Where(c => c.Id == code && c.UsedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now).SetProperty(x => x.TriesUsed, x => x.TriesUsed - 1), ct);
        if (used == 0)
        {
            return AccountProblems.CodeInvalid;
        }

        if (await db.Addresses.AnyAsync(a => a.Key == address.Key && a.ProvenAt != null && a.AccountId != account.Id, ct))
        {
            return (AddressResponse?)null;
        }

        var all = await db.Addresses.Where(a => a.AccountId == account.Id && a.RemovedAt == null).ToListAsync(ct);
        var own = all.Find(a => a.Key == address.Key);
        if (own is { ProvenAt: not null })
        {
            return AddressResponse.Of(own);
        }

        SecurityMessage.Tell(db, account.Id, all, SecurityEvent.AddressAdded, now);
        if (own is null)
        {
            own = AccountAddress.Of(account.Id, address, now, primary: false);
            db.Add(own);
        }

        own.Prove(all, now);
        renewed = await db.SettleAsync(locked, account.SessionId, now, ct);
        // Who only says that it is theirs does so no more.
        await db.Addresses.Where(a => a.Key == address.Key && a.AccountId != account.Id && a.ProvenAt == null && a.RemovedAt == null).ExecuteDeleteAsync(ct);
        await db.SaveChangesAsync(ct);
        return AddressResponse.Of(own);
    }

    [EndpointSummary("Prove an address")]
    [EndpointDescription("Takes the code of POST /api/account/addresses. Needs a sign-in of the last 10 minutes. A guest is none any more with it, and keeps every place.")]
    private static async Task<IResult> PostAsync(ProveAddressRequest request, HttpContext http, ProveAddress useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, challenge: null, Caller.Of(http), ct)).ToOk();
}
