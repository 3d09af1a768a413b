using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>A JSON Merge Patch of an address.</summary>
public sealed record ChangeAddressRequest
{
    /// <summary><c>true</c>: mail goes here from now on, and to the one before no more. It cannot be unset, only given to another.</summary>
    public Optional<bool?> Primary { get; init; }
}

/// <summary>Chooses which of the proven addresses mail goes to.</summary>
internal sealed class ChangeAddress(KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount account)
{
    public async Task<Result<AddressResponse>> HandleAsync(Guid id, ChangeAddressRequest request, CancellationToken ct)
    {
        if (request.Primary is { IsSet: true, Value: not true })
        {
            return Problem.Invalid("primary", "Make another address the primary one instead.");
        }

        return recent.Lacks is { } problem ? problem : await transaction.RunAsync(account.Id, _ => ChangeAsync(id, request, ct), ct);
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapPatch("/addresses/{id:guid}", PatchAsync)
        .WithName(nameof(ChangeAddress)).Produces<AddressResponse>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);

    private async Task<Result<AddressResponse>> ChangeAsync(Guid id, ChangeAddressRequest request, CancellationToken ct)
    {
        if (await recent.EndedAsync(ct) is { } ended)
        {
            return ended;
        }

        var all = await db.Addresses.Where(a => a.AccountId == account.Id && a.RemovedAt == null).ToListAsync(ct);
        if (all.Find(a => a.Id == id) is not { } address)
        {
            return Problem.NotFound;
        }

        if (request.Primary.IsSet)
        {
            if (address.ProvenAt is null)
            {
                return Problem.Invalid("primary", "Prove the address first: POST /api/account/addresses sends it a code.");
            }

            address.Prefer(all);
            await db.SaveChangesAsync(ct);
        }

        return AddressResponse.Of(address);
    }

    [EndpointSummary("Choose where mail goes")]
    [EndpointDescription("JSON Merge Patch. Needs a sign-in of the last 10 minutes.")]
    private static async Task<IResult> PatchAsync(Guid id, ChangeAddressRequest request, ChangeAddress useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(id, request, ct)).ToOk();
}
