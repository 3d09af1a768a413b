using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts.Oidc;

/// <summary>The signed-in person adds a provider as another way in. Its address plays no part: who it is there, is who it is here from now on.</summary>
internal sealed class AddProvider(
    KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount current, OutboxSignal outbox, TimeProvider clock)
{
    private SessionTokens? renewed;

    /// <summary>Null when this session may add one now.</summary>
    public Problem? Lacks => recent.LacksForAdding;

    public async Task<Problem?> HandleAsync(OidcProvider provider, ProviderIdentity person, CancellationToken ct)
    {
        if (recent.LacksForAdding is { } problem)
        {
            return problem;
        }

        var added = current.IsGuest
            ? await transaction.RunWithFamiliesAsync(current.Id, locked => AddAsync(locked, provider, person, ct), ct)
            : await transaction.RunAsync(current.Id, locked => AddAsync(locked, provider, person, ct), ct);
        outbox.Wake();
        current.Renewed = renewed;
        return added.Refused(out problem) ? problem : null;
    }

    private async Task<Result<bool>> AddAsync(Account locked, OidcProvider provider, ProviderIdentity person, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        if (await db.UserLogins.SingleOrDefaultAsync(l => l.LoginProvider == person.Issuer && l.ProviderKey == person.Subject, ct) is { } held)
        {
            return held.UserId == current.Id ? true : AccountProblems.ProviderTaken;
        }

        var now = clock.Now();
        db.Add(new IdentityUserLogin<Guid> { LoginProvider = person.Issuer, ProviderKey = person.Subject, ProviderDisplayName = provider.Name, UserId = current.Id });
        renewed = await db.SettleAsync(locked, current.SessionId, now, ct);
        SecurityMessage.Tell(
            db, current.Id, await db.Addresses.Where(a => a.AccountId == current.Id && a.RemovedAt == null).ToListAsync(ct), SecurityEvent.ProviderAdded, now);
        await db.SaveChangesAsync(ct);
        return true;
    }
}
