using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts.Oidc;

/// <summary>
/// Signs in somebody whom a provider vouches for. What counts is issuer and subject; the address only while there is no such login yet, only when the
/// provider has verified it, and as a code that came back would: an account that nobody has proven becomes its owner's, and loses what signed in before.
/// </summary>
internal sealed class SignInWithProvider(
    KinviteDbContext db, AddressTransaction transaction, SignUpRule signUp, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="provider">Who vouches.</param>
    /// <param name="person">For whom; checked.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="link">The invitation that the browser brought along; it lets a new account in where sign-up is by invitation.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<SignIn>> HandleAsync(OidcProvider provider, ProviderIdentity person, Caller caller, LinkToken? link, CancellationToken ct)
    {
        var address = EmailAddress.TryParse(person.Email);
        // Without an address nothing is locked by it; two first sign-ins at once are told apart by the login's key, and the second runs again.
        var signedIn = await transaction.RunAsync(
            address?.Key ?? $"{person.Issuer} {person.Subject}", claims => SignInAsync(provider, person, address, claims, caller, link, ct), ct);
        outbox.Wake();
        return signedIn;
    }

    private async Task<Result<SignIn>> SignInAsync(
        OidcProvider provider, ProviderIdentity person, EmailAddress? address, AddressClaims claims, Caller caller, LinkToken? link, CancellationToken ct)
    {
        var now = clock.Now();
        if (await db.UserLogins.SingleOrDefaultAsync(l => l.LoginProvider == person.Issuer && l.ProviderKey == person.Subject, ct) is { } login)
        {
            // Locked after the address: the account may be on its way out.
            var stands = await db.Accounts.FromSql($"SELECT * FROM accounts WHERE id = {login.UserId} AND deleted_at IS NULL FOR NO KEY UPDATE").ToListAsync(ct);
            return stands is [var known] && !(known.LockoutEnd > now) ? await StartAsync(known.Id, created: false, caller, now, ct) : AccountProblems.ProviderRefused;
        }

        var (outcome, claim) = address is null ? (ProofOutcome.IsNew, null) : claims.Decide(askedBy: null);
        if (claim is null && await RefuseNewAsync(address, link, now, ct) is { } refusal)
        {
            return refusal;
        }

        var account = claim?.Account.Id ?? Create(person, address, caller, now);
        if (claim is not null)
        {
            SecurityMessage.Tell(db, account, await db.Addresses.Where(a => a.AccountId == account && a.RemovedAt == null).ToListAsync(ct), SecurityEvent.ProviderAdded, now);
        }

        if (address is not null && outcome != ProofOutcome.IsOwner)
        {
            await claims.SettleAsync(db, outcome, account, now, ct);
        }

        db.Add(new IdentityUserLogin<Guid> { LoginProvider = person.Issuer, ProviderKey = person.Subject, ProviderDisplayName = provider.Name, UserId = account });
        return await StartAsync(account, created: claim is null, caller, now, ct);
    }

    private Task<Problem?> RefuseNewAsync(EmailAddress? address, LinkToken? link, DateTimeOffset now, CancellationToken ct) =>
        address is null ? signUp.RefuseUnprovenAsync(link, now, ct) : signUp.RefuseAsync(address.Key, link, now, ct);

    private Guid Create(ProviderIdentity person, EmailAddress? address, Caller caller, DateTimeOffset now)
    {
        var locale = caller.Locale ?? "en";
        var name = PersonName.Parse(person.Name);
        var account = Account.Make(name.Refused(out _) ? Account.NameFrom(address?.Value ?? "@", locale) : name.Value, locale, now);
        db.Add(account);
        if (address is not null)
        {
            db.Add(AccountAddress.Of(account.Id, address, now, proven: true));
        }

        return account.Id;
    }

    private async Task<Result<SignIn>> StartAsync(Guid account, bool created, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var (session, tokens) = Session.Start(account, SessionKind.Web, caller.Device, now);
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return new SignIn(session, tokens, created);
    }
}
