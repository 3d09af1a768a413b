using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>
/// The two halves of what WebAuthn calls a ceremony: the question that a browser puts to the device, and the check of its answer, which is
/// ASP.NET Core Identity's (challenge, origin, signature, user verification, counter).
/// </summary>
internal sealed class PasskeyCeremony(KinviteDbContext db, IPasskeyHandler<Account> handler, PasskeyChallenge challenge, RateLimits limits, TimeProvider clock)
{
    /// <summary>For a new passkey; as JSON for <c>navigator.credentials.create</c>.</summary>
    public async Task<string> AskToAddAsync(Account account, string name, HttpContext http)
    {
        var asked = await handler.MakeCreationOptionsAsync(new() { Id = account.Id.ToString("D"), Name = name, DisplayName = account.DisplayName }, http);
        challenge.Write(http, PasskeyPurpose.Add, asked.AttestationState ?? "");
        return asked.CreationOptionsJson;
    }

    /// <summary>For one that is there; as JSON for <c>navigator.credentials.get</c>.</summary>
    /// <param name="account">Whose it has to be; null for signing in, where the passkey says it.</param>
    /// <param name="http">The browser's request.</param>
    public async Task<string> AskAsync(Account? account, HttpContext http)
    {
        var asked = await handler.MakeRequestOptionsAsync(account!, http);
        challenge.Write(http, account is null ? PasskeyPurpose.SignIn : PasskeyPurpose.Confirm, asked.AssertionState ?? "");
        return asked.RequestOptionsJson;
    }

    /// <summary>The new passkey of the account that was asked for one.</summary>
    public async Task<Result<UserPasskeyInfo>> TakeNewAsync(Guid accountId, string? credential, HttpContext http, CancellationToken ct)
    {
        if (await challenge.TakeAsync(http, PasskeyPurpose.Add, ct) is not { } state || string.IsNullOrEmpty(credential))
        {
            return AccountProblems.PasskeyInvalid;
        }

        var made = await handler.PerformAttestationAsync(new() { HttpContext = http, CredentialJson = credential, AttestationState = state });
        return made.Succeeded && made.UserEntity.Id == accountId.ToString("D") ? made.Passkey : AccountProblems.PasskeyInvalid;
    }

    /// <summary>The account whose passkey answered; its counter is kept, saved by the caller.</summary>
    public async Task<Result<Guid>> TakeAsync(PasskeyPurpose purpose, string? credential, HttpContext http, CancellationToken ct)
    {
        if (await limits.TakeAsync(CallerLimits.SignInNetwork, Caller.Of(http).Network, ct) is { } exceeded)
        {
            return exceeded;
        }

        if (await challenge.TakeAsync(http, purpose, ct) is not { } state || string.IsNullOrEmpty(credential))
        {
            return AccountProblems.PasskeyInvalid;
        }

        var answered = await handler.PerformAssertionAsync(new() { HttpContext = http, CredentialJson = credential, AssertionState = state });
        if (!answered.Succeeded || answered.User.DeletedAt is not null || answered.User.LockoutEnd > clock.Now())
        {
            return AccountProblems.PasskeyInvalid;
        }

        var (id, passkey) = (answered.User.Id, answered.Passkey);
        if (await db.UserPasskeys.SingleOrDefaultAsync(p => p.UserId == id && p.CredentialId == passkey.CredentialId, ct) is not { } row)
        {
            return AccountProblems.PasskeyInvalid; // taken off, or its account deleted, a moment ago
        }

        (row.Data.SignCount, row.Data.IsBackedUp, row.Data.IsUserVerified) = (passkey.SignCount, passkey.IsBackedUp, passkey.IsUserVerified);
        return id;
    }
}
