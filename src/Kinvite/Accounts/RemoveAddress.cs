using Kinvite.Addresses;
using Kinvite.Delivery;
using Kinvite.Http;
using Kinvite.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Accounts;

/// <summary>Takes an address off the signed-in account, unless nothing would be left to sign in with.</summary>
internal sealed class RemoveAddress(
    KinviteDbContext db, AccountTransaction transaction, RecentSignIn recent, CurrentAccount account, OutboxSignal outbox, TimeProvider clock)
{
    /// <returns>What it was.</returns>
    public async Task<Result<AddressResponse>> HandleAsync(Guid id, CancellationToken ct)
    {
        if (recent.Lacks is { } problem)
        {
            return problem;
        }

        var removed = await transaction.RunAsync(account.Id, _ => RemoveAsync(id, ct), ct);
        outbox.Wake();
        return removed;
    }

    public static void Map(IEndpointRouteBuilder account) => account.MapDelete("/addresses/{id:guid}", DeleteAsync)
        .WithName(nameof(RemoveAddress)).Produces(204).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private async Task<Result<AddressResponse>> RemoveAsync(Guid id, CancellationToken ct)
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

        if (!(await SignInWays.OfAsync(db, account.Id, ct)).WithoutAddress(address.ProvenAt is not null).Any)
        {
            return AccountProblems.LastSignIn;
        }

        var (now, removed) = (clock.Now(), AddressResponse.Of(address));
        if (removed.Verified)
        {
            SecurityMessage.Tell(db, account.Id, all, SecurityEvent.AddressRemoved, now);
            address.Remove(all, now);
            if (address.Type == AddressType.Phone)
            {
                db.Remove(address); // it is told nothing, so nothing waits for it
            }
        }
        else
        {
            db.Remove(address); // nobody ever read mail there for this account
        }

        await db.SaveChangesAsync(ct);
        return removed;
    }

    [EndpointSummary("Remove an address")]
    [EndpointDescription("Needs a sign-in of the last 10 minutes, and another way to sign in.")]
    private static async Task<IResult> DeleteAsync(Guid id, RemoveAddress useCase, CancellationToken ct) =>
        (await useCase.HandleAsync(id, ct)).ToHttp(_ => TypedResults.NoContent());
}
