using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>The first person on a server, who has its set-up link.</summary>
/// <param name="Name">What families see.</param>
/// <param name="Email">Their address.</param>
/// <param name="Password">8 to 128 characters: mail may not be set up yet.</param>
internal sealed record FirstPerson(string? Name, string? Email, string? Password);

/// <summary>
/// Makes the very first account, whatever the sign-up mode says: whoever holds the set-up link runs the server. The link is over as soon as there is any account,
/// and of many who use it at once one is first.
/// </summary>
internal sealed class FirstAccount(
    KinviteDbContext db, KeyRing keys, PasswordHashes hashes, RateLimits limits, MailSetup mail, OutboxSignal outbox, TimeProvider clock)
{
    /// <summary>Whether the link is good now; 404 for one that is none, 410 once there is an account.</summary>
    public async Task<Problem?> RefuseAsync(string? token, CancellationToken ct) =>
        !keys.IsSetUpToken(token) ? Problem.NotFound : await db.Accounts.AnyAsync(ct) ? AccountProblems.SetUpOver : null;

    /// <returns>The session; and the code that was sent, where mail is set up.</returns>
    public async Task<Result<(SignIn SignIn, Guid? Challenge)>> HandleAsync(string? token, FirstPerson request, Caller caller, CancellationToken ct)
    {
        if (await limits.TakeAsync(CallerLimits.SignInNetwork, caller.Network, ct) is { } exceeded)
        {
            return exceeded;
        }

        if (await RefuseAsync(token, ct) is { } over)
        {
            return over;
        }

        var errors = new FieldErrors();
        var name = errors.Take("name", PersonName.Parse(request.Name));
        var parsed = SignInAddress.ParseMailbox(request.Email ?? "");
        if (parsed.Refused(out _))
        {
            errors.Add("email", "This is not an e-mail address.");
        }

        var password = errors.Take("password", PasswordRule.Parse(request.Password, parsed.Problem is null ? parsed.Value : null));
        return errors.Problem is { } invalid ? invalid : await MakeAsync(name!, parsed.Value, hashes.Of(password!), caller, ct);
    }

    private async Task<Result<(SignIn SignIn, Guid? Challenge)>> MakeAsync(string name, EmailAddress address, string hash, Caller caller, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Nobody else makes an account between looking and making.
        await db.Database.ExecuteSqlAsync($"LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE", ct);
        if (await db.Accounts.AnyAsync(ct))
        {
            return AccountProblems.SetUpOver;
        }

        var account = Account.Make(name, caller.Locale ?? Locales.Default, now);
        account.PasswordHash = hash;
        db.Add(account);
        db.Add(AccountAddress.Of(account.Id, address, now));
        var (session, tokens) = Session.Start(account.Id, SessionKind.Web, caller.Device, now);
        db.Add(session);
        var code = mail.IsOn ? OneTimeCode.For(address, account.Locale, account.Id, now) : null;
        if (code is not null)
        {
            db.Add(code);
            db.Add(OutboxMessage.Of(MessageTypes.SignUp, code.Id, now));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        outbox.Wake();
        return (new SignIn(session, tokens, Created: true), code?.Id);
    }
}
