using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Kinvite.Accounts;

/// <summary>
/// Adds an address to the signed-in account once its code has come back. A session that somebody left open somewhere is not enough for that
/// (design.md §4b): its sign-in has to be a fresh one.
/// </summary>
internal sealed class ProveAddress(KinviteDbContext db, CodeTries tries, RateLimits limits, CurrentAccount account, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>Whether this session may change the account's addresses now.</summary>
    public bool IsAllowed => account is { IsSignedIn: true, IsGuest: false, AuthenticatedAt: { } at } && clock.Now() - at <= Fresh;

    public async Task<Result<OkResponse>> HandleAsync(EmailAddress address, Guid? challenge, string code, Caller caller, CancellationToken ct)
    {
        if (!IsAllowed)
        {
            return Problem.AuthRequired with { Detail = "Sign in once more first: an account's addresses can only be changed right after that." };
        }

        if ((await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.SignIn, address.Key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var tried = await tries.TryAsync(address.Key, challenge, code, ct);
        if (tried.Refused(out var wrong))
        {
            return wrong;
        }

        try
        {
            return await AddAsync(tried.Value, address, ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return AccountProblems.AddressTaken; // proven by another account a moment ago
        }
    }

    private async Task<Result<OkResponse>> AddAsync(Guid code, EmailAddress address, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // A right try is no wrong one: it is taken back from the count.
        var used = await db.Codes.Where(c => c.Id == code && c.UsedAt == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.UsedAt, now).SetProperty(x => x.TriesUsed, x => x.TriesUsed - 1), ct);
        if (used == 0)
        {
            return AccountProblems.CodeInvalid;
        }

        if (await db.Addresses.AnyAsync(a => a.Key == address.Key && a.ProvenAt != null && a.AccountId != account.Id, ct))
        {
            await transaction.CommitAsync(CancellationToken.None);
            return AccountProblems.AddressTaken;
        }

        if (await db.Addresses.SingleOrDefaultAsync(a => a.AccountId == account.Id && a.Key == address.Key, ct) is { } own)
        {
            own.ProvenAt ??= now;
        }
        else
        {
            db.Add(new AccountAddress
            {
                Id = Guid.CreateVersion7(now),
                AccountId = account.Id,
                Type = AddressType.Email,
                Value = address.Value,
                Key = address.Key,
                ProvenAt = now,
                Primary = !await db.Addresses.AnyAsync(a => a.AccountId == account.Id && a.Primary, ct),
                CreatedAt = now,
            });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return OkResponse.Yes;
    }
}
