using Kinvite.Addresses;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>An address of the caller's account.</summary>
/// <param name="Id">For changing it.</param>
/// <param name="Type"><c>email</c> or <c>phone</c>.</param>
/// <param name="Value">As written; a phone number in E.164.</param>
/// <param name="Verified">A code that went there came back.</param>
/// <param name="Primary">Mail goes here; one of each type.</param>
public sealed record AddressResponse(Guid Id, AddressType Type, string Value, bool Verified, bool Primary)
{
    internal static AddressResponse Of(AccountAddress address) => new(address.Id, address.Type, address.Value, address.ProvenAt is not null, address.Primary);
}

/// <summary>All of them; there are few.</summary>
/// <param name="Items">The primary ones first.</param>
public sealed record AddressesResponse(IReadOnlyList<AddressResponse> Items);

/// <summary>The addresses of the signed-in account.</summary>
internal sealed class ListAddresses(KinviteDbContext db, CurrentAccount account)
{
    public async Task<AddressesResponse> HandleAsync(CancellationToken ct) => new([.. (await db.Addresses.AsNoTracking()
        .Where(a => a.AccountId == account.Id && a.RemovedAt == null)
        .OrderByDescending(a => a.Primary).ThenBy(a => a.Id).ToListAsync(ct)).Select(AddressResponse.Of)]);

    public static void Map(IEndpointRouteBuilder account) => account.MapGet("/addresses", GetAsync)
        .WithName(nameof(ListAddresses)).Produces<AddressesResponse>().ProducesProblem(401);

    [EndpointSummary("My addresses")]
    private static async Task<IResult> GetAsync(ListAddresses useCase, CancellationToken ct) => TypedResults.Ok(await useCase.HandleAsync(ct));
}
