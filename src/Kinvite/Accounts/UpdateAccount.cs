using Kinvite.Http;
using Kinvite.Persistence;
using Kinvite.Wording;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>A JSON Merge Patch of the account: what is absent stays.</summary>
public sealed record UpdateAccountRequest
{
    /// <summary>1 to 80 characters, without links or phone numbers; cannot be cleared.</summary>
    public Optional<string> DisplayName { get; init; }

    /// <summary><c>en</c> or <c>es</c>; cannot be cleared.</summary>
    public Optional<string> Locale { get; init; }

    /// <summary>IANA zone such as <c>Europe/Oslo</c>; cannot be cleared.</summary>
    public Optional<string> TimeZone { get; init; }

    /// <summary>A family of the caller's; null clears it.</summary>
    public Optional<Guid?> DefaultFamilyId { get; init; }
}

/// <summary>Changes what the account says about its person.</summary>
internal sealed class UpdateAccount(KinviteDbContext db, CurrentAccount current, TimeProvider clock)
{
    public async Task<Result<AccountResponse>> HandleAsync(UpdateAccountRequest request, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var name = request.DisplayName.IsSet ? errors.Take("displayName", PersonName.Parse(request.DisplayName.Value)) : null;
        if (request.Locale.IsSet && !Locales.Knows(request.Locale.Value))
        {
            errors.Add("locale", "One of en, es.");
        }

        if (request.TimeZone.IsSet && !TimeZones.Knows(request.TimeZone.Value))
        {
            errors.Add("timeZone", "An IANA zone such as Europe/Oslo.");
        }

        if (errors.Problem is { } problem)
        {
            return problem;
        }

        if (request.DefaultFamilyId.Value is { } family && !await IsMemberAsync(family, ct))
        {
            return Problem.NotFound with { Detail = "You are in no such family: GET /api/families lists yours." };
        }

        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == current.Id, ct) is not { } account)
        {
            return Problem.AuthRequired; // deleted a moment ago
        }

        account.DisplayName = name ?? account.DisplayName;
        account.Locale = request.Locale.Or(account.Locale)!;
        account.TimeZone = request.TimeZone.Or(account.TimeZone)!;
        account.DefaultFamilyId = request.DefaultFamilyId.Or(account.DefaultFamilyId);
        await db.SaveChangesAsync(ct);
        return AccountResponse.Of(account, await db.Addresses.AsNoTracking().Where(a => a.AccountId == account.Id && a.Primary).ToListAsync(ct));
    }

    private Task<bool> IsMemberAsync(Guid family, CancellationToken ct)
    {
        var now = clock.Now();
        return db.Members.AnyAsync(m => m.FamilyId == family && m.AccountId == current.Id && (m.AccessUntil == null || m.AccessUntil > now), ct);
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapPatch("", PatchAsync)
        .WithName(nameof(UpdateAccount)).Produces<AccountResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(404);

    [EndpointSummary("Change the account")]
    [EndpointDescription("JSON Merge Patch: absent members stay as they are, null clears the default family.")]
    private static async Task<IResult> PatchAsync(UpdateAccountRequest request, UpdateAccount useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(request, ct)).ToOk();
}
