using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Adds a passkey to the signed-in account: the question first, then the device's answer under a name.</summary>
internal sealed class AddPasskey(
    KinviteDbContext db, AccountTransaction transaction, PasskeyCeremony ceremony, RecentSignIn recent, CurrentAccount current, OutboxSignal outbox, TimeProvider clock)
{
    /// <summary>More than anybody has devices.</summary>
    public const int Most = 20;

    private SessionTokens? renewed;

    /// <returns>JSON for <c>navigator.credentials.create</c>.</returns>
    public async Task<Result<string>> AskAsync(HttpContext http, CancellationToken ct)
    {
        if (recent.LacksForAdding is { } problem)
        {
            return problem;
        }

        // What the device shows: the address says which account it is, where somebody has two.
        var found = await db.Accounts.Where(a => a.Id == current.Id)
            .Select(a => new { Account = a, Address = db.Addresses.Where(x => x.AccountId == a.Id && x.Primary).Select(x => x.Value).FirstOrDefault() }).SingleOrDefaultAsync(ct);
        return found is null ? Problem.AuthRequired : await ceremony.AskToAddAsync(found.Account, found.Address ?? found.Account.DisplayName, http);
    }

    /// <param name="credential">The device's answer, as JSON.</param>
    /// <param name="name">What its person calls it; left out, the device's.</param>
    /// <param name="http">The browser's request.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Its name.</returns>
    public async Task<Result<string>> HandleAsync(string? credential, string? name, HttpContext http, CancellationToken ct)
    {
        if (recent.LacksForAdding is { } problem)
        {
            return problem;
        }

        var errors = new FieldErrors();
        var called = errors.Take("name", PersonName.Parse(name ?? DeviceName.Of(Caller.Of(http).Device) ?? "Passkey"));
        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        var made = await ceremony.TakeNewAsync(current.Id, credential, http, ct);
        if (made.Refused(out problem))
        {
            return problem;
        }

        var added = current.IsGuest
            ? await transaction.RunWithFamiliesAsync(current.Id, locked => AddAsync(locked, made.Value, called!, ct), ct)
            : await transaction.RunAsync(current.Id, locked => AddAsync(locked, made.Value, called!, ct), ct);
        outbox.Wake();
        current.Renewed = renewed;
        return added;
    }

    private async Task<Result<string>> AddAsync(Account locked, UserPasskeyInfo made, string name, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        if (await db.UserPasskeys.CountAsync(p => p.UserId == current.Id, ct) >= Most)
        {
            return AccountProblems.PasskeysFull;
        }

        var now = clock.Now();
        db.Add(new IdentityUserPasskey<Guid>
        {
            UserId = current.Id,
            CredentialId = made.CredentialId,
            Data = new()
            {
                Name = name,
                PublicKey = made.PublicKey,
                CreatedAt = now,
                SignCount = made.SignCount,
                Transports = made.Transports,
                IsUserVerified = made.IsUserVerified,
                IsBackupEligible = made.IsBackupEligible,
                IsBackedUp = made.IsBackedUp,
                AttestationObject = made.AttestationObject,
                ClientDataJson = made.ClientDataJson,
            },
        });
        renewed = await db.SettleAsync(locked, current.SessionId, now, ct);
        SecurityMessage.Tell(db, current.Id, await db.Addresses.Where(a => a.AccountId == current.Id && a.RemovedAt == null).ToListAsync(ct), SecurityEvent.PasskeyAdded, now);
        await db.SaveChangesAsync(ct);
        return name;
    }
}
