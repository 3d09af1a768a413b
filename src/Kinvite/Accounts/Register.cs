using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Invitations;
using Kinvite.Limits;
using Kinvite.Links;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>A new account.</summary>
/// <param name="Email">Its address; a code goes there.</param>
/// <param name="Password">8 to 128 characters.</param>
/// <param name="DisplayName">What families see; the part before the @ when left out.</param>
/// <param name="InviteToken">The last part of an invitation's link. The one that was mailed to this address signs in at once.</param>
public sealed record RegisterRequest(string? Email, string? Password, string? DisplayName = null, string? InviteToken = null);

/// <summary>What came of it.</summary>
/// <param name="Challenge">Names the code that was sent; null when none was needed.</param>
/// <param name="SignIn">Where the mailed link was proof enough to begin with.</param>
internal sealed record Registered(Guid? Challenge, SignIn? SignIn);

/// <summary>
/// Makes an account with a password and an address that is not proven yet: it may sign in, and gets nothing that was meant for the address. Whether
/// somebody has the address already makes no difference here: the same rows are written, and the worker that sends the mail looks it up.
/// </summary>
internal sealed class Register(
    KinviteDbContext db, RateLimits limits, SignUpRule signUp, PasswordHashes hashes, KeyRing keys, OutboxSignal outbox, TimeProvider clock)
{
    public async Task<Result<Registered>> HandleAsync(RegisterRequest request, SessionKind kind, Caller caller, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var parsed = SignInAddress.ParseMailbox(request.Email ?? "");
        if (parsed.Refused(out _))
        {
            errors.Add("email", "This is not an e-mail address.");
        }

        var name = request.DisplayName is null ? null : errors.Take("displayName", PersonName.Parse(request.DisplayName));
        var password = errors.Take("password", PasswordRule.Parse(request.Password, parsed.Problem is null ? parsed.Value : null));

        if (errors.Problem is { } invalid)
        {
            return invalid;
        }

        var (address, now, link) = (parsed.Value, clock.Now(), keys.Read(request.InviteToken));
        if ((await limits.TakeAsync(CallerLimits.CodeNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.Code, address.Key, ct)
            ?? await signUp.RefuseUnprovenAsync(link, now, ct)) is { } refusal)
        {
            return refusal;
        }

        var account = Account.Make(name ?? Account.NameFrom(address.Value, caller.Locale ?? Locales.Default), caller.Locale ?? Locales.Default, now);
        account.PasswordHash = hashes.Of(password!);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var invitation = link is { Kind: LinkKind.Mailed } && await IsMailedToAsync(link, address, now, ct) ? link.Id : (Guid?)null;
        db.Add(account);
        db.Add(AccountAddress.Of(account.Id, address, now, invitationId: invitation));
        var registered = invitation is null ? SendCode(account, address, now) : SignInNow(account, kind, caller, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        outbox.Wake();
        return registered;
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/register", PostAsync)
        .WithName(nameof(Register)).Produces<TokenResponse>().Produces<RequestCodeResponse>(202).ProducesProblem(400).ProducesProblem(403).ProducesProblem(429);

    // Under the invitation's lock, so that of two who sign up with one link at once the second finds the first.
    private async Task<bool> IsMailedToAsync(LinkToken link, EmailAddress address, DateTimeOffset now, CancellationToken ct)
    {
        var invited = await db.Invitations.FromSql($"""
            SELECT * FROM invitations WHERE id = {link.Id} AND generation = {link.Generation} AND address_key = {address.Key} AND status IN (1, 6) AND expires_at > {now}
            AND EXISTS (SELECT 1 FROM key_epochs WHERE number = {link.Epoch} AND (ends_at IS NULL OR ends_at > {now})) FOR NO KEY UPDATE
            """).AsNoTracking().ToListAsync(ct);
        return invited is [{ Channel: InvitationChannel.Email }]
            && !await db.Addresses.AnyAsync(a => a.Key == address.Key && a.RemovedAt == null && (a.ProvenAt != null || a.InvitationId != null), ct);
    }

    private Registered SendCode(Account account, EmailAddress address, DateTimeOffset now)
    {
        var code = OneTimeCode.For(address, account.Locale, account.Id, now);
        db.Add(code);
        db.Add(OutboxMessage.Of(MessageTypes.SignUp, code.Id, now));
        return new(code.Id, SignIn: null);
    }

    private Registered SignInNow(Account account, SessionKind kind, Caller caller, DateTimeOffset now)
    {
        var (session, tokens) = Session.Start(account.Id, kind, caller.Device, now);
        db.Add(session);
        return new(Challenge: null, new SignIn(session, tokens, Created: true));
    }

    [EndpointSummary("Sign up with a password")]
    [EndpointDescription("Sends a code for POST /api/auth/codes/verify, which proves the address; an address that has an account gets another mail, and the answer is the same. With the token of an invitation that was mailed to this very address the answer is 200 with tokens, good for that invitation.")]
    private static async Task<IResult> PostAsync(RegisterRequest request, HttpContext http, Register useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, SessionKind.Api, Caller.Of(http), ct)).ToHttp<Registered>(registered => registered.SignIn is { } signIn
            ? TypedResults.Ok(TokenResponse.Of(signIn.AccountId, signIn.Tokens, created: true))
            : TypedResults.Accepted((string?)null, new RequestCodeResponse(registered.Challenge!.Value)));
}
