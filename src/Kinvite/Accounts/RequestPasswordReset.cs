using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;

namespace Kinvite.Accounts;

/// <summary>Whose password is forgotten.</summary>
/// <param name="Email">An address of the account; whether it is known makes no difference.</param>
public sealed record RequestPasswordResetRequest(string? Email);

/// <summary>
/// Asks for a code with which a new password can be set. The same rows for the same answer whatever the address; the worker finds out whether there is an account.
/// </summary>
internal sealed class RequestPasswordReset(KinviteDbContext db, RateLimits limits, OutboxSignal outbox, TimeProvider clock)
{
    /// <returns>Names the code.</returns>
    public async Task<Result<Guid>> HandleAsync(RequestPasswordResetRequest request, Caller caller, CancellationToken ct)
    {
        var parsed = SignInAddress.ParseMailbox(request.Email);
        if (parsed.Refused(out var problem))
        {
            return problem;
        }

        var address = parsed.Value;
        if ((await limits.TakeAsync(CallerLimits.CodeNetwork, caller.Network, ct)
            ?? await limits.TakeAsync(CallerLimits.Code, address.Key, ct)) is { } exceeded)
        {
            return exceeded;
        }

        var now = clock.Now();
        var code = OneTimeCode.For(address, caller.Locale ?? Locales.Default, accountId: null, now);
        db.Add(code);
        db.Add(OutboxMessage.Of(MessageTypes.PasswordReset, code.Id, now));
        await db.SaveChangesAsync(ct);
        outbox.Wake();
        return code.Id;
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/password/forgot", PostAsync)
        .WithName(nameof(RequestPasswordReset)).Produces(202).ProducesProblem(400).ProducesProblem(429);

    [EndpointSummary("Ask for a code to set a new password")]
    [EndpointDescription("The answer is the same whether or not the address is known.")]
    private static async Task<IResult> PostAsync(RequestPasswordResetRequest request, HttpContext http, RequestPasswordReset useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, Caller.Of(http), ct)).ToHttp(_ => TypedResults.Accepted((string?)null));
}
