using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>An account, as its person sees it.</summary>
/// <param name="Id">Stays the same for its whole life.</param>
/// <param name="Email">The primary e-mail address; null when there is none.</param>
/// <param name="EmailVerified">Whether it is proven.</param>
/// <param name="Phone">The primary phone number in E.164; null when there is none.</param>
/// <param name="PhoneVerified">Whether it is proven.</param>
/// <param name="DisplayName">What families see, 1 to 80 characters.</param>
/// <param name="Locale"><c>en</c> or <c>es</c>.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="DefaultFamilyId">The family that apps open first; null when there is none.</param>
/// <param name="IsGuest">Made on an open link without an address.</param>
public sealed record AccountResponse(
    Guid Id, string? Email, bool EmailVerified, string? Phone, bool PhoneVerified, string DisplayName, string Locale, string TimeZone,
    Guid? DefaultFamilyId, bool IsGuest)
{
    internal static AccountResponse Of(Account account, IReadOnlyList<AccountAddress> addresses)
    {
        var email = addresses.FirstOrDefault(a => a is { Type: AddressType.Email, Primary: true });
        var phone = addresses.FirstOrDefault(a => a is { Type: AddressType.Phone, Primary: true });
        return new(
            account.Id, email?.Value, email?.ProvenAt is not null, phone?.Value, phone?.ProvenAt is not null,
            account.DisplayName, account.Locale, account.TimeZone, account.DefaultFamilyId, account.IsGuest);
    }
}

/// <summary>Says who is signed in.</summary>
internal sealed class GetAccount(KinviteDbContext db, CurrentAccount current)
{
    public async Task<Result<AccountResponse>> HandleAsync(CancellationToken ct)
    {
        var found = await db.Accounts.AsNoTracking().Where(a => a.Id == current.Id)
            .Select(a => new { Account = a, Addresses = db.Addresses.Where(x => x.AccountId == a.Id && x.Primary).ToList() })
            .SingleOrDefaultAsync(ct);
        return found is null ? Problem.AuthRequired : AccountResponse.Of(found.Account, found.Addresses); // deleted a moment ago
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapGet("", GetAsync)
        .WithName(nameof(GetAccount)).Produces<AccountResponse>().ProducesProblem(401);

    [EndpointSummary("Who is signed in")]
    private static async Task<IResult> GetAsync(GetAccount useCase, CancellationToken ct) => (await useCase.HandleAsync(ct)).ToOk();
}
