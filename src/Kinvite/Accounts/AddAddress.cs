using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;

namespace Kinvite.Accounts;

/// <summary>An address to add.</summary>
/// <param name="Email">An e-mail address.</param>
/// <param name="Phone">A phone number instead; needs a provider of text messages.</param>
public sealed record AddAddressRequest(string? Email = null, string? Phone = null)
{
    /// <summary>Of what was typed into the one field of the page.</summary>
    internal static AddAddressRequest Of(string? typed)
    {
        var (email, phone) = SignInAddress.Read(typed);
        return new(email, phone);
    }
}

/// <summary>
/// Sends a code to an address that the account is to have too. Nothing is kept until it comes back, and the answer is the same whether or not
/// the address belongs to somebody: that is said only to whoever reads its mail.
/// </summary>
internal sealed class AddAddress(
    KinviteDbContext db, RateLimits limits, TextLimits textLimits, TextReadiness texts, RecentSignIn recent, CurrentAccount account, Idempotency idempotency, OutboxSignal outbox, TimeProvider clock)
{
    /// <returns>Names the code.</returns>
    public Task<Result<Guid>> HandleAsync(AddAddressRequest request, Caller caller, CancellationToken ct) =>
        idempotency.OnceAsync(kept => Task.FromResult<Result<Guid>>(kept.Made[0]), () => SendAsync(request, caller, ct), ct);

    private async Task<Result<Guid>> SendAsync(AddAddressRequest request, Caller caller, CancellationToken ct)
    {
        var parsed = SignInAddress.Parse(request.Email, request.Phone);
        if (parsed.Refused(out var problem) || (problem = recent.LacksForAdding) is not null)
        {
            return problem;
        }

        var address = parsed.Value;
        if (!await texts.ServesAsync(address, ct))
        {
            return AccountProblems.NoTexts;
        }

        if ((await limits.TakeAsync(CallerLimits.CodeNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.Code, address.Key, ct)
            ?? await textLimits.TakeAsync(address, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var now = clock.Now();
        var code = OneTimeCode.For(address, account.Locale, account.Id, now);
        db.Add(code);
        db.Add(OutboxMessage.Of(MessageTypes.Code, code.Id, now));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await idempotency.KeepAsync(202, [code.Id], outcomes: null, ct) is { } running)
        {
            return running;
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        outbox.Wake();
        return code.Id;
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapPost("/addresses", PostAsync).Idempotent()
        .WithName(nameof(AddAddress)).Produces(202).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(429);

    [EndpointSummary("Add an address")]
    [EndpointDescription("Sends it a code for POST /api/account/addresses/verify. Needs a sign-in of the last 10 minutes; a guest has none and needs none.")]
    private static async Task<IResult> PostAsync(AddAddressRequest request, HttpContext http, AddAddress useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, Caller.Of(http), ct)).ToHttp(_ => TypedResults.Accepted((string?)null));
}
