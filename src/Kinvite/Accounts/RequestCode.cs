using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Delivery.Texts;
using Kinvite.Http;
using Kinvite.Limits;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Where to send a one-time code.</summary>
/// <param name="Email">An e-mail address; whether it is known makes no difference.</param>
/// <param name="Phone">A phone number instead; needs a provider of text messages.</param>
public sealed record RequestCodeRequest(string? Email = null, string? Phone = null)
{
    /// <summary>Of what was typed into the one field of the page.</summary>
    internal static RequestCodeRequest Of(string? typed)
    {
        var (email, phone) = SignInAddress.Read(typed);
        return new(email, phone);
    }
}

/// <summary>A code is on its way, if the address can have one.</summary>
/// <param name="Challenge">Give it back with the code, so that a newer code somebody else asked for does no harm.</param>
public sealed record RequestCodeResponse(Guid Challenge);

/// <summary>
/// Asks for a six-digit code. Known and unknown addresses get the same answer for the same work: two rows, whatever the address;
/// who it belongs to is looked up by the worker that sends (OWASP ASVS 5.0 §6.3.8).
/// </summary>
internal sealed class RequestCode(KinviteDbContext db, RateLimits limits, TextLimits textLimits, TextReadiness texts, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="request">As typed.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="again">A code that the same browser asked for before: where it was of an account that signed up, so is the new one.</param>
    public async Task<Result<RequestCodeResponse>> HandleAsync(RequestCodeRequest request, Caller caller, CancellationToken ct, Guid? again = null)
    {
        var parsed = SignInAddress.Parse(request.Email, request.Phone);
        if (parsed.Refused(out var problem))
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
        var account = again is null ? null : await db.Codes.Where(c => c.Id == again && c.AddressKey == address.Key).Select(c => c.AccountId).SingleOrDefaultAsync(ct);
        var code = OneTimeCode.For(address, caller.Locale ?? Locales.Default, account, now);
        db.Add(code);
        db.Add(OutboxMessage.Of(account is null || address is PhoneNumber ? MessageTypes.Code : MessageTypes.SignUp, code.Id, now));
        await db.SaveChangesAsync(ct);
        outbox.Wake();
        return new RequestCodeResponse(code.Id);
    }

    public static void Map(IEndpointRouteBuilder auth) => auth.MapPost("/codes", PostAsync)
        .WithName(nameof(RequestCode)).Produces<RequestCodeResponse>(202).ProducesProblem(400).ProducesProblem(409).ProducesProblem(429);

    [EndpointSummary("Ask for a one-time code")]
    [EndpointDescription("Sends six digits that are good for 10 minutes, one use and 5 tries. The answer is the same whether or not the address is known.")]
    private static async Task<IResult> PostAsync(RequestCodeRequest request, HttpContext http, RequestCode useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, Caller.Of(http), ct)).ToHttp(answer => TypedResults.Accepted((string?)null, answer));
}
